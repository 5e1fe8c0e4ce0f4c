//! What the simulator has beside an Exact Online: a front page, statistics, a clock that can be moved.

use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::{Simulator, pages};

pub(crate) fn routes() -> Router<Simulator> {
    Router::new()
        .route("/", get(front))
        .route("/simulator/statistics", get(statistics))
        .route("/simulator/clock", post(advance))
}

async fn front(State(simulator): State<Simulator>) -> Response {
    pages::front(&simulator.app(), &simulator.user()).into_response()
}

async fn statistics(State(simulator): State<Simulator>) -> Json<Value> {
    let now = simulator.now();
    let counted = simulator.model().statistics;
    Json(json!({
        "now": now.to_string(),
        "authorizations": counted.authorizations,
        "consents": counted.consents,
        "denials": counted.denials,
        "token_requests": counted.token_requests,
        "exchanges": counted.exchanges,
        "refreshes": counted.refreshes,
        "token_errors": counted.token_errors,
        "api_calls": counted.api_calls,
        "api_errors": counted.api_errors,
    }))
}

/// `{"advance_seconds": N}`: at most 100 years, forward only.
async fn advance(State(simulator): State<Simulator>, body: Bytes) -> Response {
    // Whatever its type is said to be: `curl --data` says it is a form.
    let order: Value = serde_json::from_slice(&body).unwrap_or_default();
    let seconds = order.get("advance_seconds").and_then(Value::as_i64);
    let Some(seconds) = seconds.filter(|seconds| (0..=3_155_760_000).contains(seconds)) else {
        let message = "expected {\"advance_seconds\": N} with N from 0 to 3155760000\n";
        return (StatusCode::BAD_REQUEST, message).into_response();
    };
    simulator.0.clock.advance(SignedDuration::from_secs(seconds));
    Json(json!({ "now": simulator.now().to_string() })).into_response()
}
