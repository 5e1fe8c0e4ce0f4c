//! Why a command did not do its job, and with which exit code it says so.

use exact_preauth_core::{Explained, MeError, ReturnUrlError, TokenError, TokenErrorKind};

/// 1: failed.
pub const FAILED: u8 = 1;
/// 2: wrong usage.
pub const USAGE: u8 = 2;
/// 3: refused by the provider.
pub const REFUSED: u8 = 3;
/// 4: only a new consent helps.
pub const NEW_CONSENT: u8 = 4;
/// 130: interrupted, as shells count it.
pub const INTERRUPTED: u8 = 130;

/// What is shown, and the exit code.
#[derive(Debug)]
pub struct Failure {
    /// Stable, such as `return-state-mismatch`.
    pub code: &'static str,
    /// What was expected and what was found.
    pub message: String,
    /// What the system says, where it says something.
    pub cause: Option<String>,
    /// What to do next.
    pub hint: Option<String>,
    /// The exit code.
    pub exit: u8,
}

impl Failure {
    /// Something that went wrong outside.
    pub fn failed(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), cause: None, hint: None, exit: FAILED }
    }

    /// Something that was asked for wrongly.
    pub fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { code: "usage", message: message.into(), cause: None, hint: Some(hint.into()), exit: USAGE }
    }

    /// A value that was typed wrongly.
    pub fn wrong(what: &str, error: &dyn Explained) -> Self {
        Self {
            code: error.code(),
            message: format!("{what}: {error}"),
            cause: None,
            hint: Some(error.hint()),
            exit: USAGE,
        }
    }

    /// Ctrl-C, or a request of the system's to end.
    pub fn interrupted() -> Self {
        Self {
            code: "interrupted",
            message: if crate::file::was_written() {
                "stopped; the file is written"
            } else {
                "stopped; nothing was written"
            }
            .into(),
            cause: None,
            hint: None,
            exit: INTERRUPTED,
        }
    }

    /// With what the system said.
    pub fn because(mut self, cause: impl std::fmt::Display) -> Self {
        self.cause = Some(cause.to_string());
        self
    }

    /// With what to do next.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    fn explained(error: &dyn Explained, exit: u8) -> Self {
        Self { code: error.code(), message: error.to_string(), cause: None, hint: Some(error.hint()), exit }
    }
}

impl From<ReturnUrlError> for Failure {
    fn from(error: ReturnUrlError) -> Self {
        Self::explained(&error, if matches!(error, ReturnUrlError::Refused { .. }) { REFUSED } else { FAILED })
    }
}

impl From<TokenError> for Failure {
    fn from(error: TokenError) -> Self {
        let exit = match error.kind {
            _ if error.needs_new_consent() => NEW_CONSENT,
            TokenErrorKind::Outage
            | TokenErrorKind::TooLong
            | TokenErrorKind::NotJson
            | TokenErrorKind::NoToken
            | TokenErrorKind::TokenType => FAILED,
            _ => REFUSED,
        };
        Self::explained(&error, exit)
    }
}

impl From<MeError> for Failure {
    fn from(error: MeError) -> Self {
        let is_refusal = matches!(error, MeError::Unauthorized | MeError::Refused { .. });
        Self::explained(&error, if is_refusal { REFUSED } else { FAILED })
    }
}
