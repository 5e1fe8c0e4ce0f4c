//! Secrets as types: they cannot be printed, compared, serialised or dereferenced; only exposed, by name.
//! Their memory is zeroed when they are dropped.

use secrecy::{ExposeSecret as _, SecretString};

/// Defines a secret type around [`SecretString`].
macro_rules! secret {
    ($(#[$documentation:meta])* $name:ident) => {
        $(#[$documentation])*
        pub struct $name($crate::secret::Inner);

        impl $name {
            /// Takes the text as it is.
            pub fn new(text: impl Into<String>) -> Self {
                Self($crate::secret::Inner::from(text.into()))
            }

            /// The text itself. Each call is a place to look at when asking where secrets go.
            #[must_use]
            pub fn expose(&self) -> &str {
                secrecy::ExposeSecret::expose_secret(&self.0)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(concat!(stringify!($name), "([redacted])"))
            }
        }
    };
}
pub(crate) use secret;

/// What the secret types wrap.
pub(crate) type Inner = SecretString;

secret! {
    /// The client secret of an app ([RFC 6749, 2.3.1](https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1)).
    /// Exact's are short and opaque; their shape is not checked.
    #[derive(Clone)]
    ClientSecret
}
secret! {
    /// An access token. Exact's live 600 seconds.
    #[derive(Clone)]
    AccessToken
}
secret! {
    /// A refresh token. Exact's are single use, rotate at each use and die after 30 days unused.
    #[derive(Clone)]
    RefreshToken
}
secret! {
    /// Text that holds secrets among other things: a request body, a settings file, a grant as JSON.
    SecretText
}

impl ClientSecret {
    /// Whether `text` is this secret, compared without stopping at the first difference.
    #[must_use]
    pub fn is(&self, text: &str) -> bool {
        let own = self.0.expose_secret().as_bytes();
        own.len() == text.len()
            && own.iter().zip(text.as_bytes()).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_debug_output_shows_a_secret() {
        const CANARY: &str = "canary-8d1f";
        let shown = format!(
            "{:?} {:?} {:?} {:?}",
            ClientSecret::new(CANARY),
            AccessToken::new(CANARY),
            RefreshToken::new(CANARY),
            SecretText::new(CANARY)
        );
        assert!(!shown.contains(CANARY), "{shown}");
        assert_eq!(shown.matches("([redacted])").count(), 4);
    }

    #[test]
    fn a_client_secret_knows_itself() {
        let secret = ClientSecret::new("aB3dE5fG7hJ9");
        assert!(secret.is("aB3dE5fG7hJ9"));
        assert!(!secret.is("aB3dE5fG7hJ8"));
        assert!(!secret.is("aB3dE5fG7hJ"));
    }
}
