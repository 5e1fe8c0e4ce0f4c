//! `exact-preauth simulate`, as a person starts it.

use std::process::Stdio;

use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, ChildStdout, Command},
};

/// A simulator, ended with this value.
pub struct Simulator {
    _child: Child,
    _data: BufReader<ChildStdout>,
    ready: Value,
}

impl Simulator {
    /// Starts one on a free port, with further arguments separated by blanks. Its app's redirect URI is on a free port
    /// of this computer unless the arguments say otherwise.
    pub async fn start(arguments: &str) -> Self {
        let redirect_uri = format!("http://127.0.0.1:{}/exact-preauth/return", super::free_port());
        let mut command = Command::new(super::program());
        command.args(["simulate", "--listen", "127.0.0.1:0"]).args(arguments.split_whitespace());
        if !arguments.contains("--redirect-uri") {
            command.args(["--redirect-uri", &redirect_uri]);
        }
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut data = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        data.read_line(&mut line).await.unwrap();
        let ready = serde_json::from_str(&line).unwrap_or_else(|_| panic!("expected a JSON line, found {line:?}"));
        Self { _child: child, _data: data, ready }
    }

    /// A member of the line that it prints: `base_url`, `client_id`, `client_secret`, `redirect_uri`, `username`,
    /// `password`.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.ready.get(name).and_then(Value::as_str).unwrap_or_else(|| panic!("no {name} in {}", self.ready))
    }

    /// The options that name its app.
    #[must_use]
    pub fn app(&self) -> String {
        format!(
            "--base-url {} --client-id {} --redirect-uri {}",
            self.get("base_url"),
            self.get("client_id"),
            self.get("redirect_uri")
        )
    }

    /// Moves its clock forward.
    pub async fn advance(&self, seconds: u64) {
        let body = json!({ "advance_seconds": seconds }).to_string();
        let request = super::person::client().post(format!("{}/simulator/clock", self.get("base_url")));
        let answer = request.header("content-type", "application/json").body(body).send().await.unwrap();
        assert!(answer.status().is_success());
    }

    /// What it counted.
    pub async fn count(&self, name: &str) -> u64 {
        let request = super::person::client().get(format!("{}/simulator/statistics", self.get("base_url")));
        let text = request.send().await.unwrap().text().await.unwrap();
        serde_json::from_str::<Value>(&text).unwrap().get(name).and_then(Value::as_u64).unwrap()
    }
}
