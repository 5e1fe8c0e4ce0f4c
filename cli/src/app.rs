//! From what was typed, or stands in the environment, or is asked, to a registration.

use exact_preauth_core::{
    BaseUrl, ClientAuthentication, ClientId, ClientIdError, Country, Endpoint, Provider, RedirectUri, Registration,
    State,
};

use crate::{args, console::Console, failure::Failure, input, prompt::Prompt};

/// A variable of the environment that is set and not empty.
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}

/// The provider that was named, by an option before the environment.
pub fn provider(app: &args::App) -> Result<Option<Provider>, Failure> {
    if let (Some(auth_url), Some(token_url)) = (&app.auth_url, &app.token_url) {
        return endpoints(app, auth_url, token_url).map(Some);
    }
    if let Some(country) = &app.country {
        return country.parse().map(Provider::country).map(Some).map_err(|error| Failure::wrong("--country", &error));
    }
    if let Some(base_url) = &app.base_url {
        return exact("--base-url", base_url).map(Some);
    }
    match (variable("EXACT_BASE_URL"), variable("EXACT_COUNTRY")) {
        (Some(_), Some(_)) => Err(Failure::usage(
            "EXACT_BASE_URL and EXACT_COUNTRY are both set, and only one can be meant",
            "Unset one of them, or give --base-url or --country.",
        )),
        (Some(base_url), None) => exact("EXACT_BASE_URL", &base_url).map(Some),
        (None, Some(country)) => {
            country.parse().map(Provider::country).map(Some).map_err(|error| Failure::wrong("EXACT_COUNTRY", &error))
        }
        (None, None) => Ok(None),
    }
}

fn exact(what: &str, base_url: &str) -> Result<Provider, Failure> {
    let base_url = BaseUrl::parse(base_url).map_err(|error| Failure::wrong(what, &error))?;
    Provider::exact(base_url).map_err(|error| Failure::wrong(what, &error))
}

fn endpoints(app: &args::App, auth_url: &str, token_url: &str) -> Result<Provider, Failure> {
    let authorization = Endpoint::parse(auth_url).map_err(|error| Failure::wrong("--auth-url", &error))?;
    let token = Endpoint::parse(token_url).map_err(|error| Failure::wrong("--token-url", &error))?;
    let mut provider =
        Provider::endpoints(authorization, token).map_err(|error| Failure::wrong("--token-url", &error))?;
    provider.client_authentication = match app.client_auth {
        None | Some(args::ClientAuth::Post) => ClientAuthentication::Post,
        Some(args::ClientAuth::Basic) => ClientAuthentication::Basic,
    };
    provider.scope.clone_from(&app.scope);
    provider.pkce = app.pkce;
    provider.issuer.clone_from(&app.issuer);
    Ok(provider)
}

/// The text of an option, or else of a variable, with which of the two it was.
fn named<'a>(option: (&'a str, &Option<String>), name: &'a str) -> Option<(&'a str, String)> {
    option.1.clone().map(|text| (option.0, text)).or_else(|| variable(name).map(|text| (name, text)))
}

/// The state that was sent, where it was named.
pub fn state(text: Option<&str>) -> Result<Option<State>, Failure> {
    text.map(State::parse).transpose().map_err(|error| Failure::wrong("--state", &error))
}

/// The redirect URI that was named.
pub fn redirect_uri(app: &args::App) -> Result<Option<RedirectUri>, Failure> {
    named(("--redirect-uri", &app.redirect_uri), "EXACT_REDIRECT_URI")
        .map(|(what, text)| RedirectUri::parse(&text).map_err(|error| Failure::wrong(what, &error)))
        .transpose()
}

/// The client ID that was named.
pub fn client_id(app: &args::App, is_exact: bool) -> Result<Option<ClientId>, Failure> {
    named(("--client-id", &app.client_id), "EXACT_CLIENT_ID")
        .map(|(what, text)| read_client_id(&text, is_exact).map_err(|error| Failure::wrong(what, &error)))
        .transpose()
}

fn read_client_id(text: &str, is_exact: bool) -> Result<ClientId, ClientIdError> {
    if is_exact { ClientId::parse(text) } else { ClientId::opaque(text) }
}

/// The registration, asking for what is missing where a person can be asked. `secret`: the client secret will be wanted
/// too.
pub async fn registration(
    app: &args::App,
    secret: Option<&args::Secret>,
    console: Console,
) -> Result<Registration, Failure> {
    // Everything that was given is checked before anything is asked.
    let provider = provider(app)?;
    let redirect_uri = redirect_uri(app)?;
    let is_exact = provider.as_ref().is_none_or(Provider::is_exact);
    let client_id = client_id(app, is_exact)?;

    if !console.is_interactive() {
        let has_secret = secret.is_none_or(input::is_given);
        missing(
            console,
            [
                ("--country", provider.is_some()),
                ("--client-id", client_id.is_some()),
                ("--redirect-uri", redirect_uri.is_some()),
                ("--client-secret-file (or EXACT_CLIENT_SECRET)", has_secret),
            ],
        )?;
    }
    let provider = match provider {
        Some(provider) => provider,
        None => ask_country(console).await?,
    };
    let client_id = if let Some(client_id) = client_id {
        client_id
    } else {
        let ask = Prompt::new("Client ID", "--client-id or EXACT_CLIENT_ID");
        let read = |text: &str| read_client_id(text, is_exact).map(|id| (id, String::new()));
        ask.parsed(console, read).await?
    };
    let redirect_uri = if let Some(redirect_uri) = redirect_uri {
        redirect_uri
    } else {
        let ask = Prompt::new("Redirect URI, to the letter as registered", "--redirect-uri or EXACT_REDIRECT_URI");
        ask.parsed(console, |text| RedirectUri::parse(text).map(|uri| (uri, String::new()))).await?
    };
    Ok(Registration { provider, client_id, redirect_uri })
}

/// Names all that is missing at once.
fn missing<const N: usize>(console: Console, wanted: [(&str, bool); N]) -> Result<(), Failure> {
    let missing: Vec<&str> = wanted.iter().filter(|(_, is_there)| !is_there).map(|(name, _)| *name).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Failure::usage(
        format!(
            "this is missing: {}; and nobody can be asked: {}",
            missing.join(", "),
            console.unasked().unwrap_or_default()
        ),
        "Give it as an option or in the environment, or run the command in a terminal, which asks.",
    ))
}

async fn ask_country(console: Console) -> Result<Provider, Failure> {
    let ask =
        Prompt::new("Country (nl be de fr es uk us)", "--country, --base-url or EXACT_COUNTRY").or_else_take("nl");
    let read = |text: &str| {
        text.parse::<Country>().map(|country| (country, format!("{}, {}", country.name(), country.base_url())))
    };
    ask.parsed(console, read).await.map(Provider::country)
}
