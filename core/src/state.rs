//! `state`: what ties an answer to the request that it answers
//! ([RFC 6749, 4.1.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1)).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::Explained;

/// A `state`: made, kept and compared whole by its maker before a code leaves for anywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State(String);

impl State {
    /// A state of 256 bits: 43 characters of base64url.
    #[must_use]
    pub fn random(entropy: &[u8; 32]) -> Self {
        Self(URL_SAFE_NO_PAD.encode(entropy))
    }

    /// A state that somebody else made: 1 to 512 visible ASCII characters or blanks.
    ///
    /// # Errors
    /// If it is empty, longer, or holds another character.
    pub fn parse(text: &str) -> Result<Self, StateError> {
        if text.is_empty() || text.len() > 512 {
            return Err(StateError::Length { found: text.len() });
        }
        match text.chars().find(|c| !matches!(c, ' '..='~')) {
            Some(found) => Err(StateError::Character { found }),
            None => Ok(Self(text.to_owned())),
        }
    }

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for State {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::str::FromStr for State {
    type Err = StateError;

    fn from_str(text: &str) -> Result<Self, StateError> {
        Self::parse(text)
    }
}

/// Why a text is no state.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// Empty or too long.
    #[error("expected a state of 1 to 512 characters, found {found}")]
    Length {
        /// Its length in bytes.
        found: usize,
    },
    /// A control character or one beyond ASCII.
    #[error("expected a state of visible ASCII characters, found {found:?}")]
    Character {
        /// The first such character.
        found: char,
    },
}

impl Explained for StateError {
    fn code(&self) -> &'static str {
        match self {
            Self::Length { .. } => "state-length",
            Self::Character { .. } => "state-character",
        }
    }

    fn hint(&self) -> String {
        "Give the state that `url` printed, as it was printed.".into()
    }
}
