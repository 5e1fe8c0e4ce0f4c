//! `parse`: reads and checks what came back, and prints its code.

use exact_preauth_core::{Expected, Provider, State};
use serde_json::json;

use super::answer;
use crate::{app, args, console::Console, failure::Failure};

pub async fn run(arguments: &args::Parse, console: Console) -> Result<(), Failure> {
    let state = app::state(arguments.state.as_deref())?;
    let provider = app::provider(&arguments.app)?;
    let redirect_uri = app::redirect_uri(&arguments.app)?;
    let is_exact = provider.as_ref().is_none_or(Provider::is_exact);
    let client_id = app::client_id(&arguments.app, is_exact)?;
    let expected = Expected {
        redirect_uri: redirect_uri.as_ref(),
        state: state.as_ref(),
        authorization_endpoint: provider.as_ref().map(Provider::authorization_endpoint),
        client_id: client_id.as_ref(),
        issuer: provider.as_ref().and_then(|provider| provider.issuer.as_deref()),
        opaque_code: !is_exact,
        ..Expected::default()
    };
    let found = answer::read(&expected, console).await?;
    if console.json {
        let state = found.state.as_ref().map(State::as_str);
        return console.object(&json!({ "code": found.code.expose(), "state": state }));
    }
    console.data(&format!("{}\n", found.code.expose()))?;
    console.faint("The code can be exchanged once, within three minutes of the sign-in.");
    Ok(())
}
