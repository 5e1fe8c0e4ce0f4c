//! What the whole-program tests have in common: the program, a simulator, a person at its pages, a terminal.

pub mod browser;
pub mod person;
pub mod program;
pub mod simulator;
pub mod terminal;
pub mod tls;

pub use browser::Browser;
pub use person::Person;
pub use program::{Output, Program, program};
pub use simulator::Simulator;
pub use terminal::Terminal;

use std::{path::PathBuf, time::Duration};

/// How long anything may take before a test is given up. Nothing waits for it to pass.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// A port that is free now.
#[must_use]
pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Waits until something is there.
pub async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let started = std::time::Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(started.elapsed() < PATIENCE, "expected {what}, found none in time");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// A program of others' with all the processes that it starts, ended with this value.
pub struct Group(tokio::process::Child);

impl Group {
    /// Starts it.
    #[must_use]
    pub fn start(command: &mut tokio::process::Command) -> Self {
        #[cfg(unix)]
        command.process_group(0);
        Self(
            command
                .kill_on_drop(true)
                .spawn()
                .unwrap_or_else(|error| panic!("{command:?}: {error}: run `cargo xtask test`")),
        )
    }

    /// The program itself.
    pub fn leader(&mut self) -> &mut tokio::process::Child {
        &mut self.0
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(id) = self.0.id() {
            let _ = std::process::Command::new("kill").args(["-KILL", "--", &format!("-{id}")]).status();
        }
    }
}

/// A file or folder of this package.
#[must_use]
pub fn here(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// What `cargo xtask test` has set up.
#[must_use]
pub fn set_up(variable: &str) -> PathBuf {
    std::env::var_os(variable).map_or_else(|| panic!("{variable} is not set: run `cargo xtask test`"), PathBuf::from)
}
