//! The client ID: public, and at Exact a GUID.

use crate::Explained;

/// The client ID of an app ([RFC 6749, 2.2](https://www.rfc-editor.org/rfc/rfc6749#section-2.2)), kept as it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientId(String);

impl ClientId {
    /// Reads an Exact Online client ID: a GUID, with or without braces.
    ///
    /// # Errors
    /// If the text is empty or no GUID.
    ///
    /// ```
    /// # use exact_preauth_core::ClientId;
    /// assert!(ClientId::parse("{0f9a5d7e-6c3b-4a21-9e57-8b1d2c3f4a5b}").is_ok());
    /// assert!(ClientId::parse("aB3dE5fG7hJ9").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, ClientIdError> {
        let id = Self::opaque(text)?;
        if is_guid(id.as_str()) { Ok(id) } else { Err(ClientIdError::NotAGuid { length: id.0.chars().count() }) }
    }

    /// Reads the client ID of any other authorization server: visible ASCII characters.
    ///
    /// # Errors
    /// If the text is empty or holds another character.
    pub fn opaque(text: &str) -> Result<Self, ClientIdError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(ClientIdError::Empty);
        }
        match text.chars().find(|c| !c.is_ascii_graphic()) {
            Some(found) => Err(ClientIdError::Character { found }),
            None => Ok(Self(text.to_owned())),
        }
    }

    /// The text as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `text` is this client ID, in braces or not, in any case.
    #[must_use]
    pub fn is(&self, text: &str) -> bool {
        without_braces(&self.0).eq_ignore_ascii_case(without_braces(text))
    }
}

impl std::fmt::Display for ClientId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Whether a text is a GUID, in braces or not.
pub(crate) fn is_guid(text: &str) -> bool {
    let bare = without_braces(text);
    bare.len() == 36
        && bare.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

fn without_braces(text: &str) -> &str {
    text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(text)
}

/// Why a text is no client ID. Its text is not repeated: it may be the secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ClientIdError {
    /// Nothing but blanks.
    #[error("expected a client ID, found nothing")]
    Empty,
    /// A blank, a control character or one beyond ASCII.
    #[error("expected a client ID of visible ASCII characters, found {found:?}")]
    Character {
        /// The first such character.
        found: char,
    },
    /// Not of the form that Exact's client IDs have.
    #[error("expected a client ID such as 0f9a5d7e-6c3b-4a21-9e57-8b1d2c3f4a5b, found {length} other characters")]
    NotAGuid {
        /// How many characters it has.
        length: usize,
    },
}

impl Explained for ClientIdError {
    fn code(&self) -> &'static str {
        match self {
            Self::Empty => "client-id-empty",
            Self::Character { .. } => "client-id-character",
            Self::NotAGuid { .. } => "client-id-not-a-guid",
        }
    }

    fn hint(&self) -> String {
        "Copy the client ID from the app's registration in the App Center. The shorter value beside it is the client secret.".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_a_guid_with_or_without_braces_and_keeps_it() {
        for text in ["0F9A5D7E-6c3b-4a21-9e57-8b1d2c3f4a5b", "{0f9a5d7e-6c3b-4a21-9e57-8b1d2c3f4a5b}"] {
            assert_eq!(ClientId::parse(&format!(" {text}\n")).map(|id| id.to_string()).as_deref(), Ok(text));
        }
        assert!(ClientId::parse("{0f9a5d7e-6c3b-4a21-9e57-8b1d2c3f4a5b").is_err());
    }

    #[test]
    fn a_secret_in_its_place_is_not_repeated() {
        let error = ClientId::parse("aB3dE5fG7hJ9").err().map(|error| format!("{error} {error:?}"));
        assert!(error.is_some_and(|shown| !shown.contains("aB3d")));
    }
}
