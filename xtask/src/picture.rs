//! Records the README's picture: the demo in a terminal, drawn by a library that others wrote.

use std::{fs, process::Stdio};

use anyhow::{Context as _, Result};

use crate::{
    run::{command, root, say, shown},
    setup,
};

/// Draws what the demo prints.
pub fn run() -> Result<()> {
    setup::for_the_tests()?;
    shown(&mut command("cargo", ["build", "--quiet", "--package", "exact-preauth"]))?;
    let output = command(root().join("target/debug/exact-preauth"), ["demo", "--no-browser"])
        .env("CLICOLOR_FORCE", "1")
        .stdin(Stdio::null())
        .output()
        .context("expected to run the demo")?;
    let text = [output.stderr, output.stdout].concat();
    let recorded = root().join("target/demo.ansi");
    fs::write(&recorded, text)?;
    let picture = root().join("docs/demo.svg");
    let python =
        setup::test_environment()?.into_iter().find(|(name, _)| *name == "EXACT_PREAUTH_PYTHON").map(|(_, path)| path);
    let mut draw =
        command(python.unwrap_or_default(), [root().join("tests/python/draw.py"), recorded, picture.clone()]);
    shown(&mut draw)?;
    say(&format!("drawn: {}", picture.display()));
    Ok(())
}
