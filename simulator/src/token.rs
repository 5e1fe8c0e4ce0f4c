//! The token endpoint, which answers as Exact's does: `expires_in` as a string, mistakes without a reason.

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use jiff::Timestamp;
use serde_json::json;

use crate::{Asked, Simulator, model::Refusal, model::Tokens, pairs, value};

/// What Exact would not have said, for whoever practises.
const HIDDEN: HeaderName = HeaderName::from_static("x-practice-reason");

pub(crate) fn routes() -> Router<Simulator> {
    Router::new().route("/api/oauth2/token", post(token))
}

async fn token(State(simulator): State<Simulator>, asked: Asked, headers: HeaderMap, body: Bytes) -> Response {
    let now = simulator.now();
    let mut model = simulator.model();
    model.statistics.token_requests += 1;
    let is_form = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded"));
    let form = pairs(&String::from_utf8_lossy(&body));
    let field = |name| value(&form, name).unwrap_or_default();
    let outcome = if is_form {
        model.authenticate(asked.country, field("client_id"), field("client_secret")).and_then(|()| {
            match field("grant_type") {
                "authorization_code" => model.exchange(field("code"), field("redirect_uri"), now),
                "refresh_token" => model.refresh(field("refresh_token"), now),
                _ => Err(Refusal::InvalidRequest("The grant type is neither authorization_code nor refresh_token.")),
            }
        })
    } else {
        Err(Refusal::InvalidRequest("The body is not a form."))
    };
    match outcome {
        Ok(tokens) => granted(&tokens),
        Err(refusal) => {
            model.statistics.token_errors += 1;
            refused(&refusal)
        }
    }
}

fn granted(tokens: &Tokens) -> Response {
    let body = json!({
        "access_token": tokens.access_token,
        "token_type": "bearer",
        "expires_in": "600",
        "refresh_token": tokens.refresh_token,
    });
    json_response(StatusCode::OK, body.to_string())
}

fn refused(refusal: &Refusal) -> Response {
    let bad = StatusCode::BAD_REQUEST;
    let described = |status, error: &str, description: &str| {
        json_response(status, json!({ "error": error, "error_description": description }).to_string())
    };
    match refusal {
        Refusal::InvalidClient => json_response(bad, json!({ "error": "invalid_client" }).to_string()),
        Refusal::InvalidRequest(hidden) => {
            let mut response = json_response(bad, json!({ "error": "invalid_request" }).to_string());
            response.headers_mut().insert(HIDDEN, HeaderValue::from_static(hidden));
            response
        }
        Refusal::DamagedCode => (bad, "Signed data extraction has failed.").into_response(),
        Refusal::ChainEnded => described(bad, "invalid_grant", "The refresh token has an invalid or empty chainId."),
        Refusal::RefreshTokenExpired { expired_at, now } => {
            let said = |moment: &Timestamp| moment.strftime("%-m/%-d/%Y %-I:%M:%S %p").to_string();
            let text = format!("The refresh token expired at {} and it is now {}.", said(expired_at), said(now));
            described(bad, "invalid_request", &text)
        }
        Refusal::OldRefreshToken => {
            described(StatusCode::UNAUTHORIZED, "unauthorized_client", "Old refresh token used.")
        }
        Refusal::TooEarly => described(bad, "access_denied", "Rate limit exceeded: access_token not expired"),
    }
}

fn json_response(status: StatusCode, body: String) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json; charset=utf-8")], body).into_response()
}
