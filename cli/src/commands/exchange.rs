//! `exchange`: a return URL becomes a grant.

use exact_preauth_core::{Expected, Grant, TokenRequest};

use super::answer;
use crate::{app, args, console::Console, failure::Failure, file, http, input, times};

pub async fn run(arguments: &args::Exchange, console: Console) -> Result<(), Failure> {
    let state = app::state(arguments.state.as_deref())?;
    if !console.is_interactive() {
        input::only_one_on_stdin(&arguments.secret, "the return URL")?;
    }
    let registration = app::registration(&arguments.app, Some(&arguments.secret), console).await?;
    let client_secret = input::client_secret(&arguments.secret, &registration.client_id, console).await?;
    let code_verifier = input::code_verifier(arguments.code_verifier_file.as_deref())?;
    let expected = Expected {
        redirect_uri: Some(&registration.redirect_uri),
        state: state.as_ref(),
        authorization_endpoint: Some(registration.provider.authorization_endpoint()),
        client_id: Some(&registration.client_id),
        client_secret: Some(&client_secret),
        issuer: registration.provider.issuer.as_deref(),
        opaque_code: !registration.provider.is_exact(),
    };
    let found = answer::read(&expected, console).await?;
    let request = TokenRequest::AuthorizationCode { code: &found.code, code_verifier: code_verifier.as_ref() };
    let parts = request.parts(&registration, &client_secret);
    let reply = http::token(registration.provider.token_endpoint(), &parts, &client_secret).await?;
    let mut grant = Grant::new(reply, &registration, times::now());
    if arguments.whoami {
        match http::me(&grant.base_url, &grant.access_token).await {
            Ok(me) => grant.me = Some(me),
            // The tokens are there and must not be lost over a name.
            Err(failure) => console.warn(&format!("whose the tokens are is not known: {}", failure.message)),
        }
    }
    let text = grant.to_json();
    console.tokens(&text).map_err(|failure| file::rescued(failure, &text, "json"))
}
