//! Whose tokens they are: Exact's `current/Me`.

use serde_json::{Value, json};

use crate::{BaseUrl, Explained, HttpReply, words::words};

/// The user to whom the tokens belong, and the division that is current for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Me {
    /// A GUID.
    pub id: Option<String>,
    /// The name they sign in with.
    pub name: Option<String>,
    /// The name they are called by.
    pub full_name: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
    /// Their language, such as `NL-NL`.
    pub language: Option<String>,
    /// The division (company) that their calls go to.
    pub division: Option<i64>,
}

impl Me {
    /// Where to ask, with `Authorization: Bearer …` and `Accept: application/json`: the default is Atom.
    #[must_use]
    pub fn url(base_url: &BaseUrl) -> String {
        base_url.join("/api/v1/current/Me?$select=UserID,CurrentDivision,FullName,UserName,Email,LanguageCode")
    }

    /// Reads the answer in each of the three envelopes that have been seen: `{"d":{"results":[…]}}`, `{"d":[…]}` and
    /// `{"d":{…}}`.
    ///
    /// # Errors
    /// If the status is no success or the body holds no user.
    pub fn parse(reply: HttpReply<'_>) -> Result<Self, MeError> {
        let HttpReply { status, reason, body } = reply;
        if status == 401 {
            return Err(MeError::Unauthorized);
        }
        if body.len() > crate::REPLY_LIMIT {
            return Err(MeError::TooLong);
        }
        let text = String::from_utf8_lossy(body);
        let json = serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}').trim());
        if !(200..300).contains(&status) {
            let said = json.ok().and_then(|json| json.pointer("/error/message/value")?.as_str().map(words));
            let said = said.or_else(|| reason.map(words)).filter(|text| !text.is_empty());
            return Err(MeError::Refused { status, said });
        }
        let json = json.map_err(|_| MeError::NotJson)?;
        let data = json.get("d").ok_or(MeError::NoUser)?;
        let data = data.get("results").unwrap_or(data);
        let user = data.get(0).unwrap_or(data);
        if !user.is_object() {
            return Err(MeError::NoUser);
        }
        let text = |name: &str| user.get(name).and_then(Value::as_str).map(words).filter(|text| !text.is_empty());
        let division = user
            .get("CurrentDivision")
            .and_then(|value| value.as_i64().or_else(|| value.as_str()?.trim().parse().ok()));
        let me = Self {
            id: text("UserID"),
            name: text("UserName"),
            full_name: text("FullName"),
            email: text("Email"),
            language: text("LanguageCode"),
            division,
        };
        if me.name.is_none() && me.full_name.is_none() && me.division.is_none() { Err(MeError::NoUser) } else { Ok(me) }
    }

    /// The user as JSON, without the division.
    #[must_use]
    pub fn user_json(&self) -> Value {
        json!({ "id": self.id, "name": self.name, "full_name": self.full_name, "email": self.email, "language": self.language })
    }

    /// Reads [`Me::user_json`] back.
    #[must_use]
    pub fn from_json(user: &Value, division: Option<i64>) -> Self {
        let text = |name: &str| user.get(name).and_then(Value::as_str).map(str::to_owned);
        Self {
            id: text("id"),
            name: text("name"),
            full_name: text("full_name"),
            email: text("email"),
            language: text("language"),
            division,
        }
    }
}

impl std::fmt::Display for Me {
    /// `Full Name <e-mail>`, or whatever of it is known.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = self.full_name.as_deref().or(self.name.as_deref()).unwrap_or("an unnamed user");
        match self.email.as_deref().or(self.name.as_deref()).filter(|email| *email != name) {
            Some(email) => write!(formatter, "{name} <{email}>"),
            None => formatter.write_str(name),
        }
    }
}

/// Why `current/Me` did not say whose the tokens are.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MeError {
    /// The access token is not, or no longer, good.
    #[error("expected the user's name, found that the access token is refused (HTTP 401)")]
    Unauthorized,
    /// Any other status.
    #[error("expected the user's name, found HTTP {status}{}", said.as_ref().map(|said| format!(": {said}")).unwrap_or_default())]
    Refused {
        /// The status.
        status: u16,
        /// The server's own words, where it has some.
        said: Option<String>,
    },
    /// Over [`REPLY_LIMIT`](crate::REPLY_LIMIT).
    #[error("expected the user's name, found over 65,536 bytes")]
    TooLong,
    /// No JSON.
    #[error("expected the user's name as JSON, found something else")]
    NotJson,
    /// JSON without a user.
    #[error("expected the user's name, found JSON without one")]
    NoUser,
}

impl Explained for MeError {
    fn code(&self) -> &'static str {
        match self {
            Self::Unauthorized => "me-unauthorized",
            Self::Refused { .. } => "me-refused",
            Self::TooLong => "me-too-long",
            Self::NotJson => "me-not-json",
            Self::NoUser => "me-no-user",
        }
    }

    fn hint(&self) -> String {
        match self {
            Self::Unauthorized => {
                "Access tokens live ten minutes. Get a new one with the refresh token, or sign in again."
            }
            Self::Refused { status: 403, .. } => {
                "The app or the user may not read this. Check the app's permissions and the user's rights."
            }
            Self::Refused { status: 429, .. } => "Too many requests. Wait a minute, then ask less often.",
            Self::Refused { .. } | Self::TooLong | Self::NotJson | Self::NoUser => {
                "Check the base URL; if it is right, try again in a few minutes."
            }
        }
        .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_all_three_envelopes() {
        let user = r#"{"UserID":"u","CurrentDivision":123456,"FullName":"Ann Example ","UserName":"ann","Email":"ann@example.com","LanguageCode":"NL-NL"}"#;
        for body in [
            format!(r#"{{"d":{{"results":[{user}]}}}}"#),
            format!(r#"{{"d":[{user}]}}"#),
            format!("\u{feff}{{\"d\":{user}}}"),
        ] {
            let me = Me::parse(HttpReply { status: 200, reason: None, body: body.as_bytes() });
            assert_eq!(me.as_ref().map(|me| me.division), Ok(Some(123_456)));
            assert_eq!(me.map(|me| me.to_string()).as_deref(), Ok("Ann Example <ann@example.com>"));
        }
    }

    #[test]
    fn says_what_it_found_instead() {
        let code = |status, body: &str| {
            Me::parse(HttpReply { status, reason: None, body: body.as_bytes() }).map_err(|error| error.code()).err()
        };
        assert_eq!(code(401, ""), Some("me-unauthorized"));
        assert_eq!(code(503, "<html>"), Some("me-refused"));
        assert_eq!(code(200, "<feed/>"), Some("me-not-json"));
        assert_eq!(code(200, &" ".repeat(crate::REPLY_LIMIT + 1)), Some("me-too-long"));
        let body = r#"{"error":{"code":"","message":{"lang":"","value":"No \u001b[2Jrights"}}}"#;
        let shown = Me::parse(HttpReply { status: 403, reason: None, body: body.as_bytes() })
            .map_err(|error| error.to_string());
        assert_eq!(shown, Err("expected the user's name, found HTTP 403: No [2Jrights".into()));
        assert_eq!(code(200, r#"{"d":{"results":[]}}"#), Some("me-no-user"));
    }
}
