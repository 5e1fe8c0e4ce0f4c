//! Gets the answer of a sign-in: pasted at a prompt, or on standard input.

use std::io::{BufRead as _, IsTerminal as _, Read as _};

use exact_preauth_core::{CodeShape, Expected, Form, RETURN_URL_LIMIT, ReturnUrl, ReturnUrlError, text_from_bytes};

use crate::{console::Console, failure::Failure, prompt::Prompt};

/// Reads the return URL: from a person where one can be asked, else from standard input.
pub async fn read(expected: &Expected<'_>, console: Console) -> Result<ReturnUrl, Failure> {
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

/// Reads standard input line by line, and stops as soon as what came so far is an answer.
///
/// Runs on a thread of its own, which the program does not wait for at its end.
pub async fn from_stdin(expected: &Expected<'_>) -> Result<ReturnUrl, Failure> {
    let (sender, mut lines) = tokio::sync::mpsc::unbounded_channel::<Vec<u8>>();
    std::thread::spawn(move || {
        let mut input = std::io::stdin().lock();
        loop {
            let mut line = Vec::new();
            let room = RETURN_URL_LIMIT as u64 + 1;
            match (&mut input).take(room).read_until(b'\n', &mut line) {
                Ok(count) if count > 0 && sender.send(line).is_ok() => {}
                _ => return,
            }
        }
    });
    let mut bytes = Vec::new();
    let mut outcome = Err(ReturnUrlError::Empty);
    while let Some(line) = lines.recv().await {
        bytes.extend_from_slice(&line);
        outcome = ReturnUrl::parse(&text_from_bytes(&bytes), expected);
        let is_final = matches!(outcome, Ok(_) | Err(ReturnUrlError::TooLong { .. }));
        if is_final {
            break;
        }
    }
    Ok(outcome?)
}

/// Whether standard input may bring an answer: it is a pipe or a file.
pub fn stdin_may_answer() -> bool {
    !std::io::stdin().is_terminal()
}
