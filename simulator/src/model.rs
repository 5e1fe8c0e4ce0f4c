//! What the simulator knows: the app, the user, codes, chains of tokens; and the rules by which they change.
//! Every rule takes the time as an argument.

use std::collections::HashMap;

use exact_preauth_core::{ClientId, Country, RedirectUri};
use jiff::{SignedDuration, Timestamp};

use crate::{Configuration, random::Random};

const CODE_LIFETIME: SignedDuration = SignedDuration::from_secs(180);
const ACCESS_TOKEN_LIFETIME: SignedDuration = SignedDuration::from_secs(600);
const REFRESH_INTERVAL: SignedDuration = SignedDuration::from_secs(570);
const REFRESH_TOKEN_LIFETIME: SignedDuration = SignedDuration::from_secs(30 * 86_400);

/// A registered app.
#[derive(Clone, Debug)]
pub struct App {
    /// What the consent page calls it.
    pub name: String,
    /// Where it is registered.
    pub country: Country,
    /// Public.
    pub client_id: ClientId,
    /// Worth nothing outside the simulator, and printed by it.
    pub client_secret: String,
    /// Compared as text.
    pub redirect_uri: RedirectUri,
}

/// A user who can sign in.
#[derive(Clone, Debug)]
pub struct User {
    /// A GUID.
    pub id: String,
    /// What they sign in with.
    pub username: String,
    /// Worth nothing outside the simulator, and printed by it.
    pub password: String,
    /// What they are called.
    pub full_name: String,
    /// Their e-mail address.
    pub email: String,
    /// Their language.
    pub language: String,
    /// Their current division.
    pub division: i64,
}

/// What is counted.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Statistics {
    pub(crate) authorizations: u64,
    pub(crate) consents: u64,
    pub(crate) denials: u64,
    pub(crate) token_requests: u64,
    pub(crate) exchanges: u64,
    pub(crate) refreshes: u64,
    pub(crate) token_errors: u64,
    pub(crate) api_calls: u64,
    pub(crate) api_errors: u64,
}

pub(crate) struct Model {
    app: App,
    user: User,
    random: Random,
    pub(crate) statistics: Statistics,
    codes: HashMap<String, Code>,
    /// Of the one user and the one app. A new consent replaces it.
    chain: Option<Chain>,
    /// Rotated tokens of the current chain.
    rotated: Vec<String>,
    access_tokens: HashMap<String, Timestamp>,
    consents_open: HashMap<String, Vec<(String, String)>>,
    sessions: Vec<String>,
}

struct Code {
    redirect_uri: String,
    expires_at: Timestamp,
    used: bool,
}

struct Chain {
    refresh_token: String,
    issued_at: Timestamp,
}

/// The tokens of one reply.
#[derive(Debug)]
pub(crate) struct Tokens {
    pub(crate) access_token: String,
    pub(crate) refresh_token: String,
}

/// Why there are none.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    InvalidClient,
    /// A bare `invalid_request`, with what Exact would not have said.
    InvalidRequest(&'static str),
    DamagedCode,
    ChainEnded,
    RefreshTokenExpired {
        expired_at: Timestamp,
        now: Timestamp,
    },
    OldRefreshToken,
    TooEarly,
}

impl Model {
    pub(crate) fn new(configuration: &Configuration) -> Self {
        let mut random = Random::new(configuration.seed);
        let client_id = configuration.client_id.clone().or_else(|| ClientId::parse(&random.guid()).ok());
        let app = App {
            name: "Practice app".into(),
            country: configuration.country,
            client_id: client_id.unwrap_or_else(|| unreachable!("a GUID is a client ID")),
            client_secret: random.letters_and_digits(12),
            redirect_uri: configuration.redirect_uri.clone(),
        };
        let user = User {
            id: random.guid(),
            username: "practice@example.com".into(),
            password: random.letters_and_digits(10),
            full_name: "Robin Practice".into(),
            email: "practice@example.com".into(),
            language: "EN-US".into(),
            division: 123_456,
        };
        Self {
            app,
            user,
            random,
            statistics: Statistics::default(),
            codes: HashMap::new(),
            chain: None,
            rotated: Vec::new(),
            access_tokens: HashMap::new(),
            consents_open: HashMap::new(),
            sessions: Vec::new(),
        }
    }

    pub(crate) fn app(&self) -> &App {
        &self.app
    }

    pub(crate) fn user(&self) -> &User {
        &self.user
    }

    /// The app with that client ID, if that country has it.
    pub(crate) fn find(&self, country: Country, client_id: &str) -> Option<&App> {
        Some(&self.app).filter(|app| app.country == country && app.client_id.is(client_id))
    }

    /// A browser session for the user, or `None` if name or password is wrong.
    pub(crate) fn sign_in(&mut self, username: &str, password: &str) -> Option<String> {
        if !username.trim().eq_ignore_ascii_case(&self.user.username) || password != self.user.password {
            return None;
        }
        let session = self.random.letters_and_digits(24);
        self.sessions.push(session.clone());
        Some(session)
    }

    pub(crate) fn is_signed_in(&self, session: &str) -> bool {
        self.sessions.iter().any(|known| known == session)
    }

    /// A ticket for one answer on the consent page.
    pub(crate) fn ask_consent(&mut self, request: Vec<(String, String)>) -> String {
        let ticket = self.random.letters_and_digits(24);
        self.consents_open.insert(ticket.clone(), request);
        ticket
    }

    /// What the ticket's consent page was about; once.
    pub(crate) fn take_consent(&mut self, ticket: &str) -> Option<Vec<(String, String)>> {
        self.consents_open.remove(ticket)
    }

    pub(crate) fn issue_code(&mut self, redirect_uri: &str, now: Timestamp) -> String {
        let code = self.random.code();
        let expires_at = later(now, CODE_LIFETIME);
        self.codes.retain(|_, code| later(code.expires_at, REFRESH_TOKEN_LIFETIME) > now);
        self.codes.insert(code.clone(), Code { redirect_uri: redirect_uri.into(), expires_at, used: false });
        code
    }

    pub(crate) fn authenticate(&self, country: Country, client_id: &str, client_secret: &str) -> Result<(), Refusal> {
        match self.find(country, client_id) {
            Some(app) if app.client_secret == client_secret => Ok(()),
            _ => Err(Refusal::InvalidClient),
        }
    }

    /// Exchanges a code. A new consent ends the chain before.
    pub(crate) fn exchange(&mut self, code: &str, redirect_uri: &str, now: Timestamp) -> Result<Tokens, Refusal> {
        if !code.contains("!IAAAA") || code.contains('%') {
            return Err(Refusal::DamagedCode);
        }
        let known = self.codes.get_mut(code).ok_or(Refusal::InvalidRequest("The code was never issued."))?;
        if known.used {
            return Err(Refusal::InvalidRequest("The code was used before."));
        }
        if now > known.expires_at {
            return Err(Refusal::InvalidRequest("The code is older than three minutes."));
        }
        if redirect_uri != known.redirect_uri {
            return Err(Refusal::InvalidRequest("The redirect URI differs from the one of the authorisation request."));
        }
        known.used = true;
        self.rotated.clear();
        self.statistics.exchanges += 1;
        Ok(self.issue(now))
    }

    /// Rotates a refresh token.
    pub(crate) fn refresh(&mut self, refresh_token: &str, now: Timestamp) -> Result<Tokens, Refusal> {
        let Some(chain) = &self.chain else { return Err(Refusal::ChainEnded) };
        if self.rotated.iter().any(|old| old == refresh_token) {
            return Err(Refusal::OldRefreshToken);
        }
        if chain.refresh_token != refresh_token {
            return Err(Refusal::ChainEnded);
        }
        let expired_at = later(chain.issued_at, REFRESH_TOKEN_LIFETIME);
        if now > expired_at {
            return Err(Refusal::RefreshTokenExpired { expired_at, now });
        }
        if now < later(chain.issued_at, REFRESH_INTERVAL) {
            return Err(Refusal::TooEarly);
        }
        self.rotated.push(refresh_token.into());
        self.statistics.refreshes += 1;
        Ok(self.issue(now))
    }

    fn issue(&mut self, now: Timestamp) -> Tokens {
        let tokens = Tokens { access_token: self.random.access_token(), refresh_token: self.random.code() };
        self.chain = Some(Chain { refresh_token: tokens.refresh_token.clone(), issued_at: now });
        self.access_tokens.retain(|_, ends| *ends > now);
        self.access_tokens.insert(tokens.access_token.clone(), later(now, ACCESS_TOKEN_LIFETIME));
        tokens
    }

    /// Whose access token it is, while it lives.
    pub(crate) fn user_of(&self, access_token: &str, now: Timestamp) -> Option<&User> {
        self.access_tokens.get(access_token).filter(|ends| now < **ends).map(|_| &self.user)
    }
}

fn later(moment: Timestamp, by: SignedDuration) -> Timestamp {
    moment.saturating_add(by).unwrap_or(moment)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Consent;

    const REDIRECT_URI: &str = "https://app.example.com/return";

    fn model() -> Result<(Model, Timestamp), Box<dyn std::error::Error>> {
        let configuration = Configuration {
            country: Country::Netherlands,
            redirect_uri: RedirectUri::parse(REDIRECT_URI)?,
            client_id: None,
            consent: Consent::Ask,
            clock_speed: 1.0,
            seed: Some(1),
        };
        Ok((Model::new(&configuration), "2026-11-22T10:00:00Z".parse()?))
    }

    type Outcome = Result<(), Box<dyn std::error::Error>>;

    #[test]
    fn a_code_lives_three_minutes_and_once() -> Outcome {
        let (mut model, now) = model()?;
        let code = model.issue_code(REDIRECT_URI, now);
        let late = later(now, SignedDuration::from_secs(181));
        assert!(matches!(model.exchange(&code, REDIRECT_URI, late), Err(Refusal::InvalidRequest(_))));
        assert!(matches!(
            model.exchange(&code, "https://app.example.com/return/", now),
            Err(Refusal::InvalidRequest(_))
        ));
        assert!(model.exchange(&code, REDIRECT_URI, later(now, SignedDuration::from_secs(180))).is_ok());
        assert!(matches!(model.exchange(&code, REDIRECT_URI, now), Err(Refusal::InvalidRequest(_))));
        assert_eq!(model.exchange(&code.replace('!', "%21"), REDIRECT_URI, now).err(), Some(Refusal::DamagedCode));
        Ok(())
    }

    #[test]
    fn a_refresh_token_rotates_after_570_seconds_and_dies_after_30_days() -> Outcome {
        let (mut model, now) = model()?;
        let code = model.issue_code(REDIRECT_URI, now);
        let first = model.exchange(&code, REDIRECT_URI, now).map_err(|_| "refused")?;
        let after = |seconds| later(now, SignedDuration::from_secs(seconds));
        assert_eq!(model.refresh(&first.refresh_token, after(569)).err(), Some(Refusal::TooEarly));
        let second = model.refresh(&first.refresh_token, after(570)).map_err(|_| "refused")?;
        assert_eq!(model.refresh(&first.refresh_token, after(2_000)).err(), Some(Refusal::OldRefreshToken));
        assert!(model.user_of(&first.access_token, after(599)).is_some());
        assert!(model.user_of(&first.access_token, after(600)).is_none());
        assert!(matches!(
            model.refresh(&second.refresh_token, after(571 + 30 * 86_400)),
            Err(Refusal::RefreshTokenExpired { .. })
        ));
        Ok(())
    }

    #[test]
    fn a_second_consent_ends_the_first_chain() -> Outcome {
        let (mut model, now) = model()?;
        let code = model.issue_code(REDIRECT_URI, now);
        let first = model.exchange(&code, REDIRECT_URI, now).map_err(|_| "refused")?;
        let code = model.issue_code(REDIRECT_URI, now);
        model.exchange(&code, REDIRECT_URI, now).map_err(|_| "refused")?;
        assert_eq!(
            model.refresh(&first.refresh_token, later(now, SignedDuration::from_secs(600))).err(),
            Some(Refusal::ChainEnded)
        );
        Ok(())
    }

    #[test]
    fn the_shapes_are_exacts() -> Outcome {
        let (mut model, now) = model()?;
        let code = model.issue_code(REDIRECT_URI, now);
        assert!((500..=800).contains(&code.len()), "{}", code.len());
        let read = exact_preauth_core::AuthorizationCode::parse(&code).map_err(|_| "damaged")?;
        assert_eq!(read.shape(), exact_preauth_core::CodeShape::Exact);
        let tokens = model.exchange(&code, REDIRECT_URI, now).map_err(|_| "refused")?;
        assert!(tokens.access_token.starts_with("stampSIM001.gAAAA") && !tokens.access_token.contains('!'));
        assert!(tokens.refresh_token.starts_with("stampSIM001."));
        for _ in 0..20 {
            let code = model.issue_code(REDIRECT_URI, now);
            let payload = code.split_once('!').ok_or("no mark")?.1;
            assert!(payload.starts_with("IAAAA") && payload.len() % 4 != 1, "base64url: {payload}");
        }
        Ok(())
    }

    #[test]
    fn another_country_does_not_know_the_app() -> Outcome {
        let (model, _) = model()?;
        let id = model.app().client_id.to_string();
        assert!(model.find(Country::Netherlands, &format!("{{{}}}", id.to_uppercase())).is_some());
        assert!(model.find(Country::Belgium, &id).is_none());
        Ok(())
    }
}
