//! `login`: the whole job. Everything is asked and checked first; then the person consents; then the code is exchanged
//! at once, and the file written.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use exact_preauth_core::{
    AuthorizationRequest, ClientSecret, ConnectionName, Country, Expected, Explained as _, Grant, Registration,
    ReturnUrl, ReturnUrlError, TokenReply, TokenRequest,
    settings::{SettingsFile, invantive::FOLDER},
};
use serde_json::json;

use super::{
    answer, entropy,
    settings::{self, Of},
};
use crate::{
    app,
    args::{self, Via},
    browser,
    console::Console,
    failure::{Failure, REFUSED},
    file::{self, Destination},
    http, input,
    loopback::Loopback,
    prompt::Prompt,
    times,
};

/// What is known before anybody is sent anywhere.
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub struct Plan {
    pub registration: Registration,
    pub client_secret: ClientSecret,
    pub name: ConnectionName,
    pub file: args::File,
    pub destination: Destination,
    pub replace: bool,
    pub via: Via,
    pub stdin_is_free: bool,
    pub force_login: bool,
    pub yes: bool,
    pub timeout: Duration,
}

/// How the person gets to the sign-in page.
pub enum Opening {
    /// In their own browser.
    Browser,
    /// They are shown the address.
    Shown(&'static str),
    /// Somebody else takes the address.
    Handed(tokio::sync::oneshot::Sender<String>),
}

pub async fn run(arguments: &args::Login, console: Console) -> Result<(), Failure> {
    let plan = prepare(arguments, console).await?;
    let opening = match browser::missing() {
        _ if arguments.no_browser => Opening::Shown("as you asked"),
        Some(reason) => Opening::Shown(reason),
        None => Opening::Browser,
    };
    carry_out(&plan, opening, console).await
}

async fn prepare(arguments: &args::Login, console: Console) -> Result<Plan, Failure> {
    settings::not_both_on_stdout(&arguments.file, console)?;
    let name = arguments.file.name.as_deref().map(ConnectionName::parse).transpose();
    let name = name.map_err(|error| Failure::wrong("--name", &error))?;
    let registration = app::registration(&arguments.app, Some(&arguments.secret), console).await?;
    let client_secret = input::client_secret(&arguments.secret, &registration.client_id, console).await?;
    let name = if let Some(name) = name {
        name
    } else {
        let host = registration.provider.base_url().url().host_str().unwrap_or_default();
        let default = Country::of_host(host).map_or_else(|| "exact".into(), |country| format!("exact-{country}"));
        let read = |text: &str| {
            ConnectionName::parse(text).map(|name| {
                let file = format!("settings-{name}.xml");
                (name, file)
            })
        };
        Prompt::new("Name of the connection", "--name").or_else_take(default).parsed(console, read).await?
    };
    let destination = Destination::resolve(arguments.file.out.as_deref(), FOLDER, &format!("settings-{name}.xml"))?;
    destination.check()?;
    let replace = settings::may_replace(&destination, arguments.file.force, console).await?;
    Ok(Plan {
        registration,
        client_secret,
        name,
        file: arguments.file.clone(),
        destination,
        replace,
        via: arguments.via,
        stdin_is_free: !input::secret_is_on_stdin(&arguments.secret),
        force_login: !arguments.no_force_login,
        yes: arguments.yes,
        timeout: Duration::from_secs(arguments.timeout),
    })
}

/// Sends the person to consent, and makes the file of what comes back.
pub async fn carry_out(plan: &Plan, opening: Opening, console: Console) -> Result<(), Failure> {
    check_settings(plan, &plan.client_secret)?;
    let mut request = AuthorizationRequest::new(plan.registration.clone(), entropy()?);
    request.force_login = plan.force_login;
    let request = Arc::new(request);
    let Plan { registration, name, file: options, destination, replace, .. } = plan;
    let ways = Ways::find(plan, &opening, &request, console).await?;
    invite(opening, plan.yes, &request, console).await?;

    let answer = tokio::time::timeout(plan.timeout, ways.answer(&request, &plan.client_secret, console)).await;
    let answer = answer.map_err(|_| {
        Failure::failed(
            "no-answer",
            format!("expected an answer within {} seconds, found none", plan.timeout.as_secs()),
        )
        .hint("If the browser showed an error instead, check country, client ID and redirect URI. Else start again, or give a longer --timeout.")
    })??;
    console.faint("The answer has arrived; exchanging its code.");
    let (reply, client_secret) = exchange(plan, &request, &answer, console).await?;
    let mut grant = Grant::new(reply, registration, times::now());
    // Written before anything else is asked: from here on nothing that hangs or fails loses the tokens.
    let of = Of { base_url: &grant.base_url, client_id: &grant.client_id, redirect_uri: &grant.redirect_uri };
    let contents = settings::refresh_token(&grant)
        .and_then(|token| settings::contents(options, name, &of, &client_secret, token))
        .map_err(|failure| file::rescued(failure, &grant.to_json(), "json"))?;
    let written = match settings::write(destination, &contents, *replace, console) {
        Ok(written) => written,
        Err(failure) => Some(rescue(&contents, failure, console).await?),
    };
    if registration.provider.is_exact() {
        match http::me(&grant.base_url, &grant.access_token).await {
            Ok(me) => grant.me = Some(me),
            Err(failure) => console.warn(&format!("whose the tokens are is not known: {}", failure.message)),
        }
    }
    whose(&grant, console);
    report(&grant, console);
    if written.is_some() {
        settings::cautions(options, console);
    }
    if console.json {
        let path = written.as_ref().map(|path| path.display().to_string());
        console.object(&json!({
            "settings_file": path,
            "user": grant.me.as_ref().map(exact_preauth_core::Me::user_json),
            "division": grant.me.as_ref().and_then(|me| me.division),
            "expires_at": grant.expires_at.map(|moment| moment.to_string()),
            "refresh_not_before": grant.refresh_not_before.map(|moment| moment.to_string()),
            "refresh_expires_at": grant.refresh_expires_at.map(|moment| moment.to_string()),
        }))?;
    }
    Ok(())
}

/// Exchanges the code. A mistyped secret spends nothing, so a person is asked for it again while the code lives.
async fn exchange(
    plan: &Plan,
    request: &AuthorizationRequest,
    answer: &ReturnUrl,
    console: Console,
) -> Result<(TokenReply, ClientSecret), Failure> {
    let registration = request.registration();
    let exchange = TokenRequest::AuthorizationCode { code: &answer.code, code_verifier: request.code_verifier() };
    let mut client_secret = plan.client_secret.clone();
    loop {
        let parts = exchange.parts(registration, &client_secret);
        match http::token(registration.provider.token_endpoint(), &parts, &client_secret).await {
            Err(failure) if failure.code == "token-client" && console.is_interactive() => {
                console.failure(&failure);
                let label = "The code is still good. Client secret";
                client_secret = input::ask_client_secret(label, &registration.client_id, console).await?;
                while let Err(failure) = check_settings(plan, &client_secret) {
                    console.failure(&failure);
                    client_secret = input::ask_client_secret(label, &registration.client_id, console).await?;
                }
            }
            outcome => return outcome.map(|reply| (reply, client_secret)),
        }
    }
}

/// That the values can stand in the file, before a consent is spent on it.
fn check_settings(plan: &Plan, client_secret: &ClientSecret) -> Result<(), Failure> {
    let of = Of {
        base_url: plan.registration.provider.base_url(),
        client_id: &plan.registration.client_id,
        redirect_uri: &plan.registration.redirect_uri,
    };
    let any = exact_preauth_core::RefreshToken::new("any");
    settings::contents(&plan.file, &plan.name, &of, client_secret, &any).map(drop)
}

/// The ways on which the answer may come; whichever is first.
struct Ways {
    loopback: Option<Loopback>,
    asks: bool,
    reads_stdin: bool,
}

impl Ways {
    async fn find(
        plan: &Plan,
        opening: &Opening,
        request: &AuthorizationRequest,
        console: Console,
    ) -> Result<Self, Failure> {
        let asks = plan.via != Via::Loopback && console.is_interactive() && !matches!(opening, Opening::Handed(_));
        let reads_stdin = plan.via != Via::Loopback
            && !asks
            && plan.stdin_is_free
            && answer::stdin_may_answer()
            && !matches!(opening, Opening::Handed(_));
        let loopback = match plan.via {
            Via::Paste => None,
            Via::Loopback => Some(Loopback::bind(request).await?.ok_or_else(|| {
                Failure::usage(
                    "--via loopback wants a redirect URI on this computer, such as http://127.0.0.1:8137/exact-preauth/return",
                    "Give --via paste, and paste the address that the browser shows after consenting.",
                )
            })?),
            Via::Auto => match Loopback::bind(request).await {
                Err(failure) if asks || reads_stdin => {
                    console.warn(&format!("{}; paste the address instead", failure.message));
                    None
                }
                outcome => outcome?,
            },
        };
        if loopback.is_none() && !asks && !reads_stdin {
            if !plan.stdin_is_free && plan.via != Via::Loopback {
                return Err(Failure::usage(
                    "--client-secret-file - and the return URL both want standard input",
                    "Give the secret in a file or in EXACT_CLIENT_SECRET.",
                ));
            }
            return Err(Failure::usage(
                "the answer cannot reach this program: the redirect URI is not on this computer, and nobody can be asked",
                "Run it in a terminal, or send the return URL to its standard input.",
            ));
        }
        Ok(Self { loopback, asks, reads_stdin })
    }

    async fn answer(
        self,
        request: &Arc<AuthorizationRequest>,
        client_secret: &ClientSecret,
        console: Console,
    ) -> Result<ReturnUrl, Failure> {
        let expected = Expected { client_secret: Some(client_secret), ..Expected::answer_to(request) };
        let label = if self.loopback.is_some() {
            "Or paste the address that the browser shows"
        } else {
            "Paste the address that the browser shows"
        };
        let has_loopback = self.loopback.is_some();
        let by_loopback = async {
            match self.loopback {
                Some(loopback) => loopback.answer(Arc::clone(request)).await.map_err(Failure::from),
                None => std::future::pending().await,
            }
        };
        let by_hand = async {
            if self.asks {
                return answer::ask(label, &expected, console).await;
            }
            if self.reads_stdin {
                match answer::from_stdin(&expected).await {
                    // Nothing on standard input: a closed pipe, as services have.
                    Err(failure) if has_loopback && failure.code == ReturnUrlError::Empty.code() => {}
                    // Somebody else's input; the browser may still answer.
                    Err(failure) if has_loopback && failure.exit != REFUSED => {
                        console.warn(&format!("standard input holds no answer: {}", failure.message));
                    }
                    outcome => return outcome,
                }
            }
            std::future::pending().await
        };
        tokio::select! {
            answer = by_loopback => answer,
            answer = by_hand => answer,
        }
    }
}

/// Says what is about to happen, and sends the person there.
async fn invite(opening: Opening, yes: bool, request: &AuthorizationRequest, console: Console) -> Result<(), Failure> {
    let url = request.url();
    if request.registration().provider.is_exact() {
        console.warn(
            "signing in as the same user with the same app ends the access of an earlier installation that uses it; \
             give each installation an app or a user of its own",
        );
    }
    match opening {
        Opening::Handed(to) => {
            console.say(&format!("The address to sign in at:\n\n{url}\n"));
            let _ = to.send(url);
        }
        Opening::Shown(reason) => {
            console.address(&format!("Open this address in a browser ({reason}), sign in and consent:"), &url);
        }
        Opening::Browser => {
            if !yes {
                Prompt::new("Press Enter to sign in with your browser, or Ctrl-C to stop.", "")
                    .acknowledged(console)
                    .await?;
            }
            if browser::open(&url).await {
                console.faint(&format!("Your browser opens. If it does not, open this address:\n\n{url}\n"));
            } else {
                console.address("No browser could be opened. Open this address, sign in and consent:", &url);
            }
        }
    }
    Ok(())
}

/// Whose the tokens are.
fn whose(grant: &Grant, console: Console) {
    match &grant.me {
        Some(me) => {
            let division = me.division.map_or_else(String::new, |division| format!(", division {division}"));
            console.done(&format!("Signed in as {me}{division}."));
        }
        None => console.done("Signed in."),
    }
}

/// When each thing ends.
fn report(grant: &Grant, console: Console) {
    let now = times::now();
    if let Some(moment) = grant.expires_at {
        console.say(&format!("  The access token ends               {}.", times::readable(moment, now)));
    }
    if let Some(moment) = grant.refresh_not_before {
        console.say(&format!("  The first refresh is allowed        {}.", times::readable(moment, now)));
    }
    if let Some(moment) = grant.refresh_expires_at {
        console.say(&format!("  Unused, the refresh token dies      {}.", times::readable(moment, now)));
    }
}

/// The tokens are there but the file could not be written: keeps them, then asks for another place.
async fn rescue(contents: &SettingsFile, failure: Failure, console: Console) -> Result<PathBuf, Failure> {
    let mut failure = file::rescued(failure, &contents.contents, "xml");
    if !console.is_interactive() {
        return Err(failure);
    }
    loop {
        console.failure(&failure);
        let place = Prompt::new("Another file or folder to write to, or Ctrl-C", "--out");
        let read = |text: &str| match text.trim() {
            "" | "-" => Err(NoPlace),
            path => Destination::resolve(Some(Path::new(path)), FOLDER, &contents.name)
                .map(|place| (place, String::new()))
                .map_err(|_| NoPlace),
        };
        match settings::write(&place.parsed(console, read).await?, contents, false, console) {
            Ok(written) => return Ok(written.unwrap_or_default()),
            Err(again) => failure = again.hint("The tokens are still where they were kept."),
        }
    }
}

/// No place was named.
#[derive(Debug)]
struct NoPlace;

impl std::fmt::Display for NoPlace {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("expected a file or a folder")
    }
}

impl std::error::Error for NoPlace {}

impl exact_preauth_core::Explained for NoPlace {
    fn code(&self) -> &'static str {
        "no-place"
    }

    fn hint(&self) -> String {
        "Name a folder that you may write to.".into()
    }
}
