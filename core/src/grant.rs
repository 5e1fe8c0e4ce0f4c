//! A grant: the tokens, when they were issued, when each ends, and whose they are.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::{
    AccessToken, BaseUrl, ClientId, Endpoint, Explained, Me, RedirectUri, RefreshToken, Registration, SecretText,
    TokenReply,
};

/// The tokens of one consent, with all their times in UTC.
#[derive(Debug)]
pub struct Grant {
    /// For API calls, until [`Self::expires_at`].
    pub access_token: AccessToken,
    /// For the next access token; single use.
    pub refresh_token: Option<RefreshToken>,
    /// When the reply arrived.
    pub issued_at: Timestamp,
    /// Seconds that the access token lives, where that is known.
    pub expires_in: Option<u32>,
    /// When the access token ends.
    pub expires_at: Option<Timestamp>,
    /// Before this moment the server gives no new access token.
    pub refresh_not_before: Option<Timestamp>,
    /// When the refresh token dies if it is not used.
    pub refresh_expires_at: Option<Timestamp>,
    /// Below which the REST API lives.
    pub base_url: BaseUrl,
    /// Where to refresh.
    pub token_endpoint: Endpoint,
    /// The app.
    pub client_id: ClientId,
    /// The app's redirect URI.
    pub redirect_uri: RedirectUri,
    /// Whose they are, where that was asked.
    pub me: Option<Me>,
}

impl Grant {
    /// Puts the tokens of a reply that arrived at `issued_at` beside their times.
    #[must_use]
    pub fn new(reply: TokenReply, registration: &Registration, issued_at: Timestamp) -> Self {
        let provider = &registration.provider;
        let expires_in = reply.expires_in.or(provider.access_token_lifetime());
        // Rounded to where waiting a second too long, or not long enough, does no harm.
        let not_before = later(issued_at, 1);
        let arrived = if whole_seconds(issued_at) == issued_at { issued_at } else { whole_seconds(not_before) };
        let issued_at = whole_seconds(issued_at);
        let has_refresh_token = reply.refresh_token.is_some();
        Self {
            access_token: reply.access_token,
            refresh_token: reply.refresh_token,
            issued_at,
            expires_in,
            expires_at: expires_in.map(|seconds| later(issued_at, seconds)),
            refresh_not_before: provider
                .refresh_interval()
                .filter(|_| has_refresh_token)
                .map(|seconds| later(arrived, seconds)),
            refresh_expires_at: provider
                .refresh_token_lifetime()
                .filter(|_| has_refresh_token)
                .map(|seconds| later(issued_at, seconds)),
            base_url: provider.base_url().clone(),
            token_endpoint: provider.token_endpoint().clone(),
            client_id: registration.client_id.clone(),
            redirect_uri: registration.redirect_uri.clone(),
            me: None,
        }
    }

    /// The grant as one JSON object. It holds the tokens, never the client secret.
    #[must_use]
    pub fn to_json(&self) -> SecretText {
        let moment = |moment: Option<Timestamp>| moment.map(|moment| moment.to_string());
        let mut members = vec![
            ("access_token", json!(self.access_token.expose())),
            ("token_type", json!("bearer")),
            ("expires_in", json!(self.expires_in)),
            ("refresh_token", json!(self.refresh_token.as_ref().map(RefreshToken::expose))),
            ("issued_at", json!(self.issued_at.to_string())),
            ("expires_at", json!(moment(self.expires_at))),
            ("refresh_not_before", json!(moment(self.refresh_not_before))),
            ("refresh_expires_at", json!(moment(self.refresh_expires_at))),
            ("base_url", json!(self.base_url.as_str())),
            ("token_endpoint", json!(self.token_endpoint.as_str())),
            ("client_id", json!(self.client_id.as_str())),
            ("redirect_uri", json!(self.redirect_uri.as_str())),
        ];
        if let Some(me) = &self.me {
            members.push(("user", me.user_json()));
            members.push(("division", json!(me.division)));
        }
        // Written member by member: a JSON map would sort them.
        let lines: Vec<String> =
            members.into_iter().map(|(name, value)| format!("  {}: {value}", json!(name))).collect();
        SecretText::new(format!("{{\n{}\n}}\n", lines.join(",\n")))
    }

    /// Reads [`Grant::to_json`] back. Unknown members are ignored.
    ///
    /// # Errors
    /// If it is no JSON object, or a member is missing or cannot be read.
    pub fn from_json(text: &str) -> Result<Self, GrantError> {
        let json: Map<String, Value> =
            serde_json::from_str(text.trim_start_matches('\u{feff}').trim()).map_err(|_| GrantError::NotJson)?;
        let text = |name: &'static str| {
            json.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).ok_or(GrantError::Member { name })
        };
        let moment = |name| text(name)?.parse::<Timestamp>().map_err(|_| GrantError::Member { name });
        let optional_moment = |name| match json.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(_) => moment(name).map(Some),
        };
        let address = |name: &'static str| text(name);
        Ok(Self {
            access_token: AccessToken::new(text("access_token")?),
            refresh_token: json.get("refresh_token").and_then(Value::as_str).map(RefreshToken::new),
            issued_at: moment("issued_at")?,
            expires_in: json.get("expires_in").and_then(Value::as_u64).and_then(|seconds| u32::try_from(seconds).ok()),
            expires_at: optional_moment("expires_at")?,
            refresh_not_before: optional_moment("refresh_not_before")?,
            refresh_expires_at: optional_moment("refresh_expires_at")?,
            base_url: BaseUrl::parse(address("base_url")?).map_err(|_| GrantError::Member { name: "base_url" })?,
            token_endpoint: Endpoint::parse(address("token_endpoint")?)
                .map_err(|_| GrantError::Member { name: "token_endpoint" })?,
            client_id: ClientId::opaque(text("client_id")?).map_err(|_| GrantError::Member { name: "client_id" })?,
            redirect_uri: RedirectUri::parse(address("redirect_uri")?)
                .map_err(|_| GrantError::Member { name: "redirect_uri" })?,
            me: json
                .get("user")
                .filter(|user| user.is_object())
                .map(|user| Me::from_json(user, json.get("division").and_then(Value::as_i64))),
        })
    }
}

fn later(moment: Timestamp, seconds: u32) -> Timestamp {
    moment.saturating_add(SignedDuration::from_secs(i64::from(seconds))).unwrap_or(moment)
}

/// Without fractions: nothing here is known to the millisecond.
fn whole_seconds(moment: Timestamp) -> Timestamp {
    Timestamp::from_second(moment.as_second()).unwrap_or(moment)
}

/// Why a text is no grant. Nothing of it is repeated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GrantError {
    /// Not a JSON object.
    #[error("expected a grant as one JSON object, found something else")]
    NotJson,
    /// A member is missing, empty or of another form.
    #[error("expected a grant with a usable \"{name}\", found none")]
    Member {
        /// Which one.
        name: &'static str,
    },
}

impl Explained for GrantError {
    fn code(&self) -> &'static str {
        match self {
            Self::NotJson => "grant-not-json",
            Self::Member { .. } => "grant-member",
        }
    }

    fn hint(&self) -> String {
        "Give what `exchange` printed, whole, on standard input.".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Country, Provider};

    type Outcome = Result<(), Box<dyn std::error::Error>>;

    fn grant() -> Result<Grant, Box<dyn std::error::Error>> {
        let registration = Registration {
            provider: Provider::country(Country::Netherlands),
            client_id: ClientId::parse("0f9a5d7e-6c3b-4a21-9e57-8b1d2c3f4a5b")?,
            redirect_uri: RedirectUri::parse("https://app.example.com/")?,
        };
        let reply = TokenReply {
            access_token: AccessToken::new("a"),
            expires_in: Some(600),
            refresh_token: Some(RefreshToken::new("r")),
        };
        Ok(Grant::new(reply, &registration, "2026-11-22T10:00:00.75Z".parse()?))
    }

    #[test]
    fn knows_every_moment_at_which_something_ends() -> Outcome {
        let grant = grant()?;
        assert_eq!(grant.expires_at.map(|moment| moment.to_string()).as_deref(), Some("2026-11-22T10:10:00Z"));
        assert_eq!(grant.refresh_not_before.map(|moment| moment.to_string()).as_deref(), Some("2026-11-22T10:09:31Z"));
        assert_eq!(grant.refresh_expires_at.map(|moment| moment.to_string()).as_deref(), Some("2026-12-22T10:00:00Z"));
        Ok(())
    }

    #[test]
    fn reads_back_what_it_writes() -> Outcome {
        let mut grant = grant()?;
        grant.me = Some(Me {
            id: None,
            name: Some("ann".into()),
            full_name: None,
            email: None,
            language: None,
            division: Some(7),
        });
        let text = grant.to_json();
        insta::assert_snapshot!(text.expose());
        let read = Grant::from_json(text.expose())?;
        assert_eq!(read.to_json().expose(), text.expose());
        Ok(())
    }

    #[test]
    fn says_which_member_is_wrong() -> Outcome {
        let text = grant()?.to_json().expose().replace("2026-11-22T10:10:00Z", "tomorrow");
        assert_eq!(Grant::from_json(&text).map(|_| ()), Err(GrantError::Member { name: "expires_at" }));
        assert_eq!(Grant::from_json("[]").map(|_| ()), Err(GrantError::NotJson));
        assert_eq!(Grant::from_json("{}").map(|_| ()), Err(GrantError::Member { name: "access_token" }));
        Ok(())
    }
}
