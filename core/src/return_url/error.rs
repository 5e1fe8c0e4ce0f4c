//! Why what came back is not believed: one reason for each thing that can be wrong.

use crate::{DamagedCode, Explained};

/// Why a paste is no answer to the request. None repeats a code, a token or a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReturnUrlError {
    /// Over [`RETURN_URL_LIMIT`](crate::RETURN_URL_LIMIT).
    #[error("expected at most 65,536 bytes, found {found}")]
    TooLong {
        /// Its length in bytes.
        found: usize,
    },
    /// Nothing but blanks and marks.
    #[error("expected the address to which Exact sent the browser back, found nothing")]
    Empty,
    /// None of the forms in which an answer comes.
    #[error("expected an address with \"?code=…\", found something else")]
    NotAReturnUrl,
    /// The address that starts the sign-in.
    #[error("expected the address after the sign-in, found the one that starts it")]
    AuthorizationUrl,
    /// A page of the sign-in itself.
    #[error("expected the address after the sign-in, found one of the sign-in pages")]
    SignInPage,
    /// Another scheme than the redirect URI's.
    #[error("expected {expected}://, as in the redirect URI, found {found}://")]
    OtherScheme {
        /// The redirect URI's.
        expected: String,
        /// The paste's.
        found: String,
    },
    /// Another host than the redirect URI's.
    #[error("expected the redirect URI's host {expected}, found {found}")]
    OtherHost {
        /// The redirect URI's.
        expected: String,
        /// The paste's.
        found: String,
    },
    /// Another port than the redirect URI's.
    #[error("expected the redirect URI's port {}, found {}", port(*expected), port(*found))]
    OtherPort {
        /// The redirect URI's.
        expected: Option<u16>,
        /// The paste's.
        found: Option<u16>,
    },
    /// Another path than the redirect URI's.
    #[error("expected the redirect URI's path {expected}, found {found}")]
    OtherPath {
        /// The redirect URI's.
        expected: String,
        /// The paste's.
        found: String,
    },
    /// An access token where a code belongs.
    #[error("expected a code, found an access token")]
    AccessToken,
    /// Tokens behind a `#`: the implicit flow's answer.
    #[error("expected a code after \"?\", found an answer after \"#\"")]
    ImplicitFragment,
    /// A parameter that stands there twice.
    #[error("expected \"{name}\" once, found it twice")]
    Repeated {
        /// Which one.
        name: &'static str,
    },
    /// No state, although one was sent.
    #[error("expected the state that was sent, found none")]
    StateMissing,
    /// The state of another request.
    #[error("expected the state that was sent, found another one")]
    StateMismatch,
    /// Another issuer than the one that was asked, or none.
    #[error("expected an answer from {expected}, found {}", found.as_deref().unwrap_or("none named"))]
    Issuer {
        /// The one that was asked.
        expected: String,
        /// The one that answered.
        found: Option<String>,
    },
    /// The server's refusal, in its own words.
    #[error("the server refused: {error}{}", description.as_ref().map(|text| format!(" ({text})")).unwrap_or_default())]
    Refused {
        /// `error`, such as `access_denied`.
        error: String,
        /// `error_description`, where there is one.
        description: Option<String>,
    },
    /// No code.
    #[error("expected \"code=…\", found an address without it")]
    CodeMissing,
    /// A code that was damaged on its way.
    #[error("expected an undamaged code, found {}", damage(*reason))]
    CodeDamaged {
        /// How.
        reason: DamagedCode,
    },
    /// The client ID.
    #[error("expected the address to which Exact sent the browser back, found a client ID")]
    ClientId,
    /// The client secret, or what looks like one.
    #[error("expected the address to which Exact sent the browser back, found what looks like a client secret")]
    ClientSecret,
}

fn port(port: Option<u16>) -> String {
    port.map_or_else(|| "none".to_owned(), |port| port.to_string())
}

fn damage(reason: DamagedCode) -> String {
    match reason {
        DamagedCode::Empty => "an empty one".into(),
        DamagedCode::Character(' ') => "a blank in it".into(),
        DamagedCode::Character(c) => format!("{c:?} in it"),
        DamagedCode::Shortened => "one that ends in dots".into(),
        DamagedCode::TooLong => "one of over 8,192 characters".into(),
    }
}

impl Explained for ReturnUrlError {
    fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "return-too-long",
            Self::Empty => "return-empty",
            Self::NotAReturnUrl => "return-not-an-address",
            Self::AuthorizationUrl => "return-authorization-url",
            Self::SignInPage => "return-sign-in-page",
            Self::OtherScheme { .. } => "return-other-scheme",
            Self::OtherHost { .. } => "return-other-host",
            Self::OtherPort { .. } => "return-other-port",
            Self::OtherPath { .. } => "return-other-path",
            Self::AccessToken => "return-access-token",
            Self::ImplicitFragment => "return-implicit-fragment",
            Self::Repeated { .. } => "return-repeated-parameter",
            Self::StateMissing => "return-state-missing",
            Self::StateMismatch => "return-state-mismatch",
            Self::Issuer { .. } => "return-issuer",
            Self::Refused { .. } => "return-refused",
            Self::CodeMissing => "return-code-missing",
            Self::CodeDamaged { .. } => "return-code-damaged",
            Self::ClientId => "return-client-id",
            Self::ClientSecret => "return-client-secret",
        }
    }

    fn hint(&self) -> String {
        match self {
            Self::TooLong { .. } | Self::NotAReturnUrl | Self::Empty | Self::CodeMissing => {
                "After consenting, copy the whole address from the browser's address bar, even if the page shows an error."
            }
            Self::AuthorizationUrl => "Open that address in a browser, sign in and consent; then copy the address where you end up.",
            Self::SignInPage => "Sign in and consent first; then copy the address where you end up.",
            Self::OtherScheme { .. } | Self::OtherHost { .. } | Self::OtherPort { .. } | Self::OtherPath { .. } => {
                "Give as redirect URI exactly what is registered for the app, and start again; or paste the address of the right sign-in."
            }
            Self::AccessToken | Self::ImplicitFragment => {
                "An access token cannot be renewed. Start again with the address given here, which asks for a code."
            }
            Self::Repeated { .. } => "Nothing was used. Start again: an answer with a doubled parameter was tampered with or damaged.",
            Self::StateMissing => "Paste the whole address, from https:// to its end, with its state.",
            Self::StateMismatch => {
                "This answers another sign-in: an older tab, or one that somebody sent you. Nothing was used. Paste the newest one, or start again."
            }
            Self::Issuer { .. } => "Nothing was used. Start again, and be careful which server asked you to sign in.",
            Self::Refused { error, .. } if error == "access_denied" => "The person declined, or may not allow the app. Start again and choose Allow.",
            Self::Refused { error, .. } if error == "unauthorized_client" => {
                "The app may not be used by this subscription. Until Exact has reviewed an app it serves only its own subscription."
            }
            Self::Refused { .. } => "Check country, client ID and redirect URI against the app's registration, then start again.",
            Self::CodeDamaged { .. } => "Copy the address again, straight from the browser's address bar.",
            Self::ClientId | Self::ClientSecret => "Nothing was used. Paste the address from the browser's address bar.",
        }
        .into()
    }
}
