//! Demo, tests and the page.

use anyhow::Result;

use crate::{
    run::{command, root, shown, stage},
    setup, wasm,
};

/// The command-line demo: needs nothing but a compiler.
pub fn demo(arguments: &[String]) -> Result<()> {
    let mut run = command("cargo", ["run", "--quiet", "--package", "exact-preauth", "--", "demo"]);
    shown(run.args(arguments))
}

/// Builds the page into `dist/`.
pub fn web() -> Result<()> {
    setup::for_the_page()?;
    build_page()
}

fn build_page() -> Result<()> {
    let mut trunk = command("trunk", ["build", "--offline", "--cargo-profile", "web"]);
    // Without colour: its own log would else colour what is not a terminal.
    shown(trunk.env("PATH", setup::path()?).envs(wasm::environment()).env("NO_COLOR", "true"))
}

/// Everything that decides whether a change is good, fast things first.
pub fn test() -> Result<()> {
    stage("set-up for the lints", setup::for_the_lints)?;
    stage("format", || shown(&mut command("cargo", ["fmt", "--all", "--check"])))?;
    stage("lints", || {
        shown(&mut command("cargo", ["clippy", "--quiet", "--workspace", "--all-targets", "--", "--deny", "warnings"]))
    })?;
    stage("documentation", || {
        let mut doc = command("cargo", ["doc", "--quiet", "--no-deps"]);
        shown(doc.env("RUSTDOCFLAGS", "--deny warnings"))
    })?;
    stage("core", || shown(&mut command("cargo", ["test", "--quiet", "--package", "exact-preauth-core"])))?;
    stage("set-up", setup::everything)?;
    stage("wasm32", || {
        let packages = ["--package", "exact-preauth-core", "--package", "exact-preauth-web"];
        shown(&mut wasm::cargo(&[["check", "--quiet"].as_slice(), &packages].concat()))
    })?;
    stage("page", build_page)?;
    stage("programs", || {
        shown(&mut command("cargo", ["build", "--quiet"]))?;
        let mut test = command("cargo", ["test", "--quiet", "--workspace", "--exclude", "exact-preauth-core"]);
        shown(test.env("EXACT_PREAUTH_PAGE", root().join("dist")).envs(setup::test_environment()?))
    })
}
