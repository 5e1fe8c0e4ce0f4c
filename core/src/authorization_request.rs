//! The authorisation request and its URL ([RFC 6749, 4.1.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1)).

use crate::{CodeVerifier, Registration, State, encoding};

/// 64 random bytes from which one request makes its secrets. The caller draws them from the operating system.
pub struct Entropy {
    state: [u8; 32],
    code_verifier: [u8; 32],
}

impl Entropy {
    /// Takes 64 bytes, each used for one thing only.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 64]) -> Self {
        let mut entropy = Self { state: [0; 32], code_verifier: [0; 32] };
        let (first, second) = bytes.split_at(32);
        entropy.state.copy_from_slice(first);
        entropy.code_verifier.copy_from_slice(second);
        entropy
    }
}

/// One request for a person's consent: what is sent, and what must be kept until the answer comes.
#[derive(Debug)]
pub struct AuthorizationRequest {
    registration: Registration,
    state: State,
    code_verifier: Option<CodeVerifier>,
    /// Whether Exact asks for the password even of a browser that is signed in (`force_login`, on by default).
    /// Without it the tokens silently belong to whoever was signed in.
    pub force_login: bool,
}

/// One parameter of the URL, with its meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// As it stands in the URL.
    pub name: &'static str,
    /// Not yet percent-encoded.
    pub value: String,
    /// In one sentence.
    pub meaning: &'static str,
}

impl AuthorizationRequest {
    /// A request with a fresh state and, where the provider has PKCE, a fresh code verifier.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "entropy serves one request")]
    pub fn new(registration: Registration, entropy: Entropy) -> Self {
        let state = State::random(&entropy.state);
        let code_verifier = registration.provider.pkce.then(|| CodeVerifier::random(&entropy.code_verifier));
        Self { registration, state, code_verifier, force_login: true }
    }

    /// Takes a state that somebody else made instead.
    pub fn set_state(&mut self, state: State) {
        self.state = state;
    }

    /// The app that asks.
    #[must_use]
    pub fn registration(&self) -> &Registration {
        &self.registration
    }

    /// What the answer must bring back.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// What the exchange must prove, where there is PKCE.
    #[must_use]
    pub fn code_verifier(&self) -> Option<&CodeVerifier> {
        self.code_verifier.as_ref()
    }

    /// The URL to open in a browser. It holds no secret.
    #[must_use]
    pub fn url(&self) -> String {
        let endpoint = self.registration.provider.authorization_endpoint().as_str();
        let parameters = self.parameters();
        let query = encoding::form(parameters.iter().map(|parameter| (parameter.name, parameter.value.as_str())));
        let separator = if endpoint.contains('?') { '&' } else { '?' };
        format!("{endpoint}{separator}{query}")
    }

    /// Its parameters in their order, each explained.
    #[must_use]
    pub fn parameters(&self) -> Vec<Parameter> {
        let Registration { provider, client_id, redirect_uri } = &self.registration;
        let mut parameters = vec![
            Parameter {
                name: "client_id",
                value: client_id.to_string(),
                meaning: "Which app asks. Public; known only to the country where the app is registered.",
            },
            Parameter {
                name: "redirect_uri",
                value: redirect_uri.to_string(),
                meaning: "Where the answer goes. Compared with the registered one character for character.",
            },
            Parameter {
                name: "response_type",
                value: "code".into(),
                meaning: "Asks for a code, which only the holder of the client secret can exchange for tokens.",
            },
            Parameter {
                name: "state",
                value: self.state.to_string(),
                meaning: "Random; comes back with the answer and proves that it answers this request.",
            },
        ];
        if provider.is_exact() {
            parameters.push(Parameter {
                name: "force_login",
                value: if self.force_login { "1" } else { "0" }.into(),
                meaning: if self.force_login {
                    "Asks who signs in even if the browser is signed in: the tokens belong to that user."
                } else {
                    "Takes whoever is signed in to the browser: the tokens belong to that user."
                },
            });
        }
        if let Some(scope) = &provider.scope {
            parameters.push(Parameter {
                name: "scope",
                value: scope.clone(),
                meaning: "What the app wants to be allowed to do.",
            });
        }
        if let Some(verifier) = &self.code_verifier {
            parameters.push(Parameter {
                name: "code_challenge",
                value: verifier.challenge().as_str().into(),
                meaning: "The hash of a secret that the exchange must show (PKCE): a stolen code is worth nothing.",
            });
            parameters.push(Parameter {
                name: "code_challenge_method",
                value: "S256".into(),
                meaning: "How the hash was made: SHA-256.",
            });
        }
        parameters
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ClientId, Country, Provider, RedirectUri};

    fn registration() -> Result<Registration, Box<dyn std::error::Error>> {
        Ok(Registration {
            provider: Provider::country(Country::UnitedKingdom),
            client_id: ClientId::parse("{0f9a5d7e-6c3b-4a21-9e57-8b1d2c3f4a5b}")?,
            redirect_uri: RedirectUri::parse("https://app.example.com/return?tenant=a b".replace(' ', "%20").as_str())?,
        })
    }

    #[test]
    fn builds_exacts_url() -> Result<(), Box<dyn std::error::Error>> {
        let mut request = AuthorizationRequest::new(registration()?, Entropy::from_bytes([0; 64]));
        request.set_state(State::parse("a+b")?);
        assert_eq!(
            request.url(),
            "https://start.exactonline.co.uk/api/oauth2/auth?client_id=%7B0f9a5d7e-6c3b-4a21-9e57-8b1d2c3f4a5b%7D\
             &redirect_uri=https%3A%2F%2Fapp.example.com%2Freturn%3Ftenant%3Da%2520b&response_type=code&state=a%2Bb&force_login=1"
        );
        request.force_login = false;
        assert!(request.url().ends_with("&force_login=0"));
        Ok(())
    }

    #[test]
    fn sends_a_challenge_and_never_the_verifier() -> Result<(), Box<dyn std::error::Error>> {
        let mut registration = registration()?;
        registration.provider.pkce = true;
        let request = AuthorizationRequest::new(
            registration,
            Entropy::from_bytes(std::array::from_fn(|at| u8::try_from(at).unwrap_or(0))),
        );
        let verifier = request.code_verifier().ok_or("no verifier")?;
        assert!(request.url().contains(verifier.challenge().as_str()));
        assert!(request.url().ends_with("code_challenge_method=S256"));
        assert!(!request.url().contains(verifier.expose()));
        assert!(!format!("{request:?}").contains(verifier.expose()));
        assert_ne!(request.state().as_str(), verifier.expose());
        Ok(())
    }
}
