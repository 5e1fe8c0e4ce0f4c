//! What came back from the sign-in, however it was pasted, checked strictly against what was sent
//! ([RFC 6749, 4.1.2](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2),
//! [RFC 9207](https://www.rfc-editor.org/rfc/rfc9207) for `iss`).
//!
//! Reading is forgiving: [`unwrap`] takes off whatever mail, chat and terminals put around an address. Checking is
//! not: the address must be the redirect URI, the state the one that was sent, the code undamaged.

mod error;
mod unwrap;

use std::borrow::Cow;

use url::{Url, form_urlencoded};

pub use error::ReturnUrlError;
pub use unwrap::text_from_bytes;

use crate::{
    AuthorizationCode, AuthorizationRequest, ClientId, ClientSecret, CodeShape, Country, DamagedCode, Endpoint,
    RedirectUri, State, client_id,
    code::{has_access_token_shape, has_exacts_shape},
};

/// The longest paste that is read, in bytes.
pub const RETURN_URL_LIMIT: usize = 65_536;

/// What the answer is held against. Whatever is `None` is not known and not compared.
#[derive(Clone, Copy, Debug, Default)]
pub struct Expected<'a> {
    /// Where the answer had to go.
    pub redirect_uri: Option<&'a RedirectUri>,
    /// The state that was sent. Without it a bare code is accepted.
    pub state: Option<&'a State>,
    /// Where the person was sent, to recognise that very address.
    pub authorization_endpoint: Option<&'a Endpoint>,
    /// To recognise a client ID in the wrong place.
    pub client_id: Option<&'a ClientId>,
    /// To recognise the client secret in the wrong place.
    pub client_secret: Option<&'a ClientSecret>,
    /// The issuer, where the server announced that it sends `iss`.
    pub issuer: Option<&'a str>,
    /// Whether the server is no Exact Online, so that its codes may have any shape.
    pub opaque_code: bool,
}

impl<'a> Expected<'a> {
    /// What an answer to `request` must match.
    #[must_use]
    pub fn answer_to(request: &'a AuthorizationRequest) -> Self {
        let registration = request.registration();
        Self {
            redirect_uri: Some(&registration.redirect_uri),
            state: Some(request.state()),
            authorization_endpoint: Some(registration.provider.authorization_endpoint()),
            client_id: Some(&registration.client_id),
            client_secret: None,
            issuer: None,
            opaque_code: !registration.provider.is_exact(),
        }
    }
}

/// In which form the answer was pasted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A whole address, with or without its scheme.
    Url,
    /// Only `code=…&state=…`.
    Query,
    /// Only the code.
    BareCode,
}

/// A checked answer.
#[derive(Debug)]
pub struct ReturnUrl {
    /// The code, good for one exchange within three minutes of its making.
    pub code: AuthorizationCode,
    /// The state that came with it.
    pub state: Option<State>,
    /// How it was pasted.
    pub form: Form,
}

impl ReturnUrl {
    /// Reads and checks what came back.
    ///
    /// # Errors
    /// One reason for each thing that can be wrong: see [`ReturnUrlError`]. None repeats a code, token or secret.
    pub fn parse(text: &str, expected: &Expected<'_>) -> Result<Self, ReturnUrlError> {
        if text.len() > RETURN_URL_LIMIT {
            return Err(ReturnUrlError::TooLong { found: text.len() });
        }
        let first = Self::parse_address(text, expected);
        if first.is_err() {
            // Prose around it: a paragraph or a word of the paste may be a right answer by itself.
            for part in unwrap::parts(text) {
                if let Ok(answer) = Self::parse_address(part, expected) {
                    return Ok(answer);
                }
            }
        }
        first
    }

    fn parse_address(text: &str, expected: &Expected<'_>) -> Result<Self, ReturnUrlError> {
        let keeps_punctuation =
            expected.state.is_some_and(|state| state.as_str().ends_with(['.', ',', ';', '\'', ')']));
        let text = unwrap::unwrap(text, keeps_punctuation);
        if text.is_empty() {
            return Err(ReturnUrlError::Empty);
        }
        if text.starts_with('{') && text.contains("access_token") {
            return Err(ReturnUrlError::AccessToken);
        }
        match Parts::of(&text) {
            Some(parts) => Self::from_parts(&parts, expected),
            None => Self::from_bare(&text, expected),
        }
    }

    fn from_parts(parts: &Parts<'_>, expected: &Expected<'_>) -> Result<Self, ReturnUrlError> {
        let fields = Fields::read(parts)?;
        if let Some(address) = &parts.address {
            check_address(address, &fields, expected)?;
        }
        if let (Some(path), Some(redirect_uri)) = (parts.path, expected.redirect_uri)
            && path != redirect_uri.path()
        {
            return Err(ReturnUrlError::OtherPath { expected: words(redirect_uri.path()), found: words(path) });
        }
        fields.check_for_tokens()?;
        let came_back = fields.error.is_some() && fields.state.is_none();
        if let Some(sent) = expected.state
            && !came_back
        {
            let found = fields.state.as_deref().ok_or(ReturnUrlError::StateMissing)?;
            if !same_state(found, sent) {
                return Err(ReturnUrlError::StateMismatch);
            }
        }
        if let Some(issuer) = expected.issuer
            && fields.iss.as_deref() != Some(issuer)
        {
            return Err(ReturnUrlError::Issuer {
                expected: issuer.to_owned(),
                found: fields.iss.map(|iss| words(&iss)),
            });
        }
        if let Some(error) = &fields.error {
            let description = fields.error_description.as_deref().map(words).filter(|text| !text.is_empty());
            return Err(ReturnUrlError::Refused { error: words(error), description });
        }
        let code = match fields.code.as_deref() {
            Some(code) => code,
            // A bare code with a `=` in it reads as a query.
            None if parts.address.is_none() && parts.query.contains("!IAAAA") => {
                return Err(ReturnUrlError::CodeDamaged { reason: DamagedCode::Character('=') });
            }
            None => return Err(ReturnUrlError::CodeMissing),
        };
        if !expected.opaque_code && has_access_token_shape(code) {
            return Err(ReturnUrlError::AccessToken);
        }
        let code = if expected.opaque_code { AuthorizationCode::opaque(code) } else { AuthorizationCode::parse(code) };
        Ok(Self {
            code: code.map_err(|reason| ReturnUrlError::CodeDamaged { reason })?,
            state: expected
                .state
                .cloned()
                .or_else(|| fields.state.as_deref().and_then(|state| State::parse(state).ok())),
            form: if parts.address.is_some() { Form::Url } else { Form::Query },
        })
    }

    fn from_bare(text: &str, expected: &Expected<'_>) -> Result<Self, ReturnUrlError> {
        if expected.client_secret.is_some_and(|secret| secret.is(text)) {
            return Err(ReturnUrlError::ClientSecret);
        }
        if client_id::is_guid(text) || expected.client_id.is_some_and(|id| id.is(text)) {
            return Err(ReturnUrlError::ClientId);
        }
        if has_access_token_shape(text) {
            return Err(ReturnUrlError::AccessToken);
        }
        let code = if expected.opaque_code { AuthorizationCode::opaque(text) } else { AuthorizationCode::parse(text) };
        let code = match code {
            Ok(code) if expected.opaque_code || code.shape() == CodeShape::Exact => code,
            Ok(_) if looks_like_a_secret(text) => return Err(ReturnUrlError::ClientSecret),
            // What has the mark of a code in it was one before it was damaged.
            Err(reason) if text.contains("!IAAAA") => return Err(ReturnUrlError::CodeDamaged { reason }),
            Ok(_) | Err(_) => return Err(ReturnUrlError::NotAReturnUrl),
        };
        if expected.state.is_some() {
            return Err(ReturnUrlError::StateMissing);
        }
        Ok(Self { code, state: None, form: Form::BareCode })
    }
}

/// A paste cut at its `?` and `#`. A bare text has neither, nor a `=`.
struct Parts<'a> {
    /// What stands before the query, a scheme added where it was missing.
    address: Option<Cow<'a, str>>,
    /// The path, where it stands alone, as servers log it.
    path: Option<&'a str>,
    query: &'a str,
    fragment: &'a str,
}

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let (rest, fragment) = text.split_once('#').unwrap_or((text, ""));
        let (before, query) = match rest.split_once('?') {
            Some((before, query)) => (before, query),
            None if rest.contains("://") || !rest.contains('=') => (rest, ""),
            None => ("", rest),
        };
        let path = before.starts_with('/').then_some(before).filter(|path| !path.starts_with("//"));
        let address = if before.contains("://") {
            Some(Cow::Borrowed(before))
        } else if before.is_empty() || path.is_some() {
            None
        } else if let Some(rest) = before.strip_prefix("//") {
            Some(Cow::Owned(format!("https://{rest}")))
        } else if text.contains(['?', '#']) || looks_like_an_address(before) {
            Some(Cow::Owned(format!("{}//{before}", missing_scheme(before))))
        } else {
            return None;
        };
        (address.is_some() || !query.is_empty() || !fragment.is_empty()).then_some(Self {
            address,
            path,
            query,
            fragment,
        })
    }
}

/// Whether a text without a scheme, query and fragment begins with a host: `app.example.com/return`.
fn looks_like_an_address(text: &str) -> bool {
    text.split_once('/').is_some_and(|(host, _)| host == "localhost" || (host.contains('.') && !host.contains('!')))
}

/// The scheme that a text without one must have had: only this computer is spoken to in plain http.
fn missing_scheme(text: &str) -> &'static str {
    if ["localhost", "127.", "[::1]"].iter().any(|host| text.to_ascii_lowercase().starts_with(host)) {
        "http:"
    } else {
        "https:"
    }
}

/// The parameters of an answer, each at most once.
#[derive(Default)]
struct Fields<'a> {
    code: Option<Cow<'a, str>>,
    state: Option<Cow<'a, str>>,
    error: Option<Cow<'a, str>>,
    error_description: Option<Cow<'a, str>>,
    iss: Option<Cow<'a, str>>,
    access_token: Option<Cow<'a, str>>,
    response_type: Option<Cow<'a, str>>,
    redirect_uri: Option<Cow<'a, str>>,
    in_fragment: bool,
}

impl<'a> Fields<'a> {
    fn read(parts: &Parts<'a>) -> Result<Self, ReturnUrlError> {
        let mut fields = Self::default();
        let query = parts.query.trim_start_matches(['?', '&']);
        for (position, (name, value)) in form_urlencoded::parse(query.as_bytes()).enumerate() {
            // `&state=…` left on a bare code.
            if position == 0 && parts.address.is_none() && value.is_empty() && has_exacts_shape(&name) {
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
        fields.in_fragment = form_urlencoded::parse(parts.fragment.as_bytes())
            .any(|(name, _)| matches!(&*name, "access_token" | "id_token" | "code" | "error"));
        Ok(fields)
    }

    fn check_for_tokens(&self) -> Result<(), ReturnUrlError> {
        if self.in_fragment && self.code.is_none() {
            return Err(ReturnUrlError::ImplicitFragment);
        }
        if self.access_token.is_some() {
            return Err(ReturnUrlError::AccessToken);
        }
        Ok(())
    }
}

/// Holds the address against the redirect URI: scheme, host, port and path. Scheme and host may be in any case, and
/// an empty path is `/` ([RFC 3986, 6.2](https://www.rfc-editor.org/rfc/rfc3986#section-6.2)).
fn check_address(address: &str, fields: &Fields<'_>, expected: &Expected<'_>) -> Result<(), ReturnUrlError> {
    let found = Url::parse(address).map_err(|_| ReturnUrlError::NotAReturnUrl)?;
    if is_authorization_url(&found, fields, expected) {
        return Err(ReturnUrlError::AuthorizationUrl);
    }
    let Some(redirect_uri) = expected.redirect_uri else {
        let is_exacts = found.host_str().and_then(Country::of_host).is_some();
        return if is_exacts && fields.code.is_none() && fields.error.is_none() {
            Err(ReturnUrlError::SignInPage)
        } else {
            Ok(())
        };
    };
    let wanted = redirect_uri.url();
    let mismatch = if found.scheme() != wanted.scheme() {
        Some(ReturnUrlError::OtherScheme { expected: wanted.scheme().to_owned(), found: words(found.scheme()) })
    } else if found.host() != wanted.host() || !found.username().is_empty() || found.password().is_some() {
        Some(ReturnUrlError::OtherHost { expected: host(wanted), found: host(&found) })
    } else if found.port_or_known_default() != wanted.port_or_known_default() {
        Some(ReturnUrlError::OtherPort {
            expected: wanted.port_or_known_default(),
            found: found.port_or_known_default(),
        })
    } else if found.path() != wanted.path() {
        Some(ReturnUrlError::OtherPath { expected: wanted.path().to_owned(), found: words(found.path()) })
    } else {
        None
    };
    match mismatch {
        Some(_) if is_sign_in_page(&found, expected) => Err(ReturnUrlError::SignInPage),
        Some(error) => Err(error),
        None => Ok(()),
    }
}

/// Whether this is the address that the person was to open, not the one they came back to.
fn is_authorization_url(found: &Url, fields: &Fields<'_>, expected: &Expected<'_>) -> bool {
    if fields.code.is_some() {
        return false;
    }
    let is_endpoint = expected
        .authorization_endpoint
        .is_some_and(|endpoint| endpoint.url().origin() == found.origin() && endpoint.url().path() == found.path());
    is_endpoint
        || found.path().ends_with("/api/oauth2/auth")
        || (fields.response_type.is_some() && fields.redirect_uri.is_some())
}

/// Whether this is a page of the server's own: the person copied the address before they had consented.
fn is_sign_in_page(found: &Url, expected: &Expected<'_>) -> bool {
    found.host_str().and_then(Country::of_host).is_some()
        || expected.authorization_endpoint.is_some_and(|endpoint| endpoint.url().origin() == found.origin())
}

/// Compares whole, and again after decoding while a `%` is left: chat and mail encode once more.
fn same_state(found: &str, sent: &State) -> bool {
    let mut found = Cow::Borrowed(found);
    for _ in 0..4 {
        if found == sent.as_str() {
            return true;
        }
        if !found.contains('%') {
            return false;
        }
        found = Cow::Owned(percent_encoding::percent_decode_str(&found).decode_utf8_lossy().into_owned());
    }
    found == sent.as_str()
}

/// Whether a bare text is more likely a client secret than anything else: short, letters and digits only.
fn looks_like_a_secret(text: &str) -> bool {
    (8..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric())
        && text.bytes().any(|b| b.is_ascii_digit())
        && text.bytes().any(|b| b.is_ascii_alphabetic())
}

fn host(url: &Url) -> String {
    let user = if url.username().is_empty() && url.password().is_none() { "" } else { "…@" };
    format!("{user}{}", words(url.host_str().unwrap_or_default()))
}

/// Somebody else's words, fit for a message: printable, at most 300 characters.
fn words(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .filter(|c| !unwrap::is_invisible(*c))
        .take(300)
        .collect::<String>()
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests;
