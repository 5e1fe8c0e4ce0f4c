//! What comes in on standard input or from files: secrets, return URLs, grants.

use std::{
    io::{IsTerminal as _, Read as _},
    path::Path,
};

use exact_preauth_core::{ClientId, ClientSecret, CodeVerifier, Explained, Grant, text_from_bytes};

use crate::{app::variable, args, console::Console, failure::Failure, prompt::Prompt};

/// The longest secret file, in bytes.
const SECRET_LIMIT: u64 = 4_096;
/// The longest grant, in bytes.
const GRANT_LIMIT: u64 = 262_144;

/// The client secret: from a file, the environment, or a hidden prompt.
pub async fn client_secret(
    secret: &args::Secret,
    client_id: &ClientId,
    console: Console,
) -> Result<ClientSecret, Failure> {
    // `-` at a terminal would show what is typed.
    let typed = secret_is_on_stdin(secret) && std::io::stdin().is_terminal();
    if let Some(path) = secret.client_secret_file.as_ref().filter(|_| !typed) {
        let text = read_secret("--client-secret-file", path)?;
        return check_secret(&text, client_id).map_err(|error| Failure::wrong("--client-secret-file", &error));
    }
    if let Some(text) = variable("EXACT_CLIENT_SECRET").filter(|_| !typed) {
        return check_secret(&text, client_id).map_err(|error| Failure::wrong("EXACT_CLIENT_SECRET", &error));
    }
    ask_client_secret("Client secret", client_id, console).await
}

/// Asks for the client secret.
pub async fn ask_client_secret(label: &str, client_id: &ClientId, console: Console) -> Result<ClientSecret, Failure> {
    let read = |text: &str| {
        check_secret(text, client_id).map(|secret| {
            let count = secret.expose().chars().count();
            (secret, format!("{count} characters"))
        })
    };
    Prompt::new(label, "--client-secret-file or EXACT_CLIENT_SECRET").hidden().parsed(console, read).await
}

/// A secret may have any shape, but it is not something else that is at hand.
fn check_secret(text: &str, client_id: &ClientId) -> Result<ClientSecret, SecretError> {
    let text = text.trim();
    match text {
        "" => Err(SecretError::Empty),
        _ if client_id.is(text) => Err(SecretError::ClientId),
        _ if text.contains("://") => Err(SecretError::Address),
        _ if text.lines().count() > 1 => Err(SecretError::Lines { found: text.lines().count() }),
        _ => Ok(ClientSecret::new(text)),
    }
}

/// Whether the client secret is there without asking.
pub fn is_given(secret: &args::Secret) -> bool {
    secret.client_secret_file.is_some() || variable("EXACT_CLIENT_SECRET").is_some()
}

/// The code verifier, where there is one.
pub fn code_verifier(file: Option<&Path>) -> Result<Option<CodeVerifier>, Failure> {
    match file {
        Some(path) => read_secret("--code-verifier-file", path).map(CodeVerifier::new).map(Some),
        None => Ok(variable("EXACT_CODE_VERIFIER").map(|text| CodeVerifier::new(text.trim()))),
    }
}

/// Whether standard input is spoken for by the client secret.
pub fn secret_is_on_stdin(secret: &args::Secret) -> bool {
    secret.client_secret_file.as_deref().is_some_and(is_stdin)
}

/// Two things cannot both come in on standard input.
pub fn only_one_on_stdin(secret: &args::Secret, other: &str) -> Result<(), Failure> {
    if secret_is_on_stdin(secret) {
        return Err(Failure::usage(
            format!("--client-secret-file - and {other} both want standard input"),
            "Give the secret in a file or in EXACT_CLIENT_SECRET.",
        ));
    }
    Ok(())
}

/// The grant on standard input, read on a thread of its own, which the program does not wait for if it is to end.
pub async fn grant(console: Console) -> Result<Grant, Failure> {
    if std::io::stdin().is_terminal() {
        console.faint("Paste the grant that `exchange` printed, then press Ctrl-D on an empty line.");
    }
    let (sender, bytes) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || sender.send(read_limited(&mut std::io::stdin().lock(), GRANT_LIMIT, "standard input")));
    let bytes = bytes.await.map_err(|_| Failure::interrupted())??;
    Grant::from_json(&text_from_bytes(&bytes)).map_err(|error| Failure::wrong("standard input", &error))
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

fn read_secret(option: &str, path: &Path) -> Result<String, Failure> {
    let bytes = if is_stdin(path) {
        read_limited(&mut std::io::stdin().lock(), SECRET_LIMIT, option)?
    } else {
        let mut file = std::fs::File::open(path).map_err(|error| {
            Failure::usage(
                format!("{option}: expected a file to read at {}", path.display()),
                "Check the path and its permissions.",
            )
            .because(error)
        })?;
        read_limited(&mut file, SECRET_LIMIT, option)?
    };
    let text = text_from_bytes(&bytes);
    match text.trim_start_matches('\u{feff}').trim() {
        "" => Err(Failure::wrong(option, &SecretError::Empty)),
        secret => Ok(secret.to_owned()),
    }
}

fn read_limited(source: &mut dyn std::io::Read, limit: u64, what: &str) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    source.take(limit + 1).read_to_end(&mut bytes).map_err(|error| {
        Failure::failed("input", format!("{what}: expected to read it, found that it cannot be read")).because(error)
    })?;
    if bytes.len() as u64 > limit {
        return Err(Failure::usage(
            format!("{what}: expected at most {limit} bytes, found more"),
            "Check what is in it.",
        ));
    }
    Ok(bytes)
}

/// Why a text is no secret. It is not repeated.
#[derive(Debug)]
enum SecretError {
    Empty,
    ClientId,
    Address,
    Lines { found: usize },
}

impl std::fmt::Display for SecretError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("expected the client secret, found ")?;
        match self {
            Self::Empty => formatter.write_str("nothing"),
            Self::ClientId => formatter.write_str("the client ID"),
            Self::Address => formatter.write_str("an address"),
            Self::Lines { found } => write!(formatter, "{found} lines"),
        }
    }
}

impl std::error::Error for SecretError {}

impl Explained for SecretError {
    fn code(&self) -> &'static str {
        match self {
            Self::Empty => "secret-empty",
            Self::ClientId => "secret-client-id",
            Self::Address => "secret-address",
            Self::Lines { .. } => "secret-lines",
        }
    }

    fn hint(&self) -> String {
        "Copy the client secret, and nothing else, from the app's registration in the App Center.".into()
    }
}
