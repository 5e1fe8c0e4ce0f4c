//! Records the README's picture: the demo in a terminal, drawn by a library that others wrote.

use std::{fs, process::Stdio};

use anyhow::Result;

use crate::{
    run::{command, root, say, shown},
    setup,
};

/// Draws what the demo prints.
pub fn run() -> Result<()> {
    setup::for_the_tests()?;
    shown(&mut command("cargo", ["build", "--quiet", "--package", "exact-preauth"]))?;
    let recorded = root().join("target/demo.ansi");
    // Both outputs in one file, as a terminal shows them.
    let file = fs::File::create(&recorded)?;
    let mut demo = command(root().join("target/debug/exact-preauth"), ["demo", "--no-browser"]);
    demo.env("CLICOLOR_FORCE", "1").stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file);
    shown(&mut demo)?;
    let picture = root().join("docs/demo.svg");
    let python =
        setup::test_environment()?.into_iter().find(|(name, _)| *name == "EXACT_PREAUTH_PYTHON").map(|(_, path)| path);
    let mut draw =
        command(python.unwrap_or_default(), [root().join("tests/python/draw.py"), recorded, picture.clone()]);
    shown(&mut draw)?;
    say(&format!("drawn: {}", picture.display()));
    Ok(())
}
