//! The authorisation code: its shape at Exact, and what damages it on its way through mail and chat.

crate::secret::secret! {
    /// An authorisation code ([RFC 6749, 1.3.1](https://www.rfc-editor.org/rfc/rfc6749#section-1.3.1)).
    /// Exact's live 3 minutes and can be used once.
    AuthorizationCode
}

/// Codes beyond this many characters are damaged. Exact's have 500 to 800.
const LIMIT: usize = 8_192;

/// Whether a code looks like those that Exact makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeShape {
    /// `[stamp "."] 4×[A-Za-z0-9_-] "!" payload`, the payload starting with `IAAAA`.
    Exact,
    /// Undamaged, but of another shape. To be believed only when it came with a matching state.
    Unusual,
}

/// What is wrong with a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DamagedCode {
    /// Nothing after `code=`.
    Empty,
    /// A character that no code holds: a blank, `%`, `+`, `/`, `=` or another one.
    Character(char),
    /// It ends in dots: something shortened it for display.
    Shortened,
    /// Over 8,192 characters.
    TooLong,
}

impl AuthorizationCode {
    /// Reads a code of Exact's: percent-decoded again while a `%` is left, since no code holds one.
    ///
    /// # Errors
    /// Says how the code is damaged.
    pub fn parse(text: &str) -> Result<Self, DamagedCode> {
        let mut code = text.trim().to_owned();
        for _ in 0..4 {
            if !code.contains('%') {
                break;
            }
            code = percent_encoding::percent_decode_str(&code).decode_utf8_lossy().into_owned();
        }
        if code.is_empty() {
            return Err(DamagedCode::Empty);
        }
        if code.len() > LIMIT {
            return Err(DamagedCode::TooLong);
        }
        if code.ends_with("...") || code.ends_with('…') {
            return Err(DamagedCode::Shortened);
        }
        match code.chars().find(|c| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '_' | '-' | '!' | '~')) {
            Some(found) => Err(DamagedCode::Character(found)),
            None => Ok(Self::new(code)),
        }
    }

    /// Reads a code of any other server: 1 to 8,192 characters of `VSCHAR`
    /// ([RFC 6749, A.11](https://www.rfc-editor.org/rfc/rfc6749#appendix-A.11)).
    ///
    /// # Errors
    /// Says how the code is damaged.
    pub fn opaque(text: &str) -> Result<Self, DamagedCode> {
        if text.is_empty() {
            return Err(DamagedCode::Empty);
        }
        if text.len() > LIMIT {
            return Err(DamagedCode::TooLong);
        }
        match text.chars().find(|c| !matches!(c, ' '..='~')) {
            Some(found) => Err(DamagedCode::Character(found)),
            None => Ok(Self::new(text)),
        }
    }

    /// Whether it looks like Exact's.
    #[must_use]
    pub fn shape(&self) -> CodeShape {
        if has_exacts_shape(self.expose()) { CodeShape::Exact } else { CodeShape::Unusual }
    }
}

/// Whether a text has the shape of Exact's codes, and of its refresh tokens, which have the same.
pub(crate) fn has_exacts_shape(text: &str) -> bool {
    let Some((head, payload)) = text.split_once('!') else { return false };
    let prefix = match head.split_once('.') {
        Some((stamp, prefix)) if !stamp.is_empty() && stamp.bytes().all(|b| b.is_ascii_alphanumeric()) => prefix,
        Some(_) => return false,
        None => head,
    };
    prefix.len() == 4
        && prefix.bytes().all(is_base64url)
        && payload.starts_with("IAAAA")
        && payload.bytes().all(is_base64url)
}

/// Whether a text has the shape of Exact's access tokens: no `!`, and a payload that starts with `gAAAA` or `AAEAA`.
pub(crate) fn has_access_token_shape(text: &str) -> bool {
    let payload = match text.split_once('.') {
        Some((stamp, payload)) if !stamp.is_empty() && stamp.bytes().all(|b| b.is_ascii_alphanumeric()) => payload,
        _ => text,
    };
    payload.starts_with("gAAAA") || payload.starts_with("AAEAA")
}

fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_exacts_shape_with_and_without_a_stamp() {
        for text in ["stampNL001.aB3-!IAAAAEt3", "aB_3!IAAAA", "stampUK9.0000!IAAAA-_"] {
            assert!(has_exacts_shape(text), "{text}");
        }
        for text in [
            "",
            "!",
            "aB3!IAAAA",
            "aB3--!IAAAA",
            "aB3-!JAAAA",
            "st amp.aB3-!IAAAA",
            ".aB3-!IAAAA",
            "aB3-!IAAAA=",
            "gAAAAx",
        ] {
            assert!(!has_exacts_shape(text), "{text}");
        }
    }

    #[test]
    fn decodes_again_while_a_percent_sign_is_left() {
        for text in ["aB3-%21IAAAA", "aB3-%2521IAAAA", "aB3-%252521IAAAA"] {
            assert_eq!(
                AuthorizationCode::parse(text).map(|code| code.expose().to_owned()).as_deref(),
                Ok("aB3-!IAAAA")
            );
        }
        assert_eq!(AuthorizationCode::parse("aB3-%zzIAAAA").map(|_| ()), Err(DamagedCode::Character('%')));
    }

    #[test]
    fn an_access_token_is_told_from_a_code() {
        assert!(has_access_token_shape("stampNL001.gAAAAB"));
        assert!(has_access_token_shape("AAEAAx"));
        assert!(!has_access_token_shape("stampNL001.aB3-!IAAAA"));
    }
}
