//! The real program, in an environment of its own: a fresh home folder, nothing inherited but PATH.

use std::{path::PathBuf, process::Stdio};

use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    process::{Child, ChildStderr, Command},
};

/// The program that is tested, built before the tests.
#[must_use]
pub fn program() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let folder = tests.ancestors().nth(2).unwrap();
    let program = folder.join("exact-preauth").with_extension(std::env::consts::EXE_EXTENSION);
    assert!(program.is_file(), "{} is not there: run `cargo xtask test`, or `cargo build`", program.display());
    program
}

/// One call of the program.
pub struct Program {
    command: Command,
    home: Option<TempDir>,
    arguments: Vec<String>,
}

/// How a call ended.
#[derive(Debug)]
pub struct Output {
    /// The exit code, or -1 for a signal.
    pub code: i32,
    /// Standard output.
    pub data: String,
    /// Standard error.
    pub words: String,
}

/// A call that goes on.
pub struct Running {
    /// The process.
    pub child: Child,
    words: BufReader<ChildStderr>,
    /// What was read of standard error so far.
    pub said: String,
    /// Its home folder, which goes with it.
    pub home: Option<TempDir>,
}

impl Program {
    /// The program with arguments separated by blanks, with a home folder of its own.
    #[must_use]
    pub fn new(arguments: &str) -> Self {
        let home = tempfile::tempdir().unwrap();
        let mut command = Command::new(program());
        command
            .env_clear()
            .env("HOME", home.path())
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .current_dir(home.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        Self { command, home: Some(home), arguments: Vec::new() }.and(arguments)
    }

    /// With further arguments, separated by blanks.
    #[must_use]
    pub fn and(mut self, arguments: &str) -> Self {
        for argument in arguments.split_whitespace() {
            self = self.arg(argument);
        }
        self
    }

    /// With one more argument, as it is.
    #[must_use]
    pub fn arg(mut self, argument: impl Into<String>) -> Self {
        let argument = argument.into();
        self.command.arg(&argument);
        self.arguments.push(argument);
        self
    }

    /// With a variable in the environment.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// With standard output somewhere else.
    #[must_use]
    pub fn data_to(mut self, path: &str) -> Self {
        self.command.stdout(std::fs::File::options().write(true).open(path).unwrap());
        self
    }

    /// Its home folder.
    #[must_use]
    pub fn home(&self) -> PathBuf {
        self.home.as_ref().unwrap().path().to_owned()
    }

    /// Runs it to its end, with text on standard input.
    pub async fn run_with(mut self, input: &str) -> Output {
        let mut child = self.command.stdin(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // It may end without reading.
        let _ = stdin.write_all(input.as_bytes()).await;
        drop(stdin);
        finish(child).await
    }

    /// Runs it to its end, with nothing on standard input.
    pub async fn run(mut self) -> Output {
        finish(self.command.spawn().unwrap()).await
    }

    /// Starts it.
    #[must_use]
    pub fn start(mut self) -> Running {
        let mut child = self.command.stdin(Stdio::piped()).spawn().unwrap();
        let words = BufReader::new(child.stderr.take().unwrap());
        Running { child, words, said: String::new(), home: self.home.take() }
    }
}

async fn finish(child: Child) -> Output {
    let output =
        tokio::time::timeout(super::PATIENCE, child.wait_with_output()).await.expect("an end in time").unwrap();
    Output {
        code: output.status.code().unwrap_or(-1),
        data: String::from_utf8(output.stdout).unwrap(),
        words: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Running {
    /// Reads standard error up to the line that `look` wants.
    pub async fn hear<T>(&mut self, mut look: impl FnMut(&str) -> Option<T>) -> T {
        loop {
            let mut line = String::new();
            let count = tokio::time::timeout(super::PATIENCE, self.words.read_line(&mut line))
                .await
                .expect("a line in time")
                .unwrap();
            assert!(count > 0, "expected another line after:\n{}", self.said);
            self.said.push_str(&line);
            if let Some(found) = look(&line) {
                return found;
            }
        }
    }

    /// Reads standard error up to the address that a person is to open.
    pub async fn hear_address(&mut self) -> String {
        let in_json =
            |line: &str| Some(serde_json::from_str::<serde_json::Value>(line).ok()?.get("open")?.as_str()?.to_owned());
        self.hear(|line| line.trim().starts_with("http").then(|| line.trim().to_owned()).or_else(|| in_json(line)))
            .await
    }

    /// Writes to standard input.
    pub async fn tell(&mut self, text: &str) {
        self.child.stdin.as_mut().unwrap().write_all(text.as_bytes()).await.unwrap();
    }

    /// Waits for the end, and hands over the home folder that goes with it.
    pub async fn end(mut self) -> (Output, Option<TempDir>) {
        let mut rest = String::new();
        tokio::time::timeout(super::PATIENCE, self.words.read_to_string(&mut rest))
            .await
            .expect("an end in time")
            .unwrap();
        let home = self.home.take();
        let mut output = finish(self.child).await;
        output.words = self.said + &rest;
        (output, home)
    }
}
