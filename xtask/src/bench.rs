//! Measures what is claimed, each figure as a ratio to a peer in the same run.
//!
//! Start-up is the median over alternating runs of whole processes; memory the largest resident set. A return URL's
//! parsing is measured by `core/benches/return_url.rs`.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use wait4::Wait4 as _;

use crate::{
    run::{command, quiet, root, say, shown},
    setup::is_on_path,
};

const RUNS: usize = 301;

/// One process: its wall time, its processor time, its memory in bytes.
struct Run {
    wall: Duration,
    processor: Duration,
    memory: u64,
}

/// Measures everything.
pub fn run() -> Result<()> {
    shown(&mut command("cargo", ["build", "--quiet", "--release", "--package", "exact-preauth"]))?;
    let folder = root().join("target/bench");
    fs::create_dir_all(&folder)?;
    let hello = folder.join("hello");
    fs::write(folder.join("hello.rs"), "fn main() {\n    println!(\"hello\");\n}\n")?;
    let flags = ["--edition=2024", "-Copt-level=3", "-Ccodegen-units=1", "-Cstrip=debuginfo", "-o"];
    quiet(command("rustc", flags).arg(&hello).arg(folder.join("hello.rs")))?;

    let program = root().join("target/release/exact-preauth");
    let url: Vec<&str> = "url --quiet --country nl --client-id 0f9a5d7e-6c3b-4a21-9e57-8b1d2c3f4a5b --redirect-uri https://app.example.com/return".split(' ').collect();
    let mut others: Vec<(&str, &Path, Vec<&str>)> = vec![("a Rust hello-world", &hello, vec![])];
    if is_on_path("rclone") {
        others.push(("rclone version", Path::new("rclone"), vec!["version"]));
    } else {
        say("rclone is not installed and is left out");
    }
    for (name, other, arguments) in others {
        let mut ours = Vec::new();
        let mut theirs = Vec::new();
        // In turn, so that both see the same machine; the first of each only warms up.
        for _ in 0..=RUNS {
            ours.push(once(&program, &url)?);
            theirs.push(once(other, &arguments)?);
        }
        compare(name, ours.get(1..).unwrap_or_default(), theirs.get(1..).unwrap_or_default());
    }
    shown(&mut command("cargo", ["bench", "--quiet", "--package", "exact-preauth-core", "--bench", "return_url"]))
}

fn once(program: &Path, arguments: &[&str]) -> Result<Run> {
    let started = Instant::now();
    let child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("expected to run {}", program.display()))?;
    let used = child.wait4()?;
    let wall = started.elapsed();
    Ok(Run { wall, processor: used.rusage.utime + used.rusage.stime, memory: used.rusage.maxrss })
}

/// Reads one figure.
type Of = fn(&Run) -> f64;

fn compare(name: &str, ours: &[Run], theirs: &[Run]) {
    let median = |runs: &[Run], of: Of| {
        let mut values: Vec<f64> = runs.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
    };
    let rows: [(&str, &str, Of); 3] = [
        ("start-up", "ms", |run| run.wall.as_secs_f64() * 1e3),
        ("processor", "ms", |run| run.processor.as_secs_f64() * 1e3),
        ("memory", "MB", |run| f64::from(u32::try_from(run.memory / 1024).unwrap_or(u32::MAX)) / 1024.0),
    ];
    say(&format!("`exact-preauth url` against {name}, medians of {RUNS} runs in turn:"));
    for (what, unit, of) in rows {
        let (ours, theirs) = (median(ours, of), median(theirs, of));
        say(&format!("  {what:<10} {ours:8.2} {unit}  {theirs:8.2} {unit}  ratio {:.2}", ours / theirs));
    }
}
