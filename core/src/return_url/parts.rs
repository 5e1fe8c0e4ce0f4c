//! Cuts a paste into an address and its parameters.

use std::borrow::Cow;

use url::form_urlencoded;

use super::{Expected, Form, ReturnUrlError};
use crate::{AuthorizationCode, CodeShape, code::has_access_token_shape};

/// A paste cut at its `?` and `#`. A bare text has neither, nor a `=`.
pub(super) struct Parts<'a> {
    /// What stands before the query, a scheme added where it was missing.
    pub(super) address: Option<Cow<'a, str>>,
    /// The path, where it stands alone, as servers log it.
    pub(super) path: Option<&'a str>,
    pub(super) query: &'a str,
    pub(super) fragment: &'a str,
    pub(super) form: Form,
}

impl<'a> Parts<'a> {
    pub(super) fn of(text: &'a str, expected: &Expected<'_>) -> Option<Self> {
        let (rest, fragment) = text.split_once('#').unwrap_or((text, ""));
        let parts = |address, path, query, form| Some(Self { address, path, query, fragment, form });
        // `code=…&iss=https://…?`: a `=` comes first.
        let mark = rest.find(['?', '=']);
        let is_query =
            mark.is_some_and(|at| rest.as_bytes().get(at) == Some(&b'=')) && !rest.get(..mark?)?.contains("://");
        if is_query || rest.starts_with(['?', '&']) {
            return parts(None, None, rest, Form::Query);
        }
        let (before, query) = rest.split_once('?').unwrap_or((rest, ""));
        if before.is_empty() {
            return if fragment.is_empty() { None } else { parts(None, None, query, Form::Query) };
        }
        if before.contains("://") {
            return parts(Some(Cow::Borrowed(before)), None, query, Form::Url);
        }
        let scheme = || expected.redirect_uri.map_or("https", |uri| uri.url().scheme());
        if let Some(rest) = before.strip_prefix("//") {
            return parts(Some(Cow::Owned(format!("{}://{rest}", scheme()))), None, query, Form::Url);
        }
        if before.starts_with('/') {
            return parts(None, Some(before), query, Form::Url);
        }
        if begins_with_a_host(before) {
            return parts(Some(Cow::Owned(format!("{}://{before}", scheme()))), None, query, Form::Url);
        }
        None
    }
}

/// Whether a text without a scheme begins with a host and not with a code: `app.example.com/return`, `localhost:8137/`.
fn begins_with_a_host(text: &str) -> bool {
    let (authority, path) = text.split_once('/').map_or((text, None), |(authority, path)| (authority, Some(path)));
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    let is_host = host.eq_ignore_ascii_case("localhost") || host.starts_with('[') || host.contains('.');
    is_host && !authority.contains(['!', '&', '=', '{']) && (path.is_some() || !has_access_token_shape(text))
}

/// The parameters of an answer, each at most once.
#[derive(Default)]
pub(super) struct Fields<'a> {
    pub(super) code: Option<Cow<'a, str>>,
    pub(super) state: Option<Cow<'a, str>>,
    pub(super) error: Option<Cow<'a, str>>,
    pub(super) error_description: Option<Cow<'a, str>>,
    pub(super) iss: Option<Cow<'a, str>>,
    pub(super) access_token: Option<Cow<'a, str>>,
    pub(super) response_type: Option<Cow<'a, str>>,
    pub(super) redirect_uri: Option<Cow<'a, str>>,
    pub(super) token_in_fragment: bool,
}

impl<'a> Fields<'a> {
    pub(super) fn read(parts: &Parts<'a>) -> Result<Self, ReturnUrlError> {
        let mut fields = Self::default();
        let query = parts.query.trim_start_matches(['?', '&']);
        for (position, (name, value)) in form_urlencoded::parse(query.as_bytes()).enumerate() {
            // `&state=…` left on a bare code.
            if position == 0 && parts.form == Form::Query && value.is_empty() && is_exacts_code(&name) {
                fields.code = Some(name);
                continue;
            }
            let (slot, known) = match &*name {
                "code" => (&mut fields.code, "code"),
                "state" => (&mut fields.state, "state"),
                "error" => (&mut fields.error, "error"),
                "error_description" => (&mut fields.error_description, "error_description"),
                "iss" => (&mut fields.iss, "iss"),
                "access_token" => (&mut fields.access_token, "access_token"),
                "response_type" => (&mut fields.response_type, "response_type"),
                "redirect_uri" => (&mut fields.redirect_uri, "redirect_uri"),
                _ => continue,
            };
            if slot.replace(value).is_some() {
                return Err(ReturnUrlError::Repeated { name: known });
            }
        }
        // `error=` says nothing.
        fields.error = fields.error.filter(|error| !error.is_empty());
        for (name, value) in form_urlencoded::parse(parts.fragment.as_bytes()) {
            match &*name {
                "access_token" | "id_token" | "code" => fields.token_in_fragment = true,
                "error" if fields.error.is_none() => fields.error = Some(value),
                "error_description" if fields.error_description.is_none() => fields.error_description = Some(value),
                "state" if fields.state.is_none() => fields.state = Some(value),
                _ => {}
            }
        }
        Ok(fields)
    }

    pub(super) fn check_for_tokens(&self) -> Result<(), ReturnUrlError> {
        if self.token_in_fragment && self.code.is_none() {
            return Err(ReturnUrlError::ImplicitFragment);
        }
        if self.access_token.is_some() {
            return Err(ReturnUrlError::AccessToken);
        }
        Ok(())
    }
}

/// Whether a text is a code of Exact's, encoded or not.
fn is_exacts_code(text: &str) -> bool {
    AuthorizationCode::parse(text).is_ok_and(|code| code.shape() == CodeShape::Exact)
}
