//! Asks a person for one line, and says below it what was understood while they type.
//!
//! A prompt is a future: dropping it, because the answer came another way, takes it off the screen and gives the
//! terminal back. It reads keys and bracketed pastes in raw mode, since a terminal's own line editing cuts long lines
//! (at 1,024 bytes on some systems) and ends at the first line break of a wrapped paste.

mod line;

use std::{io::Write as _, sync::OnceLock, time::Duration};

use crossterm::{
    cursor, event,
    event::{DisableBracketedPaste, EnableBracketedPaste, Event, KeyEventKind},
    execute, queue,
    style::{Print, Stylize as _},
    terminal::{self, Clear, ClearType},
};
use exact_preauth_core::Explained;
use tokio::sync::mpsc::UnboundedReceiver;

use crate::{console::Console, failure::Failure};
use line::{Key, Line};

/// One question.
#[derive(Debug)]
pub struct Prompt {
    label: String,
    /// How else it could have been answered.
    otherwise: String,
    default: Option<String>,
    hidden: bool,
}

/// What was understood of the text so far.
type Read<'a, T> = &'a dyn Fn(&str) -> Result<(T, String), String>;

impl Prompt {
    /// `otherwise`: the option or variable that answers it where nobody can be asked.
    pub fn new(label: impl Into<String>, otherwise: impl Into<String>) -> Self {
        Self { label: label.into(), otherwise: otherwise.into(), default: None, hidden: false }
    }

    /// What Enter alone means.
    pub fn or_else_take(mut self, default: impl Into<String>) -> Self {
        self.default = Some(default.into());
        self
    }

    /// Shows dots instead of the text.
    pub fn hidden(mut self) -> Self {
        self.hidden = true;
        self
    }

    /// Asks until `read` understands. Where nobody can be asked, the default answers, or the command fails.
    pub async fn parsed<T, E: Explained>(
        self,
        console: Console,
        read: impl Fn(&str) -> Result<(T, String), E>,
    ) -> Result<T, Failure> {
        if !console.is_interactive() {
            return match &self.default {
                Some(default) => {
                    read(default).map(|(value, _)| value).map_err(|error| Failure::wrong(&self.label, &error))
                }
                None => Err(Failure::usage(
                    format!(
                        "{} is missing, and nobody can be asked: {}",
                        self.label,
                        console.unasked().unwrap_or_default()
                    ),
                    format!("Give {}.", self.otherwise),
                )),
            };
        }
        self.ask(&|text| read(text).map_err(|error| error.to_string())).await
    }

    /// Asks a yes-or-no question; the default is no.
    pub async fn confirmed(self, console: Console) -> Result<bool, Failure> {
        if !console.is_interactive() {
            return Ok(false);
        }
        let read = |text: &str| match text.trim().to_ascii_lowercase().as_str() {
            "y" | "yes" => Ok((true, String::new())),
            "n" | "no" => Ok((false, String::new())),
            _ => Err("expected yes or no".to_owned()),
        };
        Self { default: Some("no".into()), ..self }.ask(&read).await
    }

    /// Waits for Enter.
    pub async fn acknowledged(self, console: Console) -> Result<(), Failure> {
        if !console.is_interactive() {
            return Ok(());
        }
        Self { default: Some(String::new()), ..self }.ask(&|_| Ok(((), String::new()))).await
    }

    async fn ask<T>(&self, read: Read<'_, T>) -> Result<T, Failure> {
        let _raw = RawMode::enter()?;
        let head = self.head()?;
        let mut line = Line::default();
        let mut refused: Option<String> = None;
        loop {
            draw(&head, verdict(&line, refused.as_deref(), read), line.visible(room(&head), self.hidden))?;
            match next_key(&mut line).await? {
                Key::Edited => refused = None,
                Key::Interrupt => {
                    self.leave(&head, &line)?;
                    return Err(Failure::interrupted());
                }
                Key::Enter => {
                    let text = if line.text.trim().is_empty() {
                        self.default.clone().unwrap_or_default()
                    } else {
                        line.text.clone()
                    };
                    match read(&text) {
                        Ok((value, _)) => {
                            line.set(text);
                            self.leave(&head, &line)?;
                            return Ok(value);
                        }
                        Err(reason) => refused = Some(reason),
                    }
                }
            }
        }
    }

    /// What stands before the text. Where the terminal is too narrow for that, the question goes above it.
    fn head(&self) -> Result<String, Failure> {
        let head = match self.default.as_deref() {
            Some("") => self.label.clone(),
            Some(default) => format!("{} [{default}]: ", self.label),
            None => format!("{}: ", self.label),
        };
        if head.chars().count() + 16 <= width() || self.default.as_deref() == Some("") {
            return Ok(head);
        }
        let mut out = std::io::stderr().lock();
        for line in lines(head.trim_end(), width()) {
            execute!(out, Print(line.bold()), Print("\r\n")).map_err(terminal_failure)?;
        }
        Ok("> ".into())
    }

    /// Leaves the question and its answer on the screen, a secret as a word.
    fn leave(&self, head: &str, line: &Line) -> Result<(), Failure> {
        let shown = if self.hidden { "(hidden)".into() } else { line.visible(usize::MAX, false).0 };
        let room = room(head);
        let shown: String =
            if shown.chars().count() > room { shown.chars().take(room - 1).chain(['…']).collect() } else { shown };
        let head = head.split(" [").next().unwrap_or(head).trim_end_matches([':', ' ']);
        let left = if self.default.as_deref() == Some("") { head.to_owned() } else { format!("{head}: {shown}") };
        let left = left.replace(">:", ">");
        execute!(std::io::stderr().lock(), Print("\r"), Clear(ClearType::FromCursorDown), Print(left), Print("\r\n"))
            .map_err(terminal_failure)
    }
}

/// What was understood so far: good or not, and why.
fn verdict<T>(line: &Line, refused: Option<&str>, read: Read<'_, T>) -> Option<(bool, String)> {
    let verdict = match refused {
        Some(reason) => (false, reason.to_owned()),
        None if line.text.is_empty() => return None,
        None => match read(&line.text) {
            Ok((_, note)) => (true, note),
            Err(reason) => (false, reason),
        },
    };
    Some(verdict).filter(|(_, text)| !text.is_empty())
}

/// The terminal's columns.
fn width() -> usize {
    usize::from(terminal::size().map_or(80, |(width, _)| width)).max(20)
}

/// The columns that are left for the text.
fn room(head: &str) -> usize {
    width().saturating_sub(head.chars().count() + 1).max(8)
}

/// A text in lines of at most that many columns, broken at blanks where there are some; at most eight.
fn lines(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let mut word: &str = word;
        while let Some(line) = lines.last_mut() {
            let gap = usize::from(!line.is_empty());
            if line.chars().count() + gap + word.chars().count() <= width {
                line.push_str(if gap == 1 { " " } else { "" });
                line.push_str(word);
                break;
            }
            if !line.is_empty() {
                lines.push(String::new());
                continue;
            }
            let at = word.char_indices().nth(width).map_or(word.len(), |(at, _)| at);
            let (first, rest) = word.split_at(at);
            line.push_str(first);
            lines.push(String::new());
            word = rest;
        }
    }
    lines.truncate(8);
    lines
}

/// The question, the visible part of the text, and below it what was understood; the cursor in the text.
fn draw(head: &str, verdict: Option<(bool, String)>, (shown, column): (String, usize)) -> Result<(), Failure> {
    let column = u16::try_from(head.chars().count() + column).unwrap_or(0);
    let draw = || -> std::io::Result<()> {
        let mut out = std::io::stderr().lock();
        queue!(out, Print("\r"), Clear(ClearType::FromCursorDown), Print(head.bold()), Print(shown))?;
        if let Some((is_good, text)) = verdict {
            let below = lines(&text, width() - 3);
            let count = u16::try_from(below.len()).unwrap_or(0);
            for line in below {
                let line = if is_good { line.green() } else { line.red() };
                queue!(out, Print("\r\n  "), Print(line))?;
            }
            queue!(out, cursor::MoveUp(count))?;
        }
        queue!(out, Print("\r"))?;
        if column > 0 {
            queue!(out, cursor::MoveRight(column))?;
        }
        out.flush()
    };
    draw().map_err(terminal_failure)
}

/// Waits for keys and applies them; all that are there before drawing again.
async fn next_key(line: &mut Line) -> Result<Key, Failure> {
    let mut events = events().lock().await;
    let mut edited = false;
    loop {
        let event = match events.try_recv() {
            Ok(event) => event,
            Err(_) if edited => return Ok(Key::Edited),
            Err(_) => match tokio::time::timeout(Duration::from_millis(500), events.recv()).await {
                Ok(Some(event)) => event,
                Ok(None) => return Ok(Key::Interrupt),
                Err(_) if is_gone() => return Ok(Key::Interrupt),
                Err(_) => continue,
            },
        };
        match event {
            Event::Paste(text) => line.insert(&text),
            Event::Key(key) if key.kind != KeyEventKind::Release => {
                if let Some(key) = line.apply(key) {
                    return Ok(key);
                }
            }
            Event::Resize(..) => {}
            _ => continue,
        }
        edited = true;
    }
}

/// What is typed, for all questions, read on a thread of its own: reading a terminal that has gone away may never
/// come back, and must not keep the program from ending.
fn events() -> &'static tokio::sync::Mutex<UnboundedReceiver<Event>> {
    static EVENTS: OnceLock<tokio::sync::Mutex<UnboundedReceiver<Event>>> = OnceLock::new();
    EVENTS.get_or_init(|| {
        let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
        std::thread::spawn(move || {
            while let Ok(event) = event::read() {
                if sender.send(event).is_err() {
                    return;
                }
            }
        });
        tokio::sync::Mutex::new(receiver)
    })
}

/// Whether the terminal was closed.
#[cfg(unix)]
fn is_gone() -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let input = std::io::stdin();
    let mut polled = [PollFd::new(&input, PollFlags::empty())];
    let now = Timespec { tv_sec: 0, tv_nsec: 0 };
    let gone = PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL;
    poll(&mut polled, Some(&now)).is_ok_and(|count| count > 0)
        && polled.iter().any(|input| input.revents().intersects(gone))
}

#[cfg(not(unix))]
fn is_gone() -> bool {
    false
}

/// Raw mode while a question is asked.
struct RawMode;

impl RawMode {
    fn enter() -> Result<Self, Failure> {
        terminal::enable_raw_mode().map_err(terminal_failure)?;
        let raw = Self;
        execute!(std::io::stderr(), EnableBracketedPaste).map_err(terminal_failure)?;
        Ok(raw)
    }
}

impl Drop for RawMode {
    fn drop(&mut self) {
        let mut out = std::io::stderr();
        let _ = execute!(out, Print("\r"), Clear(ClearType::FromCursorDown), DisableBracketedPaste);
        let _ = terminal::disable_raw_mode();
    }
}

/// Gives the terminal back, whatever happened. Does nothing where it was not taken.
pub fn restore_terminal() {
    if terminal::is_raw_mode_enabled().unwrap_or(false) {
        drop(RawMode);
    }
}

fn terminal_failure(error: std::io::Error) -> Failure {
    Failure::failed("terminal", "expected a terminal that can be asked, found one that cannot").because(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_is_broken_at_blanks() {
        assert_eq!(lines("expected an address", 11), ["expected an", "address"]);
        assert_eq!(lines("ab cdefghij k", 4), ["ab", "cdef", "ghij", "k"]);
    }
}
