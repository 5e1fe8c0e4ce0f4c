//! The token reply ([RFC 6749, 5](https://www.rfc-editor.org/rfc/rfc6749#section-5)), read as Exact really answers:
//! `expires_in` as a string, most mistakes as a bare `invalid_request`, outages as HTML or nothing.

use serde_json::Value;

use crate::{AccessToken, Explained, RefreshToken, words::words};

/// The longest reply that is read, in bytes. Real ones have under 4,000.
pub const REPLY_LIMIT: usize = 65_536;

/// What came back over HTTP.
#[derive(Clone, Copy, Debug)]
pub struct HttpReply<'a> {
    /// The status code.
    pub status: u16,
    /// The header `Reason`, in which Exact often says what the body hides.
    pub reason: Option<&'a str>,
    /// The body, as bytes.
    pub body: &'a [u8],
}

/// The tokens.
#[derive(Debug)]
pub struct TokenReply {
    /// For API calls.
    pub access_token: AccessToken,
    /// Seconds until it ends, where the server says so.
    pub expires_in: Option<u32>,
    /// For the next access token, where the server gives one.
    pub refresh_token: Option<RefreshToken>,
}

impl TokenReply {
    /// Reads a reply of the token endpoint.
    ///
    /// # Errors
    /// If the server refused, or answered something that is no token reply.
    ///
    /// ```
    /// # use exact_preauth_core::{HttpReply, TokenReply};
    /// let body = br#"{"access_token":"a","token_type":"bearer","expires_in":"600","refresh_token":"r"}"#;
    /// let reply = TokenReply::parse(HttpReply { status: 200, reason: None, body })?;
    /// assert_eq!(reply.expires_in, Some(600));
    /// # Ok::<(), exact_preauth_core::TokenError>(())
    /// ```
    pub fn parse(reply: HttpReply<'_>) -> Result<Self, TokenError> {
        let fail = |kind| Err(TokenError::new(kind, reply));
        if reply.body.len() > REPLY_LIMIT {
            return fail(TokenErrorKind::TooLong);
        }
        let text = String::from_utf8_lossy(reply.body);
        let text = text.trim_start_matches('\u{feff}').trim();
        let json = serde_json::from_str::<Value>(text).ok().filter(Value::is_object);
        let says_error =
            |json: &Value| json.get("error").is_some_and(Value::is_string) && json.get("access_token").is_none();
        if !(200..300).contains(&reply.status) || json.as_ref().is_some_and(says_error) {
            return Err(TokenError::read(json.as_ref(), text, reply));
        }
        let Some(json) = json else {
            return fail(if text.is_empty() { TokenErrorKind::Outage } else { TokenErrorKind::NotJson });
        };
        let text = |name| json.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let Some(access_token) = text("access_token") else { return fail(TokenErrorKind::NoToken) };
        if text("token_type").is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) {
            return fail(TokenErrorKind::TokenType);
        }
        Ok(Self {
            access_token: AccessToken::new(access_token),
            expires_in: json.get("expires_in").and_then(seconds),
            refresh_token: text("refresh_token").map(RefreshToken::new),
        })
    }
}

/// A number of seconds, as a number or a string, whole or with decimals.
fn seconds(value: &Value) -> Option<u32> {
    let number = match value {
        Value::String(text) => text.trim().parse::<f64>().ok()?,
        other => other.as_f64()?,
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked")]
    (0.0..=f64::from(u32::MAX)).contains(&number).then_some(number as u32)
}

/// A refusal, or a reply that is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenError {
    /// What went wrong.
    pub kind: TokenErrorKind,
    /// The HTTP status.
    pub status: u16,
    /// `error`, such as `invalid_request`.
    pub error: Option<String>,
    /// `error_description`, or a reply that is plain text: the server's own words.
    pub description: Option<String>,
    /// The header `Reason`.
    pub reason: Option<String>,
}

/// What went wrong at the token endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenErrorKind {
    /// A bare `invalid_request`: the redirect URI differs, or the code was used, is too old or damaged.
    RedirectUriOrCode,
    /// The code could not be unpacked.
    CodeDamaged,
    /// The refresh token is no longer the newest of its chain.
    ChainEnded,
    /// Unused for 30 days.
    RefreshTokenExpired,
    /// Already rotated.
    RefreshTokenUsed,
    /// Asked again within 570 seconds.
    TooEarly,
    /// Client ID and secret do not belong together.
    Client,
    /// Too many requests.
    TooMany,
    /// Nothing, HTML, or a server error.
    Outage,
    /// Over [`REPLY_LIMIT`].
    TooLong,
    /// Success, but no JSON.
    NotJson,
    /// Success, but no access token.
    NoToken,
    /// Another kind of token than `bearer`.
    TokenType,
    /// Any other refusal.
    Other,
}

impl TokenError {
    fn new(kind: TokenErrorKind, reply: HttpReply<'_>) -> Self {
        let reason = reply.reason.map(words).filter(|text| !text.is_empty());
        Self { kind, status: reply.status, error: None, description: None, reason }
    }

    fn read(json: Option<&Value>, text: &str, reply: HttpReply<'_>) -> Self {
        let member = |name: &str| {
            json.and_then(|json| json.get(name)).and_then(Value::as_str).map(words).filter(|text| !text.is_empty())
        };
        let error = member("error");
        let is_plain_text = json.is_none() && !text.is_empty() && !text.starts_with('<');
        let description = member("error_description").or_else(|| is_plain_text.then(|| words(text)));
        let beginning: String = text.chars().take(2_000).collect();
        let all = format!("{beginning} {}", reply.reason.unwrap_or_default()).to_ascii_lowercase();
        let kind = kind_of(&all, text, json.is_some(), error.as_deref(), reply.status);
        Self { error, description, ..Self::new(kind, reply) }
    }

    /// The same without a secret that the server has repeated.
    #[must_use]
    pub fn without(mut self, secret: &str) -> Self {
        if secret.len() >= 4 {
            for text in [&mut self.error, &mut self.description, &mut self.reason].into_iter().flatten() {
                *text = text.replace(secret, "[redacted]");
            }
        }
        self
    }

    /// Whether only a new consent helps.
    #[must_use]
    pub fn needs_new_consent(&self) -> bool {
        matches!(
            self.kind,
            TokenErrorKind::ChainEnded | TokenErrorKind::RefreshTokenExpired | TokenErrorKind::RefreshTokenUsed
        )
    }
}

/// Matches Exact's words before its statuses: the same words came with several.
fn kind_of(all: &str, body: &str, is_json: bool, error: Option<&str>, status: u16) -> TokenErrorKind {
    for (words, kind) in [
        ("signed data extraction has failed", TokenErrorKind::CodeDamaged),
        ("chainid", TokenErrorKind::ChainEnded),
        ("refresh token expired", TokenErrorKind::RefreshTokenExpired),
        ("old refresh token used", TokenErrorKind::RefreshTokenUsed),
        ("access_token not expired", TokenErrorKind::TooEarly),
        ("invalid_client", TokenErrorKind::Client),
    ] {
        if all.contains(words) {
            return kind;
        }
    }
    match (status, error) {
        (429, _) => TokenErrorKind::TooMany,
        (400, Some("invalid_request" | "invalid_grant")) => TokenErrorKind::RedirectUriOrCode,
        (400, None) if body.trim_matches('"').eq_ignore_ascii_case("bad request") => TokenErrorKind::RedirectUriOrCode,
        (_, Some(_)) => TokenErrorKind::Other,
        _ if is_json && status < 500 => TokenErrorKind::Other,
        _ => TokenErrorKind::Outage,
    }
}

impl std::fmt::Display for TokenError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let found = match self.kind {
            TokenErrorKind::RedirectUriOrCode => "a refusal without a reason",
            TokenErrorKind::CodeDamaged => "a refusal: the code cannot be unpacked",
            TokenErrorKind::ChainEnded => "a refusal: this refresh token is no longer the newest",
            TokenErrorKind::RefreshTokenExpired => "a refusal: this refresh token was unused for too long",
            TokenErrorKind::RefreshTokenUsed => "a refusal: this refresh token was used before",
            TokenErrorKind::TooEarly => "a refusal: too early for a new access token",
            TokenErrorKind::Client => "a refusal: client ID and client secret do not belong together",
            TokenErrorKind::TooMany => "a refusal: too many requests",
            TokenErrorKind::Outage => "no usable answer",
            TokenErrorKind::TooLong => "over 65,536 bytes",
            TokenErrorKind::NotJson => "something that is no JSON",
            TokenErrorKind::NoToken => "JSON without an access token",
            TokenErrorKind::TokenType => "a token of another type than bearer",
            TokenErrorKind::Other => "a refusal",
        };
        write!(formatter, "expected tokens, found {found} (HTTP {}", self.status)?;
        if let Some(error) = &self.error {
            write!(formatter, ", {error}")?;
        }
        if let Some(description) = &self.description {
            write!(formatter, ": {description}")?;
        }
        if let Some(reason) = &self.reason {
            write!(formatter, "; Reason: {reason}")?;
        }
        formatter.write_str(")")
    }
}

impl std::error::Error for TokenError {}

impl Explained for TokenError {
    fn code(&self) -> &'static str {
        match self.kind {
            TokenErrorKind::RedirectUriOrCode => "token-redirect-uri-or-code",
            TokenErrorKind::CodeDamaged => "token-code-damaged",
            TokenErrorKind::ChainEnded => "token-chain-ended",
            TokenErrorKind::RefreshTokenExpired => "token-refresh-expired",
            TokenErrorKind::RefreshTokenUsed => "token-refresh-used",
            TokenErrorKind::TooEarly => "token-too-early",
            TokenErrorKind::Client => "token-client",
            TokenErrorKind::TooMany => "token-too-many",
            TokenErrorKind::Outage => "token-outage",
            TokenErrorKind::TooLong => "token-reply-too-long",
            TokenErrorKind::NotJson => "token-not-json",
            TokenErrorKind::NoToken => "token-none",
            TokenErrorKind::TokenType => "token-type",
            TokenErrorKind::Other => "token-refused",
        }
    }

    fn hint(&self) -> String {
        match self.kind {
            TokenErrorKind::RedirectUriOrCode => {
                "Most likely: the redirect URI is not to the letter the registered one (slash at the end, http or https, capitals); \
                 or the code is older than three minutes; or it was used before. Check the redirect URI, then sign in again."
            }
            TokenErrorKind::CodeDamaged => "Copy the address again, straight from the browser's address bar, and sign in again if three minutes have passed.",
            TokenErrorKind::ChainEnded | TokenErrorKind::RefreshTokenUsed => {
                "Another program or a newer sign-in holds the newer token. If you can find it, use that one; otherwise sign in again."
            }
            TokenErrorKind::RefreshTokenExpired => "Refresh tokens die after 30 days unused. Sign in again.",
            TokenErrorKind::TooEarly => "Use the access token that you have. A new one is given 570 seconds after the last.",
            TokenErrorKind::Client => "Copy client ID and client secret again from the same app in the App Center. The secret may have been changed there.",
            TokenErrorKind::TooMany => "Wait an hour before the next attempt; each one prolongs the block.",
            TokenErrorKind::Outage | TokenErrorKind::TooLong | TokenErrorKind::NotJson => {
                "The server or something on the way to it is out of order. Try again in a few minutes; the code may be spent, so sign in again."
            }
            TokenErrorKind::NoToken | TokenErrorKind::TokenType => "Check that the token endpoint is the one of the server that you signed in to.",
            TokenErrorKind::Other => "Check country, client ID, client secret and redirect URI against the app's registration, then sign in again.",
        }
        .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(status: u16, body: &str) -> Result<TokenReply, TokenError> {
        TokenReply::parse(HttpReply { status, reason: None, body: body.as_bytes() })
    }

    #[test]
    fn reads_what_servers_really_send() {
        for (body, expires_in) in [
            (r#"{"access_token":"a","token_type":"bearer","expires_in":"600","refresh_token":"r"}"#, Some(600)),
            (r#"{"access_token":"a","token_type":"Bearer","expires_in":600,"refresh_token":"r"}"#, Some(600)),
            (
                "\u{feff}\r\n {\"access_token\":\"a\",\"expires_in\":\"599.9\",\"refresh_token\":\"r\",\"scope\":null}",
                Some(599),
            ),
            (r#"{"access_token":"a","token_type":null,"expires_in":null,"refresh_token":"r"}"#, None),
            (r#"{"access_token":"a","expires_in":-1,"refresh_token":"r"}"#, None),
            (r#"{"access_token":"a","expires_in":600,"refresh_token":"r","error":null}"#, Some(600)),
        ] {
            let reply = parse(200, body);
            assert_eq!(
                reply.as_ref().map(|reply| (reply.access_token.expose(), reply.expires_in)).map_err(Clone::clone),
                Ok(("a", expires_in)),
                "{body}"
            );
            assert_eq!(
                reply.ok().and_then(|reply| reply.refresh_token).map(|token| token.expose().to_owned()).as_deref(),
                Some("r")
            );
        }
    }

    #[test]
    fn knows_each_refusal_by_exacts_words() {
        for (status, body, code) in [
            (400, r#"{"error":"invalid_request"}"#, "token-redirect-uri-or-code"),
            (400, "Bad Request", "token-redirect-uri-or-code"),
            (400, "Signed data extraction has failed, invalid signature", "token-code-damaged"),
            (
                400,
                r#"{"error":"invalid_grant","error_description":"RefreshToken has invalid or empty chainId"}"#,
                "token-chain-ended",
            ),
            (
                400,
                r#"{"error":"invalid_request","error_description":"The refresh token expired at 10/11/2022 9:18:20 PM and it is now 11/11/2022"}"#,
                "token-refresh-expired",
            ),
            (
                401,
                r#"{"error":"unauthorized_client","error_description":"Old refresh token used."}"#,
                "token-refresh-used",
            ),
            (
                400,
                r#"{"error":"access_denied","error_description":"Rate limit exceeded: access_token not expired"}"#,
                "token-too-early",
            ),
            (
                401,
                r#"{"error":"access_denied","error_description":"Rate limit exceeded: access_token not expired"}"#,
                "token-too-early",
            ),
            (401, r#"{"error":"invalid_client"}"#, "token-client"),
            (429, "", "token-too-many"),
            (500, "<html>", "token-outage"),
            (200, "", "token-outage"),
            (200, "<html>", "token-not-json"),
            (200, "{}", "token-none"),
            (200, r#"{"access_token":""}"#, "token-none"),
            (200, r#"{"access_token":"a","token_type":"mac"}"#, "token-type"),
            (200, r#"{"error":"invalid_client"}"#, "token-client"),
            (400, r#"{"error":"unsupported_grant_type"}"#, "token-refused"),
        ] {
            assert_eq!(
                parse(status, body).map(|_| "tokens").map_err(|error| error.code()),
                Err(code),
                "{status} {body}"
            );
        }
        let long = "x".repeat(REPLY_LIMIT + 1);
        assert_eq!(parse(200, &long).map(|_| ()).map_err(|error| error.kind), Err(TokenErrorKind::TooLong));
    }

    #[test]
    fn the_reason_header_is_matched_too_and_changes_no_plain_text() {
        let parse = |body: &str, reason| {
            TokenReply::parse(HttpReply { status: 400, reason: Some(reason), body: body.as_bytes() })
        };
        let code = |reply: Result<TokenReply, TokenError>| reply.err().map(|error| error.code());
        assert_eq!(code(parse("Bad Request", "Something")), Some("token-redirect-uri-or-code"));
        let body = r#"{"error":"invalid_request","error_description":"something"}"#;
        assert_eq!(code(parse(body, "Old refresh token used.")), Some("token-refresh-used"));
    }

    #[test]
    fn a_secret_that_the_server_repeats_is_taken_out() {
        let body = r#"{"error":"invalid_client","error_description":"secret aB3dE5fG7hJ9 is wrong"}"#;
        let shown = parse(401, body).err().map(|error| error.without("aB3dE5fG7hJ9").to_string());
        assert_eq!(
            shown.as_deref(),
            Some(
                "expected tokens, found a refusal: client ID and client secret do not belong together (HTTP 401, invalid_client: secret [redacted] is wrong)"
            )
        );
    }

    #[test]
    fn shows_the_reason_header_and_no_token() {
        let canary = format!("CANARY{}", "x".repeat(200));
        let reply =
            HttpReply { status: 400, reason: Some("Invalid redirect URI"), body: br#"{"error":"invalid_request"}"# };
        let shown = TokenReply::parse(reply).map(|_| ()).map_err(|error| error.to_string());
        assert_eq!(
            shown,
            Err("expected tokens, found a refusal without a reason (HTTP 400, invalid_request; Reason: Invalid redirect URI)"
                .into())
        );
        let body = format!(r#"{{"error":"invalid_request","error_description":"token {canary} is bad"}}"#);
        let shown = parse(400, &body).map(|_| ()).map_err(|error| format!("{error} {error:?}"));
        assert!(shown.is_err_and(|shown| !shown.contains(&canary)));
    }

    proptest::proptest! {
        #[test]
        fn no_reply_panics_and_none_is_repeated_at_length(status in 100_u16..600, body in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300), reason in proptest::option::of("\\PC{0,80}")) {
            if let Err(error) = TokenReply::parse(HttpReply { status, reason: reason.as_deref(), body: &body }) {
                let shown = format!("{error} {}", error.hint());
                proptest::prop_assert!(shown.split_whitespace().all(|word| word.chars().count() <= 80), "{}", shown);
            }
        }

        #[test]
        fn no_json_panics(json in "\\{(\"(access_token|expires_in|token_type|refresh_token|error|error_description)\":(null|\"[a-z0-9.-]{0,9}\"|[0-9.e-]{1,9}|\\[\\]|\\{\\}),?){0,6}\\}") {
            let _ = parse(200, &json);
            let _ = parse(400, &json);
            let _ = crate::Grant::from_json(&json);
            let _ = crate::Me::parse(HttpReply { status: 200, reason: None, body: json.as_bytes() });
        }
    }
}
