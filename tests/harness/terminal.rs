//! A real terminal around the program: a pseudo-terminal, and an emulator that knows what is on its screen.

use std::{
    io::{Read as _, Write},
    path::PathBuf,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use tempfile::TempDir;

use crate::PATIENCE;

/// The program in a terminal of 24 lines.
pub struct Terminal {
    screen: Arc<Mutex<vt100::Parser>>,
    raw: Arc<Mutex<Vec<u8>>>,
    writer: Option<Box<dyn Write + Send>>,
    child: Box<dyn Child + Send + Sync>,
    master: Option<Box<dyn MasterPty + Send>>,
    home: TempDir,
}

impl Terminal {
    /// Starts the program with these arguments in a terminal of that many columns.
    #[must_use]
    pub fn start(arguments: &[&str], variables: &[(&str, &str)], columns: u16) -> Self {
        let home = tempfile::tempdir().unwrap();
        let size = PtySize { rows: 24, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(crate::program());
        command.args(arguments);
        command.env_clear();
        command.env("HOME", home.path());
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("TERM", "xterm-256color");
        for (name, value) in variables {
            command.env(name, value);
        }
        command.cwd(home.path());
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let screen =
            Arc::new(Mutex::new(vt100::Parser::new(24.try_into().unwrap(), columns.try_into().unwrap(), 1_000)));
        let raw = Arc::new(Mutex::new(Vec::new()));
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (shown, bytes) = (Arc::clone(&screen), Arc::clone(&raw));
        std::thread::spawn(move || {
            let mut buffer = [0; 4_096];
            while let Ok(count) = reader.read(&mut buffer) {
                if count == 0 {
                    break;
                }
                let new = buffer.get(..count).unwrap_or_default();
                shown.lock().unwrap().process(new);
                bytes.lock().unwrap().extend_from_slice(new);
            }
        });
        let writer = pair.master.take_writer().unwrap();
        Self { screen, raw, writer: Some(writer), child, master: Some(pair.master), home }
    }

    /// What is on the screen.
    #[must_use]
    pub fn screen(&self) -> String {
        self.screen.lock().unwrap().screen().contents()
    }

    /// Everything that was ever written to it.
    #[must_use]
    pub fn everything(&self) -> String {
        String::from_utf8_lossy(&self.raw.lock().unwrap()).into_owned()
    }

    /// Waits until the screen shows a text.
    pub fn see(&self, text: &str) {
        let started = Instant::now();
        while !self.screen().contains(text) {
            assert!(started.elapsed() < PATIENCE, "expected {text:?} on the screen, found:\n{}", self.screen());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Types.
    pub fn press(&mut self, keys: &str) {
        let writer = self.writer.as_mut().unwrap();
        writer.write_all(keys.as_bytes()).unwrap();
        writer.flush().unwrap();
    }

    /// Pastes, as terminals with bracketed paste do.
    pub fn paste(&mut self, text: &str) {
        self.press(&format!("\x1b[200~{text}\x1b[201~"));
    }

    /// Waits for the program's end.
    pub fn end(&mut self) -> u32 {
        let started = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.exit_code();
            }
            assert!(started.elapsed() < PATIENCE, "expected an end, found:\n{}", self.screen());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// The program's process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Hangs up, as closing its window does. Whether the program ends by itself.
    #[must_use]
    pub fn close(mut self) -> bool {
        let id = self.id().to_string();
        drop(self.writer.take());
        drop(self.master.take());
        // The reading side is a copy that only ends with the program: the system's own signal stands in for it.
        let _ = std::process::Command::new("kill").args(["-HUP", &id]).status();
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            if self.child.try_wait().unwrap().is_some() {
                return true;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        false
    }

    /// The program's home folder.
    #[must_use]
    pub fn home(&self) -> PathBuf {
        self.home.path().to_owned()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}
