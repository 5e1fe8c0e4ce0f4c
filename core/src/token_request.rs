//! The token request ([RFC 6749, 4.1.3](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3) and
//! [6](https://www.rfc-editor.org/rfc/rfc6749#section-6)). Exact wants a form, with the credentials in the body.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{
    AuthorizationCode, ClientAuthentication, ClientSecret, CodeVerifier, RefreshToken, Registration, SecretText,
    encoding,
};

/// What is exchanged for tokens.
#[derive(Debug)]
pub enum TokenRequest<'a> {
    /// A code, with the verifier where a challenge was sent.
    AuthorizationCode {
        /// From the return URL.
        code: &'a AuthorizationCode,
        /// From the authorisation request.
        code_verifier: Option<&'a CodeVerifier>,
    },
    /// A refresh token, which at Exact dies by it.
    RefreshToken(&'a RefreshToken),
}

/// What to `POST` to the token endpoint.
#[derive(Debug)]
pub struct TokenRequestParts {
    /// Of type `application/x-www-form-urlencoded`.
    pub body: SecretText,
    /// The `Authorization` header, where the server wants one.
    pub authorization: Option<SecretText>,
}

impl TokenRequest<'_> {
    /// Adds the app's credentials. The redirect URI is the one of the authorisation request, to the letter.
    #[must_use]
    pub fn parts(&self, registration: &Registration, client_secret: &ClientSecret) -> TokenRequestParts {
        let client_id = registration.client_id.as_str();
        let mut pairs = Vec::with_capacity(6);
        let authorization = match registration.provider.client_authentication {
            ClientAuthentication::Post => {
                pairs.push(("client_id", client_id));
                pairs.push(("client_secret", client_secret.expose()));
                None
            }
            ClientAuthentication::Basic => {
                let pair = format!("{}:{}", encoding::encoded(client_id), encoding::encoded(client_secret.expose()));
                Some(SecretText::new(format!("Basic {}", STANDARD.encode(pair))))
            }
        };
        match self {
            Self::AuthorizationCode { code, code_verifier } => {
                pairs.push(("grant_type", "authorization_code"));
                pairs.push(("code", code.expose()));
                pairs.push(("redirect_uri", registration.redirect_uri.as_str()));
                if let Some(verifier) = code_verifier {
                    pairs.push(("code_verifier", verifier.expose()));
                }
            }
            Self::RefreshToken(token) => {
                pairs.push(("grant_type", "refresh_token"));
                pairs.push(("refresh_token", token.expose()));
            }
        }
        TokenRequestParts { body: SecretText::new(encoding::form(pairs)), authorization }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ClientId, Country, Provider, RedirectUri};

    fn registration() -> Result<Registration, Box<dyn std::error::Error>> {
        Ok(Registration {
            provider: Provider::country(Country::Netherlands),
            client_id: ClientId::parse("0f9a5d7e-6c3b-4a21-9e57-8b1d2c3f4a5b")?,
            redirect_uri: RedirectUri::parse("https://app.example.com/")?,
        })
    }

    #[test]
    fn credentials_go_into_the_body() -> Result<(), Box<dyn std::error::Error>> {
        let code = AuthorizationCode::new("s.aB3-!IAAAA");
        let request = TokenRequest::AuthorizationCode { code: &code, code_verifier: None };
        let parts = request.parts(&registration()?, &ClientSecret::new("a&b=c"));
        assert_eq!(
            parts.body.expose(),
            "client_id=0f9a5d7e-6c3b-4a21-9e57-8b1d2c3f4a5b&client_secret=a%26b%3Dc&grant_type=authorization_code\
             &code=s.aB3-%21IAAAA&redirect_uri=https%3A%2F%2Fapp.example.com%2F"
        );
        assert!(parts.authorization.is_none());
        assert!(!format!("{parts:?} {request:?}").contains("a%26b"));
        Ok(())
    }

    #[test]
    fn or_into_a_basic_header_encoded_first() -> Result<(), Box<dyn std::error::Error>> {
        let mut registration = registration()?;
        registration.provider.client_authentication = ClientAuthentication::Basic;
        let token = RefreshToken::new("r");
        let parts = TokenRequest::RefreshToken(&token).parts(&registration, &ClientSecret::new("a:b"));
        assert_eq!(parts.body.expose(), "grant_type=refresh_token&refresh_token=r");
        let header = parts.authorization.ok_or("no header")?;
        let encoded = header.expose().strip_prefix("Basic ").ok_or("not basic")?;
        assert_eq!(STANDARD.decode(encoded)?, b"0f9a5d7e-6c3b-4a21-9e57-8b1d2c3f4a5b:a%3Ab");
        Ok(())
    }
}
