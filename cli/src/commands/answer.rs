//! Gets the answer of a sign-in: pasted at a prompt, or on standard input.

use std::{
    io::{IsTerminal as _, Read as _},
    time::Duration,
};

use exact_preauth_core::{CodeShape, Expected, Form, RETURN_URL_LIMIT, ReturnUrl, ReturnUrlError, text_from_bytes};

use crate::{console::Console, failure::Failure, prompt::Prompt};

/// Reads the return URL: from a person where one can be asked, else from standard input.
pub async fn read(expected: &Expected<'_>, console: Console) -> Result<ReturnUrl, Failure> {
    if expected.state.is_none() {
        console.warn("no --state was given: nothing says that this answers your own sign-in");
    }
    if console.is_interactive() {
        return ask("Address that the browser shows after consenting", expected, console).await;
    }
    from_stdin(expected).await
}

/// Asks for it, and says while it is pasted what was found in it.
pub async fn ask(label: &str, expected: &Expected<'_>, console: Console) -> Result<ReturnUrl, Failure> {
    let read = |text: &str| {
        ReturnUrl::parse(text, expected).map(|answer| {
            let found = found(&answer, expected);
            (answer, found)
        })
    };
    let answer = Prompt::new(label, "the return URL on standard input")
        .parsed(console, |text| match read(text) {
            // The server's own refusal ends the question; every other mistake can be mended by another paste.
            Err(error @ ReturnUrlError::Refused { .. }) => Ok((Err(error), "a refusal".into())),
            outcome => outcome.map(|(answer, found)| (Ok(answer), found)),
        })
        .await?;
    Ok(answer?)
}

/// What was found in a paste.
fn found(answer: &ReturnUrl, expected: &Expected<'_>) -> String {
    let form = match answer.form {
        Form::Url => "an address",
        Form::Query => "a query",
        Form::BareCode => "a bare code",
    };
    let state = if expected.state.is_some() { ", the state is right" } else { "" };
    let shape = match answer.code.shape() {
        CodeShape::Unusual if !expected.opaque_code => ", though of an unusual shape",
        _ => "",
    };
    format!("found {form} with a code of {} characters{shape}{state}", answer.code.expose().chars().count())
}

/// Reads standard input until it ends, or pauses on an answer: a wrapped paste comes in one go, and whoever sends it
/// may keep the pipe open.
///
/// Runs on a thread of its own, which the program does not wait for at its end.
pub async fn from_stdin(expected: &Expected<'_>) -> Result<ReturnUrl, Failure> {
    const PAUSE: Duration = Duration::from_millis(250);
    let (sender, mut chunks) = tokio::sync::mpsc::channel::<Vec<u8>>(4);
    std::thread::spawn(move || {
        let mut input = std::io::stdin().lock();
        let mut buffer = [0; 8_192];
        while let Ok(count) = input.read(&mut buffer) {
            let chunk = buffer.get(..count).unwrap_or_default();
            if count == 0 || sender.blocking_send(chunk.to_vec()).is_err() {
                return;
            }
        }
    });
    let mut bytes = Vec::new();
    loop {
        match tokio::time::timeout(PAUSE, chunks.recv()).await {
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            Ok(None) => return Ok(ReturnUrl::parse(&text_from_bytes(&bytes), expected)?),
            Err(_) if bytes.is_empty() => {}
            Err(_) => {
                // What is no answer yet may become one.
                let so_far = ReturnUrl::parse(&text_from_bytes(&bytes), expected);
                if matches!(so_far, Ok(_) | Err(ReturnUrlError::Refused { .. })) {
                    return Ok(so_far?);
                }
                let Some(chunk) = chunks.recv().await else { return Ok(so_far?) };
                bytes.extend_from_slice(&chunk);
            }
        }
        if bytes.len() > 2 * RETURN_URL_LIMIT {
            return Err(ReturnUrlError::TooLong { found: bytes.len() }.into());
        }
    }
}

/// Whether standard input may bring an answer: it is a pipe or a file.
pub fn stdin_may_answer() -> bool {
    !std::io::stdin().is_terminal()
}
