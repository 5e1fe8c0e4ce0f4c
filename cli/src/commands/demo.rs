//! `demo`: the whole job on a simulator, in the person's own browser where there is one.

use std::time::Duration;

use exact_preauth_core::{
    BaseUrl, ClientSecret, ConnectionName, Country, Provider, RedirectUri, Registration,
    settings::invantive::REFRESH_TOKEN_ATTRIBUTE,
};
use exact_preauth_simulator::{App, Configuration, Consent, Simulator, User};
use tokio::{net::TcpListener, sync::oneshot};
use url::form_urlencoded;

use super::login::{self, Opening, Plan};
use crate::{
    args::{self, Via},
    browser,
    console::Console,
    failure::Failure,
    file::Destination,
    http, times,
};

pub async fn run(arguments: &args::Demo, console: Console) -> Result<(), Failure> {
    console.heading("1. Start a simulated Exact Online");
    let listener = listen().await?;
    let base_url = format!("http://{}", listener.local_addr().map_err(listening)?);
    // A port that is free now; the sign-in takes it again in a moment.
    let port = listen().await?.local_addr().map_err(listening)?.port();
    let redirect_uri = RedirectUri::parse(&format!("http://127.0.0.1:{port}/exact-preauth/return"))
        .map_err(|error| Failure::wrong("demo", &error))?;
    let configuration = Configuration {
        country: Country::Netherlands,
        redirect_uri: redirect_uri.clone(),
        client_id: None,
        consent: Consent::Ask,
        clock_speed: 1.0,
        seed: None,
    };
    let simulator = Simulator::new(&configuration, times::now());
    let (app, user) = (simulator.app(), simulator.user());
    tokio::spawn(async move { axum::serve(listener, simulator.router()).await });
    introduce(&base_url, &app, &user, console);

    console.heading("2. Sign in, consent, exchange, write: exact-preauth login");
    let folder = tempfile::tempdir()
        .map_err(|error| Failure::failed("file", "expected a folder for temporary files, found none").because(error))?;
    let walks = arguments.no_browser || browser::missing().is_some() || !console.is_interactive();
    let (opening, walk) = if walks {
        let (sender, receiver) = oneshot::channel();
        (Opening::Handed(sender), Some(walk(receiver, user.clone(), base_url.clone(), console)))
    } else {
        (Opening::Browser, None)
    };
    let plan = plan(&base_url, &app, &folder)?;
    let Destination::File(path) = plan.destination.clone() else { return Ok(()) };
    let login = login::carry_out(&plan, opening, console);
    match walk {
        Some(walk) => tokio::try_join!(login, walk).map(|_| ())?,
        None => login.await?,
    }

    if console.json {
        return Ok(());
    }
    console.heading("3. The settings file");
    let text = std::fs::read_to_string(&path)
        .map_err(|error| Failure::failed("file", "expected to read the file again").because(error))?;
    console.data(&text)?;
    console
        .say("The file was for practice and is removed again. With an app of your own:\n\n    exact-preauth login\n");
    Ok(())
}

fn introduce(base_url: &str, app: &App, user: &User, console: Console) {
    console.say(&format!("  It answers at {base_url} and knows one app and one user:"));
    for (name, value) in [
        ("Client ID", app.client_id.as_str()),
        ("Client secret", &app.client_secret),
        ("Redirect URI", app.redirect_uri.as_str()),
        ("User name", &user.username),
        ("Password", &user.password),
    ] {
        console.say(&format!("    {name:<14} {value}"));
    }
}

fn plan(base_url: &str, app: &App, folder: &tempfile::TempDir) -> Result<Plan, Failure> {
    let base_url = BaseUrl::parse(base_url).map_err(|error| Failure::wrong("demo", &error))?;
    let name = ConnectionName::parse("demo").map_err(|error| Failure::wrong("demo", &error))?;
    Ok(Plan {
        registration: Registration {
            provider: Provider::exact(base_url).map_err(|error| Failure::wrong("demo", &error))?,
            client_id: app.client_id.clone(),
            redirect_uri: app.redirect_uri.clone(),
        },
        client_secret: ClientSecret::new(app.client_secret.as_str()),
        name,
        file: args::File {
            name: None,
            group: "Exact Online".into(),
            alias: "eol".into(),
            refresh_token_attribute: REFRESH_TOKEN_ATTRIBUTE.into(),
            out: None,
            force: false,
        },
        destination: Destination::File(folder.path().join("settings-demo.xml")),
        replace: false,
        via: Via::Auto,
        stdin_is_free: false,
        force_login: true,
        yes: false,
        timeout: Duration::from_mins(30),
    })
}

/// Does what a person does in the browser: opens the address, signs in, allows, follows the redirect.
async fn walk(url: oneshot::Receiver<String>, user: User, base_url: String, console: Console) -> Result<(), Failure> {
    let Ok(url) = url.await else { return Ok(()) };
    let client = http::client(true)?;
    console.faint("Without a browser or a terminal, the demo walks through the pages by itself.");
    let page = text(client.get(&url)).await?;
    console.say(&format!("  → opened the sign-in page: \"{}\"", heading(&page)));
    let request = url.split_once('?').map_or("", |(_, query)| query);
    let sign_in = [("request", request), ("username", &user.username), ("password", &user.password)];
    let page = text(form(&client, &format!("{base_url}/api/oauth2/auth/sign-in"), &sign_in)).await?;
    console.say(&format!("  → signed in as {}: \"{}\"", user.username, heading(&page)));
    let ticket = page
        .split_once("name=\"ticket\" value=\"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .map_or("", |(ticket, _)| ticket);
    let allow = [("ticket", ticket), ("decision", "allow")];
    let response =
        form(&client, &format!("{base_url}/api/oauth2/auth/consent"), &allow).send().await.map_err(walking)?;
    let back =
        response.headers().get("location").and_then(|location| location.to_str().ok()).unwrap_or_default().to_owned();
    console.say("  → allowed; the answer goes to the redirect URI");
    text(client.get(&back)).await.map(drop)
}

fn form(client: &reqwest::Client, url: &str, pairs: &[(&str, &str)]) -> reqwest::RequestBuilder {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    client.post(url).header("content-type", "application/x-www-form-urlencoded").body(body)
}

async fn text(request: reqwest::RequestBuilder) -> Result<String, Failure> {
    request.send().await.map_err(walking)?.text().await.map_err(walking)
}

fn heading(page: &str) -> &str {
    page.split_once("<h1>").and_then(|(_, rest)| rest.split_once("</h1>")).map_or("", |(heading, _)| heading)
}

async fn listen() -> Result<TcpListener, Failure> {
    TcpListener::bind("127.0.0.1:0").await.map_err(listening)
}

fn listening(error: std::io::Error) -> Failure {
    Failure::failed("listen", "expected a free port on this computer, found none").because(error)
}

fn walking(error: reqwest::Error) -> Failure {
    Failure::failed("demo", "expected a page of the simulator, found none").because(error)
}
