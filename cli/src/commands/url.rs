//! `url`: the address at which a person signs in.

use exact_preauth_core::{AuthorizationRequest, State};
use serde_json::json;

use super::entropy;
use crate::{app, args, console::Console, failure::Failure};

pub async fn run(arguments: &args::Url, console: &Console) -> Result<(), Failure> {
    let state =
        arguments.state.as_deref().map(State::parse).transpose().map_err(|error| Failure::wrong("--state", &error))?;
    let registration = app::registration(&arguments.app, None, console).await?;
    let mut request = AuthorizationRequest::new(registration, entropy()?);
    if let Some(state) = state {
        request.set_state(state);
    }
    request.force_login = !arguments.no_force_login;

    if console.json {
        let mut object = json!({
            "url": request.url(),
            "state": request.state().as_str(),
            "redirect_uri": request.registration().redirect_uri.as_str(),
            "base_url": request.registration().provider.base_url().as_str(),
        });
        if let Some(verifier) = request.code_verifier() {
            object["code_verifier"] = json!(verifier.expose());
        }
        if arguments.explain {
            let parameters = request.parameters().into_iter();
            object["parameters"] = parameters
                .map(|parameter| json!({ "name": parameter.name, "value": parameter.value, "meaning": parameter.meaning }))
                .collect();
        }
        return console.object(&object);
    }
    console.data(&format!("{}\n", request.url()))?;
    if arguments.explain {
        let endpoint = request.registration().provider.authorization_endpoint();
        let mut text = format!("\n{endpoint}\n    Where the person signs in and consents.\n");
        for parameter in request.parameters() {
            text.push_str(&format!("{} = {}\n    {}\n", parameter.name, parameter.value, parameter.meaning));
        }
        console.data(&text)?;
    }
    if request.code_verifier().is_some() {
        console.warn("the exchange will need the code verifier of this very address: use --json, which prints it");
    }
    console.faint(&format!("Keep the state for the exchange: --state {}", request.state()));
    Ok(())
}
