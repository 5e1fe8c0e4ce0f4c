//! PKCE ([RFC 7636](https://www.rfc-editor.org/rfc/rfc7636)), for servers that have it. Exact has not.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

crate::secret::secret! {
    /// A code verifier of 256 bits: 43 unreserved characters. It cannot be cloned: it belongs to one request.
    CodeVerifier
}

impl CodeVerifier {
    /// Makes a verifier ([RFC 7636, 4.1](https://www.rfc-editor.org/rfc/rfc7636#section-4.1)).
    #[must_use]
    pub fn random(entropy: &[u8; 32]) -> Self {
        Self::new(URL_SAFE_NO_PAD.encode(entropy))
    }

    /// Its challenge by the method `S256` ([RFC 7636, 4.2](https://www.rfc-editor.org/rfc/rfc7636#section-4.2)).
    #[must_use]
    pub fn challenge(&self) -> CodeChallenge {
        CodeChallenge(URL_SAFE_NO_PAD.encode(Sha256::digest(self.expose())))
    }
}

/// A code challenge, method `S256`: public.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeChallenge(String);

impl CodeChallenge {
    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// [RFC 7636, appendix B](https://www.rfc-editor.org/rfc/rfc7636#appendix-B).
    #[test]
    fn makes_the_challenge_of_the_rfcs_own_example() {
        let verifier = CodeVerifier::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(verifier.challenge().as_str(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn a_verifier_has_43_unreserved_characters() {
        let verifier = CodeVerifier::random(&[0xfb; 32]);
        assert_eq!(verifier.expose().len(), 43);
        assert!(verifier.expose().bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')));
    }
}
