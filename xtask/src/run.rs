//! Runs other programs, and says what is done and how long it took.

use std::{
    ffi::OsStr,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Context as _, Result, bail};

/// Prints a line.
pub fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// The repository.
pub fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// The folder below which tools are kept between clones: one for each user.
pub fn cache() -> PathBuf {
    let of = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = || std::env::home_dir().unwrap_or_else(|| PathBuf::from("."));
    let base = if cfg!(windows) {
        of("LOCALAPPDATA").unwrap_or_else(home)
    } else if cfg!(target_os = "macos") {
        home().join("Library/Caches")
    } else {
        of("XDG_CACHE_HOME").unwrap_or_else(|| home().join(".cache"))
    };
    base.join("exact-preauth")
}

/// A program with its arguments, run in the repository.
pub fn command<A: AsRef<OsStr>>(program: impl AsRef<OsStr>, arguments: impl IntoIterator<Item = A>) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root());
    command
}

/// A program and its arguments, as typed.
pub fn typed(command: &Command) -> String {
    let parts = std::iter::once(command.get_program()).chain(command.get_args());
    let quoted = parts.map(|part| {
        let part = part.to_string_lossy();
        if part.contains([' ', '"', '\'', '$', '!']) { format!("'{part}'") } else { part.into_owned() }
    });
    quoted.collect::<Vec<_>>().join(" ")
}

/// Runs it with its output shown; fails if it does.
pub fn shown(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("expected to run `{}`", typed(command)))?;
    if !status.success() {
        bail!("`{}` ended with {status}", typed(command));
    }
    Ok(())
}

/// Runs it quietly; if it fails, so does this, with the end of what it printed.
pub fn quiet(command: &mut Command) -> Result<()> {
    let output =
        command.stdin(Stdio::null()).output().with_context(|| format!("expected to run `{}`", typed(command)))?;
    if !output.status.success() {
        let printed = [output.stdout, output.stderr].concat();
        let printed = String::from_utf8_lossy(&printed);
        let lines: Vec<&str> = printed.lines().collect();
        let end = lines.get(lines.len().saturating_sub(30)..).unwrap_or_default().join("\n");
        bail!("`{}` ended with {}:\n{end}", typed(command), output.status);
    }
    Ok(())
}

/// What it prints on standard output, or nothing if it fails.
pub fn output(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Does something under a heading, and says how long it took.
pub fn stage(name: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
    say(&format!("── {name}"));
    let started = Instant::now();
    work().with_context(|| format!("failed: {name}"))?;
    say(&format!("── {name}: done in {}", readable(started)));
    Ok(())
}

/// The time since.
pub fn readable(started: Instant) -> String {
    let seconds = started.elapsed().as_secs_f64();
    if seconds < 90.0 { format!("{seconds:.1} s") } else { format!("{:.1} min", seconds / 60.0) }
}
