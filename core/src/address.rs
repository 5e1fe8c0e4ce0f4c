//! Web addresses that a person types: base URLs, endpoints and redirect URIs. Each keeps its own text, because
//! redirect URIs are compared character for character ([RFC 6749, 3.1.2.2](https://www.rfc-editor.org/rfc/rfc6749#section-3.1.2.2));
//! nothing is normalised on the way out.

use std::fmt;

use url::{Host, Url};

use crate::Explained;

/// The longest address that is read, in bytes.
const LIMIT: usize = 2_048;

/// The base URL of an Exact Online, such as `https://start.exactonline.nl`, without a trailing slash.
/// Plain http is allowed on loopback only.
#[derive(Clone, PartialEq, Eq)]
pub struct BaseUrl(Address);

/// An endpoint of an authorization server ([RFC 6749, 3](https://www.rfc-editor.org/rfc/rfc6749#section-3)).
/// Plain http is allowed on loopback only.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint(Address);

/// A redirect URI as it is registered ([RFC 6749, 3.1.2](https://www.rfc-editor.org/rfc/rfc6749#section-3.1.2)):
/// absolute, without a fragment; plain http on loopback only.
#[derive(Clone, PartialEq, Eq)]
pub struct RedirectUri(Address);

/// A text and what it means.
#[derive(Clone, PartialEq, Eq)]
struct Address {
    text: String,
    url: Url,
}

impl BaseUrl {
    /// Reads a base URL. Trailing slashes are dropped; a path before them is kept.
    ///
    /// # Errors
    /// Says why the text is no base URL: see [`AddressError`].
    ///
    /// ```
    /// # use exact_preauth_core::BaseUrl;
    /// assert_eq!(BaseUrl::parse("https://start.exactonline.nl/")?.as_str(), "https://start.exactonline.nl");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let mut address = Address::parse(text)?;
        if address.url.query().is_some() {
            return Err(AddressError::Query);
        }
        if let Some(start) = format!("{}/", address.url.path().to_ascii_lowercase()).find("/api/") {
            return Err(AddressError::ApiPath { path: address.url.path().chars().skip(start).take(40).collect() });
        }
        let end = address.text.trim_end_matches('/').len();
        address.text.truncate(end);
        Ok(Self(address))
    }

    /// The address below this one.
    #[must_use]
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.0.text)
    }
}

impl Endpoint {
    /// Reads an endpoint.
    ///
    /// # Errors
    /// Says why the text is no endpoint: see [`AddressError`].
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        Address::parse(text).map(Self)
    }

    /// Scheme, host and port, without a path.
    #[must_use]
    pub fn origin(&self) -> String {
        self.0.url.origin().ascii_serialization()
    }
}

impl RedirectUri {
    /// Reads a redirect URI.
    ///
    /// # Errors
    /// Says why the text is no redirect URI: see [`AddressError`].
    ///
    /// ```
    /// # use exact_preauth_core::{AddressError, RedirectUri};
    /// assert_eq!(RedirectUri::parse("https://App.example.com")?.as_str(), "https://App.example.com");
    /// assert_eq!(RedirectUri::parse("https://app.example.com/#here"), Err(AddressError::Fragment));
    /// # Ok::<(), AddressError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let address = Address::parse(text)?;
        for (name, _) in address.url.query_pairs() {
            if matches!(&*name, "code" | "state" | "error" | "iss") {
                return Err(AddressError::ReservedParameter { name: name.into_owned() });
            }
        }
        Ok(Self(address))
    }

    /// The port on which a program on this computer can listen for the answer: only for plain http on loopback.
    #[must_use]
    pub fn loopback_port(&self) -> Option<u16> {
        let url = &self.0.url;
        (url.scheme() == "http" && is_loopback(url)).then(|| url.port_or_known_default()).flatten()
    }

    /// Its path, `/` where it has none.
    #[must_use]
    pub fn path(&self) -> &str {
        self.0.url.path()
    }
}

/// What the three kinds of address have in common.
macro_rules! address {
    ($name:ident) => {
        impl $name {
            /// The text as it was given.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0.text
            }

            /// The parsed form: for comparing and connecting, never for sending.
            #[must_use]
            pub fn url(&self) -> &Url {
                &self.0.url
            }

            /// Whether it is on this computer.
            #[must_use]
            pub fn is_loopback(&self) -> bool {
                is_loopback(&self.0.url)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0.text)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, concat!(stringify!($name), "({:?})"), self.0.text)
            }
        }

        impl std::str::FromStr for $name {
            type Err = AddressError;

            fn from_str(text: &str) -> Result<Self, AddressError> {
                Self::parse(text)
            }
        }
    };
}
address!(BaseUrl);
address!(Endpoint);
address!(RedirectUri);

impl Address {
    fn parse(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(AddressError::Empty);
        }
        if text.len() > LIMIT {
            return Err(AddressError::TooLong { found: text.len() });
        }
        // `Url` would drop or turn these without a word, and the text is what Exact compares.
        if let Some(found) =
            text.chars().find(|c| c.is_whitespace() || c.is_control() || matches!(c, '\\' | '"' | '<' | '>'))
        {
            return Err(AddressError::Character { found });
        }
        let Some((scheme, rest)) = text.split_once("://") else {
            return Err(AddressError::NotAbsolute { found: shortened(text) });
        };
        if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
            return Err(AddressError::Scheme { found: shortened(scheme) });
        }
        let url = Url::parse(text).map_err(|error| AddressError::Invalid { reason: error.to_string() })?;
        // The authority as it stands in the text: `Url` drops empty user info.
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if authority.contains('@') {
            return Err(AddressError::UserInfo);
        }
        if url.fragment().is_some() {
            return Err(AddressError::Fragment);
        }
        if url.scheme() == "http" && !is_loopback(&url) {
            return Err(AddressError::PlainHttp { host: url.host_str().unwrap_or_default().to_owned() });
        }
        Ok(Self { text: text.to_owned(), url })
    }
}

/// Whether a host is this computer's own: `localhost`, 127.0.0.0/8 or `[::1]`.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// The beginning of a text, for a message.
fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// Why a text is no address of the kind asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AddressError {
    /// Nothing but blanks.
    #[error("expected an address that starts with https://, found nothing")]
    Empty,
    /// Over 2,048 bytes.
    #[error("expected an address of at most {LIMIT} bytes, found {found}")]
    TooLong {
        /// Its length in bytes.
        found: usize,
    },
    /// A character that an address cannot hold.
    #[error("expected an address without blanks, quotes, backslashes or angle brackets, found {found:?}")]
    Character {
        /// The first such character.
        found: char,
    },
    /// No `https://` in front.
    #[error("expected an address that starts with https://, found \"{found}\"")]
    NotAbsolute {
        /// Its beginning.
        found: String,
    },
    /// Another scheme than https or http.
    #[error("expected https://, found \"{found}://\"")]
    Scheme {
        /// The scheme.
        found: String,
    },
    /// Plain http to another computer.
    #[error("expected https:// for {host}, found http://, which anyone on the way can read")]
    PlainHttp {
        /// The host.
        host: String,
    },
    /// A user name or password in front of the host.
    #[error("expected no user name before the host, found one (\"…@\")")]
    UserInfo,
    /// A `#` and what follows.
    #[error("expected no fragment, found a \"#\"")]
    Fragment,
    /// A query in a base URL.
    #[error("expected a base URL without a query, found a \"?\"")]
    Query,
    /// An endpoint where a base URL was asked for.
    #[error("expected a base URL that ends before \"/api/\", found \"{path}\"")]
    ApiPath {
        /// Its path from there.
        path: String,
    },
    /// A redirect URI that already has one of the answer's own parameters.
    #[error("expected a redirect URI without the parameter \"{name}\", which the answer itself brings")]
    ReservedParameter {
        /// The parameter.
        name: String,
    },
    /// Anything else that is no URL.
    #[error("expected an address, found something that is none: {reason}")]
    Invalid {
        /// What the URL standard's parser says.
        reason: String,
    },
}

impl Explained for AddressError {
    fn code(&self) -> &'static str {
        match self {
            Self::Empty => "address-empty",
            Self::TooLong { .. } => "address-too-long",
            Self::Character { .. } => "address-character",
            Self::NotAbsolute { .. } => "address-not-absolute",
            Self::Scheme { .. } => "address-scheme",
            Self::PlainHttp { .. } => "address-plain-http",
            Self::UserInfo => "address-user-info",
            Self::Fragment => "address-fragment",
            Self::Query => "address-query",
            Self::ApiPath { .. } => "address-api-path",
            Self::ReservedParameter { .. } => "address-reserved-parameter",
            Self::Invalid { .. } => "address-invalid",
        }
    }

    fn hint(&self) -> String {
        match self {
            Self::ApiPath { .. } | Self::Query => "Give only the beginning, such as https://start.exactonline.nl.",
            Self::PlainHttp { .. } => "Use https. Plain http is allowed only for localhost, 127.0.0.1 and [::1].",
            Self::Fragment => "Leave out the \"#\" and what follows.",
            Self::UserInfo => "Leave out what stands before the host, up to and including the \"@\".",
            Self::ReservedParameter { .. } => "Register and give a redirect URI without it.",
            _ => "Copy the address from where it is registered, whole, with its slash at the end if it has one.",
        }
        .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_uri_keeps_its_text() {
        for text in ["https://App.Example.com", "https://app.example.com/", "https://app.example.com:443/Return?a=b%2f"]
        {
            assert_eq!(RedirectUri::parse(text).map(|uri| uri.as_str().to_owned()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn each_mistake_has_a_reason_of_its_own() {
        let reason = |text| RedirectUri::parse(text).map_err(|error| error.code()).err();
        assert_eq!(reason("  "), Some("address-empty"));
        assert_eq!(reason("app.example.com/return"), Some("address-not-absolute"));
        assert_eq!(reason("myapp://return"), Some("address-scheme"));
        assert_eq!(reason("http://app.example.com/return"), Some("address-plain-http"));
        assert_eq!(reason("https://user@app.example.com/"), Some("address-user-info"));
        assert_eq!(reason("https://@app.example.com/"), Some("address-user-info"));
        assert_eq!(reason("https://app.example.com/#"), Some("address-fragment"));
        assert_eq!(reason("https://app.example.com/?code=1"), Some("address-reserved-parameter"));
        assert_eq!(reason("https://app.example.com/a b"), Some("address-character"));
        assert_eq!(reason("https://"), Some("address-invalid"));
        assert_eq!(reason(&format!("https://a.example/{}", "a".repeat(3_000))), Some("address-too-long"));
    }

    #[test]
    fn plain_http_is_for_this_computer_only() {
        assert_eq!(
            RedirectUri::parse("http://127.0.0.1:8137/return").ok().and_then(|uri| uri.loopback_port()),
            Some(8137)
        );
        assert_eq!(RedirectUri::parse("http://[::1]/return").ok().and_then(|uri| uri.loopback_port()), Some(80));
        assert_eq!(RedirectUri::parse("https://localhost:8137/").ok().and_then(|uri| uri.loopback_port()), None);
        assert!(RedirectUri::parse("http://localhost.example.com/").is_err());
        assert!(RedirectUri::parse("http://127.0.0.1.example.com/").is_err());
    }

    #[test]
    fn a_base_url_ends_before_the_api() {
        assert_eq!(
            BaseUrl::parse("https://start.exactonline.be//").map(|base| base.as_str().to_owned()).as_deref(),
            Ok("https://start.exactonline.be")
        );
        assert_eq!(
            BaseUrl::parse("https://start.exactonline.nl/API").map_err(|error| error.code()).err(),
            Some("address-api-path")
        );
        assert_eq!(
            BaseUrl::parse("https://start.exactonline.nl/api/oauth2/auth").map_err(|error| error.code()).err(),
            Some("address-api-path")
        );
    }
}
