//! Names of connections, which become file names on every platform.

use crate::Explained;

/// A name: a letter or digit, then up to 63 letters, digits, `.`, `_` or `-`; no device name of Windows; no dot at
/// the end, which Windows drops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionName(String);

impl ConnectionName {
    /// Reads a name.
    ///
    /// # Errors
    /// Says what a name may hold.
    ///
    /// ```
    /// # use exact_preauth_core::ConnectionName;
    /// assert!(ConnectionName::parse("acme-nl").is_ok());
    /// assert!(ConnectionName::parse("../acme").is_err());
    /// assert!(ConnectionName::parse("con.xml").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, ConnectionNameError> {
        let text = text.trim();
        let Some(first) = text.chars().next() else { return Err(ConnectionNameError::Empty) };
        let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        if let Some(found) = text.chars().find(|c| !is_allowed(*c)) {
            return Err(ConnectionNameError::Character { found });
        }
        if !first.is_ascii_alphanumeric() {
            return Err(ConnectionNameError::Start { found: first });
        }
        if text.ends_with('.') {
            return Err(ConnectionNameError::End);
        }
        if text.len() > 64 {
            return Err(ConnectionNameError::TooLong { found: text.len() });
        }
        if is_device(text) {
            return Err(ConnectionNameError::Device { found: text.to_owned() });
        }
        Ok(Self(text.to_owned()))
    }

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for ConnectionName {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::str::FromStr for ConnectionName {
    type Err = ConnectionNameError;

    fn from_str(text: &str) -> Result<Self, ConnectionNameError> {
        Self::parse(text)
    }
}

/// Whether Windows takes it for a device, with any extension.
fn is_device(text: &str) -> bool {
    let stem = text.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let numbered = |prefix| stem.strip_prefix(prefix).is_some_and(|rest| matches!(rest.as_bytes(), [b'0'..=b'9']));
    matches!(stem.as_str(), "con" | "prn" | "aux" | "nul") || numbered("com") || numbered("lpt")
}

/// Why a text is no name of a connection.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectionNameError {
    /// Nothing.
    #[error("expected a name, found nothing")]
    Empty,
    /// A character that is not allowed.
    #[error("expected a name of letters, digits, \".\", \"_\" and \"-\", found {found:?}")]
    Character {
        /// The first such character.
        found: char,
    },
    /// It starts with a mark.
    #[error("expected a name that starts with a letter or digit, found {found:?}")]
    Start {
        /// Its first character.
        found: char,
    },
    /// It ends with a dot.
    #[error("expected a name that does not end with a dot")]
    End,
    /// Over 64 characters.
    #[error("expected a name of at most 64 characters, found {found}")]
    TooLong {
        /// Its length.
        found: usize,
    },
    /// A device of Windows, which cannot be a file.
    #[error("expected a name that can be a file on Windows, found the device \"{found}\"")]
    Device {
        /// The name.
        found: String,
    },
}

impl Explained for ConnectionNameError {
    fn code(&self) -> &'static str {
        match self {
            Self::Empty => "name-empty",
            Self::Character { .. } => "name-character",
            Self::Start { .. } => "name-start",
            Self::End => "name-end",
            Self::TooLong { .. } => "name-too-long",
            Self::Device { .. } => "name-device",
        }
    }

    fn hint(&self) -> String {
        "Choose a name such as acme-nl.".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_file_on_every_platform() {
        let reason = |text: &str| ConnectionName::parse(text).map_err(|error| error.code()).err();
        for good in ["a", "9", "acme-nl", "Acme_NL.2026", "console", "com", "com10", &"a".repeat(64)] {
            assert_eq!(reason(good), None, "{good}");
        }
        assert_eq!(reason(""), Some("name-empty"));
        assert_eq!(reason("-rf"), Some("name-start"));
        assert_eq!(reason(".hidden"), Some("name-start"));
        assert_eq!(reason("a/b"), Some("name-character"));
        assert_eq!(reason("acmé"), Some("name-character"));
        assert_eq!(reason("acme."), Some("name-end"));
        assert_eq!(reason(&"a".repeat(65)), Some("name-too-long"));
        for device in ["NUL", "con", "Com1", "lpt9.txt", "aux.a.b"] {
            assert_eq!(reason(device), Some("name-device"), "{device}");
        }
    }
}
