//! What came back from the sign-in, however it was pasted, checked strictly against what was sent
//! ([RFC 6749, 4.1.2](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2),
//! [RFC 9207](https://www.rfc-editor.org/rfc/rfc9207) for `iss`).
//!
//! Reading is forgiving: [`unwrap`] takes off whatever mail, chat and terminals put around an address. Checking is
//! not: the address must be the redirect URI, the state the one that was sent, the code undamaged. Several readings of
//! one paste may be tried, since each is checked alike.

mod error;
mod parts;
mod unwrap;

use std::borrow::Cow;

use url::Url;

pub use error::ReturnUrlError;
use parts::{Fields, Parts};
pub use unwrap::text_from_bytes;

use crate::{
    AuthorizationCode, AuthorizationRequest, ClientId, ClientSecret, CodeShape, Country, DamagedCode, Endpoint,
    RedirectUri, State, client_id,
    code::has_access_token_shape,
    words::{is_invisible, place, words},
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
            issuer: registration.provider.issuer.as_deref(),
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
        let text = text.trim();
        if expected.client_secret.is_some_and(|secret| secret.is(text)) {
            return Err(ReturnUrlError::ClientSecret);
        }
        // As it stands first: what is an address already may hold any mark.
        if let Ok(answer) = Self::parse_address(text, expected) {
            return Ok(answer);
        }
        let unwrapped = unwrap::unwrap(text);
        let first = Self::parse_address(&unwrapped, expected);
        if first.is_ok() {
            return first;
        }
        let lower = unwrapped.to_ascii_lowercase();
        if ["%26", "%3d", "%3b"].iter().any(|mark| lower.contains(mark)) {
            let again = Self::parse_address(&unwrap::unwrap(&unwrap::decoded(&unwrapped)), expected);
            if again.is_ok() {
                return again;
            }
        }
        Self::from_prose(text, expected).unwrap_or(first)
    }

    /// An answer with prose around it. Believed only where it is the paste's one answer, and ends where it ends: with
    /// the state that was sent, behind the code.
    fn from_prose(text: &str, expected: &Expected<'_>) -> Option<Result<Self, ReturnUrlError>> {
        let state = expected.state?.as_str();
        if ["code=", "state=", "code%3D"].iter().any(|name| text.matches(name).count() > 1) {
            return None;
        }
        unwrap::parts(text).find_map(|part| {
            let part = unwrap::unwrap(part);
            let is_whole = match (part.find("code=").or_else(|| part.find("error=")), part.rfind("state=")) {
                (Some(answer), Some(sent)) => answer < sent && part.contains(state),
                _ => false,
            };
            match Self::parse_address(&part, expected) {
                Ok(answer) if is_whole && answer.form == Form::Url => Some(Ok(answer)),
                Err(error @ ReturnUrlError::Refused { .. }) if is_whole => Some(Err(error)),
                _ => None,
            }
        })
    }

    fn parse_address(text: &str, expected: &Expected<'_>) -> Result<Self, ReturnUrlError> {
        if text.is_empty() {
            return Err(ReturnUrlError::Empty);
        }
        if text.starts_with('{') && text.contains("access_token") {
            return Err(ReturnUrlError::AccessToken);
        }
        match Parts::of(text, expected) {
            Some(parts) => Self::from_parts(&parts, expected),
            None => Self::from_bare(text.split('#').next().unwrap_or_default(), expected),
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
            return Err(ReturnUrlError::OtherPath { expected: redirect_uri.path().to_owned(), found: place(path) });
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
            None if parts.form == Form::Query && parts.query.contains("!IAAAA") => {
                return Err(ReturnUrlError::CodeDamaged { reason: DamagedCode::Character('=') });
            }
            None => return Err(ReturnUrlError::CodeMissing),
        };
        let code = read_code(code, expected)?;
        if expected.state.is_none() && !expected.opaque_code && code.shape() == CodeShape::Unusual {
            // Nothing else speaks for it.
            return Err(ReturnUrlError::NotAReturnUrl);
        }
        Ok(Self {
            code,
            state: expected
                .state
                .cloned()
                .or_else(|| fields.state.as_deref().and_then(|state| State::parse(state).ok())),
            form: parts.form,
        })
    }

    fn from_bare(text: &str, expected: &Expected<'_>) -> Result<Self, ReturnUrlError> {
        let code = match read_code(text, expected) {
            Ok(code) if expected.opaque_code || code.shape() == CodeShape::Exact => code,
            Ok(_) if looks_like_a_secret(text) => return Err(ReturnUrlError::ClientSecret),
            // What has the mark of a code in it was one before it was damaged.
            Err(error @ ReturnUrlError::CodeDamaged { .. }) if text.contains("!IAAAA") => return Err(error),
            Ok(_) | Err(ReturnUrlError::CodeDamaged { .. }) => return Err(ReturnUrlError::NotAReturnUrl),
            Err(error) => return Err(error),
        };
        if expected.state.is_some() {
            return Err(ReturnUrlError::StateMissing);
        }
        Ok(Self { code, state: None, form: Form::BareCode })
    }
}

/// Reads a code, and says what else it is.
fn read_code(text: &str, expected: &Expected<'_>) -> Result<AuthorizationCode, ReturnUrlError> {
    let code = if expected.opaque_code { AuthorizationCode::opaque(text) } else { AuthorizationCode::parse(text) };
    let bare = code.as_ref().map_or(text, AuthorizationCode::expose);
    if expected.client_secret.is_some_and(|secret| secret.is(bare)) {
        return Err(ReturnUrlError::ClientSecret);
    }
    if expected.client_id.is_some_and(|id| id.is(bare)) || (!expected.opaque_code && client_id::is_guid(bare)) {
        return Err(ReturnUrlError::ClientId);
    }
    if !expected.opaque_code && has_access_token_shape(bare) {
        return Err(ReturnUrlError::AccessToken);
    }
    code.map_err(|reason| ReturnUrlError::CodeDamaged { reason })
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
        Some(ReturnUrlError::OtherPath { expected: wanted.path().to_owned(), found: place(found.path()) })
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
    let mut found = Cow::Borrowed(found.trim_matches(|c: char| is_invisible(c) || c.is_whitespace()));
    for _ in 0..4 {
        if found == sent.as_str() {
            return true;
        }
        if !found.contains('%') {
            return false;
        }
        found = Cow::Owned(unwrap::decoded(&found));
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
    format!("{user}{}", place(url.host_str().unwrap_or_default()))
}

#[cfg(test)]
mod tests;
