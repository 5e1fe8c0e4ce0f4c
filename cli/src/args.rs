//! What can be typed. Values are checked where they are used, so that every message says what was expected.

#![expect(clippy::doc_markdown, reason = "these comments are shown in terminals")]

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Preauthenticate a program with Exact Online: from an app registration to a refresh token and a settings file.
#[derive(Debug, Parser)]
#[command(
    name = "exact-preauth",
    version,
    arg_required_else_help = true,
    max_term_width = 100,
    after_help = "\
Data goes to standard output, everything else to standard error.
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 refused by the provider, 4 needs a new consent,
130 interrupted.
HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE, NO_COLOR and the system's certificates are honoured."
)]
pub struct Arguments {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Args, Debug)]
pub struct Global {
    /// Print one JSON object on standard output; errors and warnings as lines of JSON on standard error.
    #[arg(long, global = true, help_heading = "Everywhere", display_order = 900)]
    pub json: bool,
    /// Print nothing but data, warnings and errors.
    #[arg(long, short, global = true, help_heading = "Everywhere", display_order = 901)]
    pub quiet: bool,
}

// Only the command that is asked for is built, which a short command would else spend half of its time on.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub enum Command {
    /// Do the whole job: sign in, consent, exchange the code, write the settings file.
    Login(Login),
    /// Print the address at which a person signs in and consents.
    Url(Url),
    /// Read and check the address that came back, and print its code.
    Parse(Parse),
    /// Exchange the code in a return URL for tokens, and print the grant.
    Exchange(Exchange),
    /// Write a settings file from a grant on standard input.
    Settings(Settings),
    /// Say whose the tokens of a grant on standard input are.
    Whoami(Whoami),
    /// List the countries of Exact Online.
    Countries,
    /// Run an Exact Online to practise and test on.
    Simulate(Simulate),
    /// See the whole job done on a simulator, without an account.
    Demo(Demo),
    /// Print completions for a shell.
    Completions {
        /// Which shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or write all of them to a folder.
    Man {
        /// The folder for one page per command.
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
}

// The app, as it is registered. No doc comment: it would stand above the command's own.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "App")]
pub struct App {
    /// Country of the registration: nl, be, de, fr, es, uk or us [env: EXACT_COUNTRY].
    #[arg(long, value_name = "COUNTRY")]
    pub country: Option<String>,
    /// Base URL of another Exact Online [env: EXACT_BASE_URL].
    #[arg(long, value_name = "URL", conflicts_with = "country")]
    pub base_url: Option<String>,
    /// Authorization endpoint of any server; with --token-url.
    #[arg(long, value_name = "URL", conflicts_with_all = ["country", "base_url"], requires = "token_url")]
    pub auth_url: Option<String>,
    /// Token endpoint of any server; with --auth-url.
    #[arg(long, value_name = "URL", conflicts_with_all = ["country", "base_url"], requires = "auth_url")]
    pub token_url: Option<String>,
    /// How the client secret is sent to --token-url.
    #[arg(long, value_enum, value_name = "HOW", requires = "token_url")]
    pub client_auth: Option<ClientAuth>,
    /// Scope to ask of --auth-url. Exact has none.
    #[arg(long, value_name = "SCOPE", requires = "auth_url")]
    pub scope: Option<String>,
    /// Send a PKCE challenge to --auth-url. Exact ignores it.
    #[arg(long, requires = "auth_url")]
    pub pkce: bool,
    /// What the server of --auth-url calls itself, if it announces that its answers say so (iss).
    #[arg(long, value_name = "URL", requires = "auth_url")]
    pub issuer: Option<String>,
    /// Client ID of the app [env: EXACT_CLIENT_ID].
    #[arg(long, value_name = "ID")]
    pub client_id: Option<String>,
    /// Redirect URI of the app, to the letter [env: EXACT_REDIRECT_URI].
    #[arg(long, value_name = "URI")]
    pub redirect_uri: Option<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum ClientAuth {
    /// In the body.
    Post,
    /// In an Authorization header.
    Basic,
}

// The client secret. No option takes it as it is: arguments can be read by every user of the computer.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "App")]
pub struct Secret {
    /// File with the client secret, or - for standard input; else a hidden prompt [env: EXACT_CLIENT_SECRET].
    #[arg(long, value_name = "FILE")]
    pub client_secret_file: Option<PathBuf>,
}

#[derive(Args, Debug)]
#[expect(clippy::struct_field_names, reason = "the option's name")]
pub struct Login {
    /// How the answer comes back.
    #[arg(long, value_enum, default_value_t = Via::Auto)]
    pub via: Via,
    /// Show the address to open instead of opening a browser.
    #[arg(long)]
    pub no_browser: bool,
    /// Take whoever is signed in to the browser instead of asking who signs in.
    #[arg(long)]
    pub no_force_login: bool,
    /// Start without waiting for Enter.
    #[arg(long, short)]
    pub yes: bool,
    /// Stop waiting for the answer after this many seconds, 1 to 86400.
    #[arg(long, value_name = "SECONDS", default_value_t = 1_800, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub timeout: u64,
    #[command(flatten)]
    pub app: App,
    #[command(flatten)]
    pub secret: Secret,
    #[command(flatten)]
    pub file: File,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Via {
    /// By loopback where the redirect URI is on this computer, and by paste at the same time.
    Auto,
    /// By loopback only.
    Loopback,
    /// By paste, or on standard input.
    Paste,
}

// The settings file.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Settings file")]
pub struct File {
    /// Name of the connection: letters, digits, ".", "_" and "-".
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Group in which the connection is shown.
    #[arg(long, value_name = "GROUP", default_value = "Exact Online")]
    pub group: String,
    /// Short name of the database in queries: an identifier.
    #[arg(long, value_name = "ALIAS", default_value = "eol")]
    pub alias: String,
    /// Name under which the refresh token is written; the vendor documents none.
    #[arg(long, value_name = "NAME", default_value = exact_preauth_core::settings::invantive::REFRESH_TOKEN_ATTRIBUTE)]
    pub refresh_token_attribute: String,
    /// File or folder to write to, or - for standard output; else the program's own folder.
    #[arg(long, value_name = "PATH")]
    pub out: Option<PathBuf>,
    /// Replace a file that is there, keeping a copy.
    #[arg(long)]
    pub force: bool,
}

#[derive(Args, Debug)]
pub struct Url {
    /// Say what each parameter means.
    #[arg(long)]
    pub explain: bool,
    /// Use this state instead of a random one.
    #[arg(long, value_name = "STATE", allow_hyphen_values = true)]
    pub state: Option<String>,
    /// Take whoever is signed in to the browser instead of asking who signs in.
    #[arg(long)]
    pub no_force_login: bool,
    #[command(flatten)]
    pub app: App,
}

#[derive(Args, Debug)]
pub struct Parse {
    /// State that was sent; without it none is compared.
    #[arg(long, value_name = "STATE", allow_hyphen_values = true)]
    pub state: Option<String>,
    #[command(flatten)]
    pub app: App,
}

#[derive(Args, Debug)]
pub struct Exchange {
    /// State that was sent; without it none is compared.
    #[arg(long, value_name = "STATE", allow_hyphen_values = true)]
    pub state: Option<String>,
    /// File with the code verifier that `url --pkce --json` printed [env: EXACT_CODE_VERIFIER].
    #[arg(long, value_name = "FILE")]
    pub code_verifier_file: Option<PathBuf>,
    /// Ask whose the tokens are, and say so in the grant.
    #[arg(long)]
    pub whoami: bool,
    #[command(flatten)]
    pub app: App,
    #[command(flatten)]
    pub secret: Secret,
}

#[derive(Args, Debug)]
pub struct Settings {
    /// Format of the file.
    #[arg(required_unless_present = "list")]
    pub format: Option<String>,
    /// List the formats.
    #[arg(long)]
    pub list: bool,
    #[command(flatten)]
    pub secret: Secret,
    #[command(flatten)]
    pub file: File,
}

#[derive(Args, Debug)]
pub struct Whoami {}

#[derive(Args, Debug)]
pub struct Simulate {
    /// Address to listen on; port 0 for any free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8136")]
    pub listen: String,
    /// Country in which the app is registered.
    #[arg(long, value_name = "COUNTRY", default_value = "nl")]
    pub country: String,
    /// Redirect URI of the app.
    #[arg(long, value_name = "URI", default_value = "http://127.0.0.1:8137/exact-preauth/return")]
    pub redirect_uri: String,
    /// Client ID of the app; else a random one.
    #[arg(long, value_name = "ID")]
    pub client_id: Option<String>,
    /// Who consents.
    #[arg(long, value_enum, default_value_t = Consent::Ask)]
    pub consent: Consent,
    /// How many of its seconds pass in one of ours.
    #[arg(long, value_name = "N", default_value_t = 1.0)]
    pub clock_speed: f64,
    /// Number that all its random values follow from.
    #[arg(long, value_name = "NUMBER")]
    pub seed: Option<u64>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Consent {
    /// A person, on the sign-in and consent pages.
    Ask,
    /// Everybody at once, without a page.
    Auto,
}

#[derive(Args, Debug)]
pub struct Demo {
    /// Walk through the pages without a browser.
    #[arg(long)]
    pub no_browser: bool,
}
