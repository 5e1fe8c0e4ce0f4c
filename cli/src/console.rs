//! The one place that prints: data on standard output, everything else on standard error.

use std::io::{IsTerminal as _, Write as _, stderr, stdin, stdout};

use anstyle::{AnsiColor, Style};
use exact_preauth_core::SecretText;
use serde_json::json;

use crate::failure::Failure;

const GOOD: Style = AnsiColor::Green.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();
const CARE: Style = AnsiColor::Yellow.on_default().bold();
const STRONG: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();

/// What may be printed, and how.
#[derive(Clone, Copy, Debug)]
pub struct Console {
    /// One object on standard output.
    pub json: bool,
    quiet: bool,
}

#[expect(clippy::unused_self, reason = "whoever prints holds a console")]
impl Console {
    pub fn new(json: bool, quiet: bool) -> Self {
        Self { json, quiet }
    }

    /// Whether a person can be asked.
    pub fn is_interactive(self) -> bool {
        self.unasked().is_none()
    }

    /// Why nobody can be asked, or `None` where somebody can.
    pub fn unasked(self) -> Option<&'static str> {
        if !stdin().is_terminal() {
            Some("standard input is no terminal")
        } else if !stderr().is_terminal() {
            Some("standard error is no terminal")
        } else if std::env::var_os("TERM").is_some_and(|term| term == "dumb") {
            Some("TERM is dumb")
        } else {
            None
        }
    }

    /// Data, as it is. A reader that has closed the pipe has had enough.
    pub fn data(self, text: &str) -> Result<(), Failure> {
        match write(text) {
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            outcome => outcome.map_err(unwritable),
        }
    }

    /// Tokens, which must not be lost: that nobody reads them is an error.
    pub fn tokens(self, text: &SecretText) -> Result<(), Failure> {
        write(text.expose()).map_err(unwritable)
    }

    /// One JSON object, as data.
    pub fn object(self, value: &serde_json::Value) -> Result<(), Failure> {
        self.data(&format!("{value:#}\n"))
    }

    /// A line for a person.
    pub fn say(self, text: &str) {
        if !self.quiet && !self.json {
            line(text);
        }
    }

    /// The address without which nobody can go on. Shown even when quiet.
    pub fn address(self, text: &str, url: &str) {
        if self.json {
            line(&json!({ "open": url }).to_string());
        } else {
            line(&format!("{text}\n\n{url}\n"));
        }
    }

    /// Something that was done.
    pub fn done(self, text: &str) {
        self.say(&format!("{GOOD}✓{GOOD:#} {text}"));
    }

    /// A heading.
    pub fn heading(self, text: &str) {
        self.say(&format!("\n{STRONG}{text}{STRONG:#}"));
    }

    /// Something that is under way.
    pub fn faint(self, text: &str) {
        self.say(&format!("{FAINT}{text}{FAINT:#}"));
    }

    /// Something to be careful about. Shown even when quiet.
    pub fn warn(self, text: &str) {
        if self.json {
            line(&json!({ "warning": text }).to_string());
        } else {
            line(&format!("{CARE}warning:{CARE:#} {text}"));
        }
    }

    /// Why the command failed. Shown even when quiet.
    pub fn failure(self, failure: &Failure) {
        if self.json {
            let error = json!({ "error": { "code": failure.code, "message": failure.message, "cause": failure.cause, "hint": failure.hint } });
            line(&error.to_string());
            return;
        }
        line(&format!("{BAD}error:{BAD:#} {} {FAINT}[{}]{FAINT:#}", failure.message, failure.code));
        if let Some(cause) = &failure.cause {
            line(&format!("{CARE}cause:{CARE:#} {cause}"));
        }
        if let Some(hint) = &failure.hint {
            line(&format!("{GOOD}hint:{GOOD:#} {hint}"));
        }
    }
}

fn write(text: &str) -> std::io::Result<()> {
    let mut out = stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

fn unwritable(error: std::io::Error) -> Failure {
    Failure::failed("output", "expected to write to standard output, found that it cannot be written").because(error)
}

/// A line on standard error; that nobody reads it is no error.
fn line(text: &str) {
    let _ = writeln!(anstream::AutoStream::auto(stderr()), "{text}");
}

/// What was typed wrongly, or the help that was asked for. As JSON where that was typed too.
pub fn usage(error: &clap::Error) -> std::process::ExitCode {
    let code = u8::try_from(error.exit_code()).unwrap_or(crate::failure::USAGE);
    if error.use_stderr() && std::env::args_os().any(|argument| argument == "--json") {
        let text = error.render().to_string();
        let lines: Vec<&str> = text.lines().take_while(|line| !line.trim().is_empty()).map(str::trim).collect();
        let message = lines.join(" ");
        Console::new(true, false).failure(&Failure::usage(message.trim_start_matches("error: "), "See --help."));
    } else {
        // A reader that has closed the pipe has had enough.
        let _ = error.print();
    }
    std::process::ExitCode::from(code)
}
