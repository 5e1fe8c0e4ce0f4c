//! Exact Online's OAuth 2.0 flow as pure functions and types: no network, clock, randomness or environment.
//!
//! The flow, in the order in which the modules carry it out:
//!
//! 1. [`Registration`]: the app as it is registered: a [`Provider`] (one of the seven [`Country`]s, a
//!    [`BaseUrl`], or two [`Endpoint`]s), a [`ClientId`], a [`RedirectUri`].
//! 2. [`AuthorizationRequest`]: the URL that a person opens, with a [`State`] and where wanted a [`CodeVerifier`].
//! 3. [`ReturnUrl`]: what came back, however it was pasted, checked against what was sent.
//! 4. [`TokenRequest`] and [`TokenReply`]: the exchange of the code, or of a refresh token.
//! 5. [`Grant`]: the tokens, with every moment at which one of them ends.
//! 6. [`Me`]: whose they are.
//! 7. [`settings`]: the files that other programs read.
//!
//! ```
//! use exact_preauth_core::*;
//! let registration = Registration {
//!     provider: Provider::country(Country::Netherlands),
//!     client_id: ClientId::parse("0f9a5d7e-6c3b-4a21-9e57-8b1d2c3f4a5b")?,
//!     redirect_uri: RedirectUri::parse("https://app.example.com/return")?,
//! };
//! let request = AuthorizationRequest::new(registration, Entropy::from_bytes([7; 64]));
//! assert!(request.url().starts_with("https://start.exactonline.nl/api/oauth2/auth?client_id=0f9a5d7e"));
//! let pasted = format!("https://app.example.com/return?code=stampNL001.aB3-!IAAAAEt3&state={}", request.state());
//! let answer = ReturnUrl::parse(&pasted, &Expected::answer_to(&request))?;
//! assert_eq!(answer.code.expose(), "stampNL001.aB3-!IAAAAEt3");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod address;
mod authorization_request;
mod client_id;
mod code;
mod connection_name;
mod country;
mod encoding;
mod explained;
mod grant;
mod me;
mod pkce;
mod provider;
mod return_url;
mod secret;
pub mod settings;
mod state;
mod token_reply;
mod token_request;
mod words;

pub use address::{AddressError, BaseUrl, Endpoint, RedirectUri};
pub use authorization_request::{AuthorizationRequest, Entropy, Parameter};
pub use client_id::{ClientId, ClientIdError};
pub use code::{AuthorizationCode, CodeShape, DamagedCode};
pub use connection_name::{ConnectionName, ConnectionNameError};
pub use country::{Country, UnknownCountry};
pub use explained::Explained;
pub use grant::{Grant, GrantError};
pub use me::{Me, MeError};
pub use pkce::{CodeChallenge, CodeVerifier};
pub use provider::{ClientAuthentication, Provider, ProviderError, Registration};
pub use return_url::{Expected, Form, RETURN_URL_LIMIT, ReturnUrl, ReturnUrlError, text_from_bytes};
pub use secret::{AccessToken, ClientSecret, RefreshToken, SecretText};
pub use state::{State, StateError};
pub use token_reply::{HttpReply, REPLY_LIMIT, TokenError, TokenErrorKind, TokenReply};
pub use token_request::{TokenRequest, TokenRequestParts};
