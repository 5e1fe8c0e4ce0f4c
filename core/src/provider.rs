//! An authorization server and its quirks, and an app that is registered with it.

use crate::{AddressError, BaseUrl, ClientId, Country, Endpoint, Explained, RedirectUri};

/// How the client secret reaches the token endpoint
/// ([RFC 6749, 2.3.1](https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1)).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClientAuthentication {
    /// In the body. What Exact wants.
    #[default]
    Post,
    /// In an `Authorization: Basic` header.
    Basic,
}

/// An authorization server: its endpoints, and in what it differs from others.
///
/// The seven countries are data; a base URL or a pair of endpoints is one more value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    authorization_endpoint: Endpoint,
    token_endpoint: Endpoint,
    base_url: BaseUrl,
    is_exact: bool,
    /// How the client secret is sent.
    pub client_authentication: ClientAuthentication,
    /// The `scope` to ask for. Exact has none.
    pub scope: Option<String>,
    /// Whether to send a PKCE challenge. Exact ignores it.
    pub pkce: bool,
    /// What the server calls itself, where it announces that its answers say so in `iss`
    /// ([RFC 9207](https://www.rfc-editor.org/rfc/rfc9207)). Exact does not.
    pub issuer: Option<String>,
}

impl Provider {
    /// Exact Online of one country.
    ///
    /// # Panics
    /// Never: the tests read the base URL of every country.
    #[must_use]
    #[expect(clippy::expect_used, reason = "seven constants, each read in a test")]
    pub fn country(country: Country) -> Self {
        let base_url = BaseUrl::parse(country.base_url()).expect("a country's base URL is one");
        Self::exact(base_url).expect("a country's endpoints are endpoints")
    }

    /// An Exact Online at any base URL: endpoints at `/api/oauth2/auth` and `/api/oauth2/token` below it.
    ///
    /// # Errors
    /// If the base URL is so long that an endpoint below it is none.
    pub fn exact(base_url: BaseUrl) -> Result<Self, ProviderError> {
        let endpoint = |path| Endpoint::parse(&base_url.join(path)).map_err(ProviderError);
        Ok(Self {
            authorization_endpoint: endpoint("/api/oauth2/auth")?,
            token_endpoint: endpoint("/api/oauth2/token")?,
            base_url,
            is_exact: true,
            client_authentication: ClientAuthentication::Post,
            scope: None,
            pkce: false,
            issuer: None,
        })
    }

    /// Any authorization server by its two endpoints. Endpoints at Exact's own paths below one base URL make it an
    /// Exact Online; otherwise none of Exact's rules are applied, and the base URL is the token endpoint's origin.
    ///
    /// # Errors
    /// If the token endpoint has no base URL.
    pub fn endpoints(authorization_endpoint: Endpoint, token_endpoint: Endpoint) -> Result<Self, ProviderError> {
        let below = |endpoint: &Endpoint, path: &str| endpoint.as_str().strip_suffix(path).map(str::to_owned);
        let common = below(&token_endpoint, "/api/oauth2/token")
            .filter(|base| below(&authorization_endpoint, "/api/oauth2/auth").as_ref() == Some(base));
        if let Some(base) = common {
            return Self::exact(BaseUrl::parse(&base).map_err(ProviderError)?);
        }
        let base_url = BaseUrl::parse(&token_endpoint.origin()).map_err(ProviderError)?;
        Ok(Self {
            authorization_endpoint,
            token_endpoint,
            base_url,
            is_exact: false,
            client_authentication: ClientAuthentication::Post,
            scope: None,
            pkce: false,
            issuer: None,
        })
    }

    /// Where the person signs in and consents.
    #[must_use]
    pub fn authorization_endpoint(&self) -> &Endpoint {
        &self.authorization_endpoint
    }

    /// Where codes and refresh tokens are exchanged.
    #[must_use]
    pub fn token_endpoint(&self) -> &Endpoint {
        &self.token_endpoint
    }

    /// Below which the REST API lives.
    #[must_use]
    pub fn base_url(&self) -> &BaseUrl {
        &self.base_url
    }

    /// Whether Exact's rules apply: shapes, lifetimes, `force_login`, `current/Me`.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.is_exact
    }

    /// Seconds that an access token lives where the reply does not say so: Exact's 600.
    #[must_use]
    pub fn access_token_lifetime(&self) -> Option<u32> {
        self.is_exact.then_some(600)
    }

    /// Seconds after a token was issued within which no new one is given: Exact's 570.
    #[must_use]
    pub fn refresh_interval(&self) -> Option<u32> {
        self.is_exact.then_some(570)
    }

    /// Seconds after which an unused refresh token dies: Exact's 30 days.
    #[must_use]
    pub fn refresh_token_lifetime(&self) -> Option<u32> {
        self.is_exact.then_some(30 * 86_400)
    }
}

/// An app as it is registered: where, under which client ID, with which redirect URI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// With whom.
    pub provider: Provider,
    /// The app's public name.
    pub client_id: ClientId,
    /// The one address to which the answer comes back.
    pub redirect_uri: RedirectUri,
}

/// An address from which no provider can be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected addresses of an authorization server: {0}")]
pub struct ProviderError(#[source] AddressError);

impl Explained for ProviderError {
    fn code(&self) -> &'static str {
        self.0.code()
    }

    fn hint(&self) -> String {
        self.0.hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_has_its_endpoints() {
        for country in Country::ALL {
            let provider = Provider::country(country);
            assert_eq!(provider.token_endpoint().as_str(), format!("{}/api/oauth2/token", country.base_url()));
            assert_eq!(provider.authorization_endpoint().as_str(), format!("{}/api/oauth2/auth", country.base_url()));
        }
    }

    #[test]
    fn endpoints_at_exacts_paths_are_an_exact_online() -> Result<(), Box<dyn std::error::Error>> {
        let auth = Endpoint::parse("https://start.exactonline.nl/api/oauth2/auth")?;
        assert_eq!(
            Provider::endpoints(auth.clone(), Endpoint::parse("https://start.exactonline.nl/api/oauth2/token")?)?,
            Provider::country(Country::Netherlands)
        );
        let mixed = Provider::endpoints(auth, Endpoint::parse("https://login.example.com/token")?)?;
        assert!(!mixed.is_exact());
        assert_eq!(mixed.base_url().as_str(), "https://login.example.com");
        Ok(())
    }
}
