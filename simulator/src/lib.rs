//! An Exact Online to practise and test on: sign-in and consent pages, the token endpoint and `current/Me`, with the
//! real one's quirks, in memory. What it issues is stamped `stampSIM001.` and worth nothing anywhere else.
//!
//! One app is registered, in one country. The root of the simulator is that country's Exact Online; the others answer
//! below `/nl`, `/be`, `/de`, `/fr`, `/es`, `/uk` and `/us`, and to requests whose `Host` is the real one's, and do
//! not know the app.

mod authorize;
mod clock;
mod control;
mod model;
mod pages;
mod random;
mod rest;
mod token;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::{
    Router,
    extract::{FromRequestParts, Request},
    http::{HeaderMap, header, request::Parts},
    middleware::{self, Next},
    response::Response,
};
use exact_preauth_core::{ClientId, Country, RedirectUri};
use jiff::Timestamp;

use clock::Clock;
use model::Model;
pub use model::{App, User};

/// What a simulator is to be.
#[derive(Clone, Debug)]
pub struct Configuration {
    /// Where the app is registered.
    pub country: Country,
    /// The app's one redirect URI.
    pub redirect_uri: RedirectUri,
    /// Another client ID than a random one.
    pub client_id: Option<ClientId>,
    /// Who consents.
    pub consent: Consent,
    /// How many of its seconds pass in one of ours.
    pub clock_speed: f64,
    /// What its random values follow from; without one they differ at each start.
    pub seed: Option<u64>,
}

/// Who consents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    /// A person, on the sign-in and consent pages.
    Ask,
    /// Everybody at once: the authorisation endpoint answers with a code.
    Auto,
}

/// A running simulator's memory. Clones share it.
#[derive(Clone)]
pub struct Simulator(Arc<Shared>);

struct Shared {
    model: Mutex<Model>,
    clock: Clock,
    consent: Consent,
    country: Country,
}

impl Simulator {
    /// A simulator with one app and one user, whose clock starts at `now`.
    #[must_use]
    pub fn new(configuration: &Configuration, now: Timestamp) -> Self {
        Self(Arc::new(Shared {
            model: Mutex::new(Model::new(configuration)),
            clock: Clock::new(now, configuration.clock_speed),
            consent: configuration.consent,
            country: configuration.country,
        }))
    }

    /// The registered app.
    #[must_use]
    pub fn app(&self) -> App {
        self.model().app().clone()
    }

    /// The user who can sign in.
    #[must_use]
    pub fn user(&self) -> User {
        self.model().user().clone()
    }

    /// Its endpoints and pages.
    pub fn router(&self) -> Router {
        let online = Router::new().merge(authorize::routes()).merge(token::routes()).merge(rest::routes());
        let mut router = Router::new().merge(online.clone()).merge(control::routes());
        for country in Country::ALL {
            let here = online.clone().layer(axum::Extension(Below(country)));
            router = router.nest(&format!("/{}", country.key()), here);
        }
        router.fallback(pages::not_found).layer(middleware::from_fn(no_store)).with_state(self.clone())
    }

    fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// A panic while it was held cannot have left it half-changed in a way that matters to a practice server.
    fn model(&self) -> MutexGuard<'_, Model> {
        self.0.model.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The path below which a country was asked.
#[derive(Clone, Copy)]
struct Below(Country);

/// Which country's Exact Online was asked: by path, else by the real one's `Host`, else the app's own.
struct Asked {
    country: Country,
    /// The path below which it answers: empty, or `/be`.
    prefix: String,
}

impl FromRequestParts<Simulator> for Asked {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, simulator: &Simulator) -> Result<Self, Self::Rejection> {
        let below = parts.extensions.get::<Below>().map(|below| below.0);
        Ok(Self {
            country: below.or_else(|| of_host(&parts.headers)).unwrap_or(simulator.0.country),
            prefix: below.map(|country| format!("/{}", country.key())).unwrap_or_default(),
        })
    }
}

fn of_host(headers: &HeaderMap) -> Option<Country> {
    let host = headers.get(header::HOST)?.to_str().ok()?;
    Country::of_host(host.split(':').next()?)
}

/// Nothing that it answers may be kept: codes and tokens are in it.
async fn no_store(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    response
}

/// The pairs of a query or a form, in their order.
fn pairs(text: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

/// The first value of that name.
fn value<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}
