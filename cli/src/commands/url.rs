//! `url`: the address at which a person signs in.

use std::fmt::Write as _;

use exact_preauth_core::AuthorizationRequest;
use serde_json::{Map, Value, json};

use super::entropy;
use crate::{app, args, console::Console, failure::Failure};

pub async fn run(arguments: &args::Url, console: Console) -> Result<(), Failure> {
    let state = app::state(arguments.state.as_deref())?;
    let registration = app::registration(&arguments.app, None, console).await?;
    let mut request = AuthorizationRequest::new(registration, entropy()?);
    if let Some(state) = state {
        request.set_state(state);
    }
    request.force_login = !arguments.no_force_login;

    if console.json {
        return console.object(&object(&request, arguments.explain));
    }
    console.data(&format!("{}\n", request.url()))?;
    if arguments.explain {
        let endpoint = request.registration().provider.authorization_endpoint();
        let mut text = format!("\n{endpoint}\n    Where the person signs in and consents.\n");
        for parameter in request.parameters() {
            let _ = writeln!(text, "{} = {}\n    {}", parameter.name, parameter.value, parameter.meaning);
        }
        console.data(&text)?;
    }
    if request.code_verifier().is_some() {
        console.warn("the exchange will need the code verifier of this very address: use --json, which prints it");
    }
    let state = request.state().as_str();
    let is_plain = state.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    let quoted = if is_plain { state.to_owned() } else { format!("'{}'", state.replace('\'', r"'\''")) };
    console.faint(&format!("Keep the state for the exchange: --state {quoted}"));
    Ok(())
}

/// The address and what must be kept for the exchange.
fn object(request: &AuthorizationRequest, explain: bool) -> Value {
    let registration = request.registration();
    let mut members = vec![
        ("url", json!(request.url())),
        ("state", json!(request.state().as_str())),
        ("redirect_uri", json!(registration.redirect_uri.as_str())),
        ("base_url", json!(registration.provider.base_url().as_str())),
    ];
    if let Some(verifier) = request.code_verifier() {
        members.push(("code_verifier", json!(verifier.expose())));
    }
    if explain {
        let parameters = request.parameters().into_iter();
        let explained = parameters
            .map(|parameter| json!({ "name": parameter.name, "value": parameter.value, "meaning": parameter.meaning }));
        members.push(("parameters", explained.collect()));
    }
    Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>())
}
