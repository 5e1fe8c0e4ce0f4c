//! The one REST resource that says whose a token is: `current/Me`, Atom by default and JSON where asked.

use axum::{
    Router,
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use maud::html;
use serde_json::{Map, Value, json};

use crate::{Simulator, User, pairs, value};

pub(crate) fn routes() -> Router<Simulator> {
    Router::new().route("/api/v1/current/Me", get(me))
}

async fn me(State(simulator): State<Simulator>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let now = simulator.now();
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let token = header(header::AUTHORIZATION).split_once(' ').filter(|(kind, _)| kind.eq_ignore_ascii_case("bearer"));
    let mut model = simulator.model();
    model.statistics.api_calls += 1;
    let Some(user) = token.and_then(|(_, token)| model.user_of(token.trim(), now)).cloned() else {
        model.statistics.api_errors += 1;
        return unauthorized();
    };
    drop(model);
    let query = pairs(&query.unwrap_or_default());
    let fields = selected(&user, value(&query, "$select"));
    if header(header::ACCEPT).contains("application/json") {
        let body = json!({ "d": { "results": [Value::Object(fields)] } }).to_string();
        return ([(header::CONTENT_TYPE, "application/json; charset=utf-8")], body).into_response();
    }
    ([(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8")], atom(&fields)).into_response()
}

fn selected(user: &User, select: Option<&str>) -> Map<String, Value> {
    let all = [
        ("UserID", json!(user.id)),
        ("CurrentDivision", json!(user.division)),
        ("FullName", json!(user.full_name)),
        ("UserName", json!(user.username)),
        ("Email", json!(user.email)),
        ("LanguageCode", json!(user.language)),
    ];
    let is_wanted = |name: &str| select.is_none_or(|select| select.split(',').any(|wanted| wanted.trim() == name));
    all.into_iter().filter(|(name, _)| is_wanted(name)).map(|(name, value)| (name.to_owned(), value)).collect()
}

fn atom(fields: &Map<String, Value>) -> String {
    let properties = fields.iter().map(|(name, value)| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        format!("<d:{name}>{}</d:{name}>", html! { (text) }.into_string())
    });
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" \
         xmlns:d=\"http://schemas.microsoft.com/ado/2007/08/dataservices\" \
         xmlns:m=\"http://schemas.microsoft.com/ado/2007/08/dataservices/metadata\"><title type=\"text\">Me</title>\
         <entry><content type=\"application/xml\"><m:properties>{}</m:properties></content></entry></feed>\n",
        properties.collect::<String>()
    )
}

fn unauthorized() -> Response {
    let message = "Unauthorized: the access token is missing, unknown or has ended.";
    let body = json!({ "error": { "code": "", "message": { "lang": "", "value": message } } }).to_string();
    (StatusCode::UNAUTHORIZED, [(header::CONTENT_TYPE, "application/json; charset=utf-8")], body).into_response()
}
