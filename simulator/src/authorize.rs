//! The authorisation endpoint: sign-in, consent, and the way back to the redirect URI.
//!
//! As at Exact, an unknown client, a redirect URI that is not to the letter the registered one, and a malformed request
//! are answered on a page of its own and never redirected.

use axum::{
    Router,
    extract::{RawForm, RawQuery, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use exact_preauth_core::Country;

use crate::{Asked, Consent, Simulator, pages, pairs, value};

const COOKIE: &str = "practice-session";

pub(crate) fn routes() -> Router<Simulator> {
    Router::new()
        .route("/api/oauth2/auth", get(begin))
        .route("/api/oauth2/auth/sign-in", post(sign_in))
        .route("/api/oauth2/auth/consent", post(consent))
}

type Pairs = Vec<(String, String)>;

/// What the sign-in page says instead of redirecting.
fn check(simulator: &Simulator, country: Country, request: &Pairs) -> Result<(), String> {
    let client_id = value(request, "client_id").unwrap_or_default();
    let model = simulator.model();
    let Some(app) = model.find(country, client_id) else {
        return Err(format!("Client with identifier '{client_id}' not found."));
    };
    let redirect_uri = value(request, "redirect_uri").unwrap_or_default();
    if redirect_uri != app.redirect_uri.as_str() {
        return Err(format!("Callback URI '{redirect_uri}' is not valid"));
    }
    if value(request, "response_type") != Some("code") {
        return Err("Invalid authorization request".into());
    }
    Ok(())
}

async fn begin(
    State(simulator): State<Simulator>,
    asked: Asked,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    let request = pairs(&query);
    simulator.model().statistics.authorizations += 1;
    if let Err(message) = check(&simulator, asked.country, &request) {
        return (StatusCode::BAD_REQUEST, pages::error(asked.country, &message)).into_response();
    }
    if simulator.0.consent == Consent::Auto {
        return allow(&simulator, &request);
    }
    let signed_in = session(&headers).is_some_and(|session| simulator.model().is_signed_in(session));
    if signed_in && value(&request, "force_login") != Some("1") {
        return ask(&simulator, &asked, request);
    }
    pages::sign_in(&asked, &simulator.app(), &simulator.user(), &query, false).into_response()
}

async fn sign_in(State(simulator): State<Simulator>, asked: Asked, RawForm(form): RawForm) -> Response {
    let form = pairs(&String::from_utf8_lossy(&form));
    let query = value(&form, "request").unwrap_or_default().to_owned();
    let request = pairs(&query);
    if let Err(message) = check(&simulator, asked.country, &request) {
        return (StatusCode::BAD_REQUEST, pages::error(asked.country, &message)).into_response();
    }
    let session = {
        let username = value(&form, "username").unwrap_or_default();
        let password = value(&form, "password").unwrap_or_default();
        simulator.model().sign_in(username, password)
    };
    let Some(session) = session else {
        let page = pages::sign_in(&asked, &simulator.app(), &simulator.user(), &query, true);
        return (StatusCode::UNAUTHORIZED, page).into_response();
    };
    let cookie = format!("{COOKIE}={session}; Path=/; HttpOnly; SameSite=Lax");
    ([(header::SET_COOKIE, cookie)], ask(&simulator, &asked, request)).into_response()
}

fn ask(simulator: &Simulator, asked: &Asked, request: Pairs) -> Response {
    let ticket = simulator.model().ask_consent(request);
    pages::consent(asked, &simulator.app(), &simulator.user(), &ticket).into_response()
}

async fn consent(State(simulator): State<Simulator>, asked: Asked, RawForm(form): RawForm) -> Response {
    let form = pairs(&String::from_utf8_lossy(&form));
    let request = simulator.model().take_consent(value(&form, "ticket").unwrap_or_default());
    let Some(request) = request else {
        return (StatusCode::BAD_REQUEST, pages::error(asked.country, "Invalid authorization request")).into_response();
    };
    if value(&form, "decision") == Some("allow") {
        return allow(&simulator, &request);
    }
    simulator.model().statistics.denials += 1;
    back(&request, ("error", "access_denied"))
}

fn allow(simulator: &Simulator, request: &Pairs) -> Response {
    let now = simulator.now();
    let mut model = simulator.model();
    model.statistics.consents += 1;
    let code = model.issue_code(value(request, "redirect_uri").unwrap_or_default(), now);
    drop(model);
    back(request, ("code", &code))
}

/// 302, as Exact answers.
fn back(request: &Pairs, answer: (&str, &str)) -> Response {
    let redirect_uri = value(request, "redirect_uri").unwrap_or_default();
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair(answer.0, answer.1);
    if let Some(state) = value(request, "state") {
        query.append_pair("state", state);
    }
    let separator = if redirect_uri.contains('?') { '&' } else { '?' };
    (StatusCode::FOUND, [(header::LOCATION, format!("{redirect_uri}{separator}{}", query.finish()))]).into_response()
}

fn session(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get(header::COOKIE)?.to_str().ok()?;
    cookies.split(';').find_map(|cookie| cookie.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}
