//! Brings a machine to where everything builds and tests. Each step looks first whether its work is done, says how
//! long it took, and if it fails, what to run by hand.

use std::{
    env,
    ffi::OsString,
    fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::PathBuf,
    process::Command,
    time::Instant,
};

use anyhow::{Context as _, Result, bail};

use crate::{
    run::{cache, command, output, quiet, readable, root, say, typed},
    wasm,
};

/// Later ones want a newer compiler than this workspace.
const TRUNK: &str = "0.21.14";

/// Everything.
pub fn everything() -> Result<()> {
    for_the_lints()?;
    for_the_page()?;
    for_the_tests()
}

/// What the first stages of the tests need of the toolchain.
pub fn for_the_lints() -> Result<()> {
    let is_done = || ["fmt", "clippy"].iter().all(|tool| output(&mut command("cargo", [*tool, "--version"])).is_some());
    let add = ["component", "add", "rustfmt", "clippy"];
    step("rustfmt and clippy", is_done, || quiet(&mut command("rustup", add)), "rustup component add rustfmt clippy")
}

/// What building the page needs.
pub fn for_the_page() -> Result<()> {
    wasm::library()?;
    cargo_tool("trunk", TRUNK, &["--no-default-features", "--debug"])?;
    cargo_tool("wasm-bindgen", &locked("wasm-bindgen")?, &[])?;
    node_packages()
}

/// What the tests need beside that: a browser, and clients and servers of Exact Online and OAuth that others wrote.
pub fn for_the_tests() -> Result<()> {
    debian("browser", &[("chromium", "chromium"), ("chromedriver", "chromium-driver")])?;
    python_packages()?;
    node_packages()
}

/// A step: done already, or done now.
pub fn step(name: &str, is_done: impl Fn() -> bool, work: impl FnOnce() -> Result<()>, by_hand: &str) -> Result<()> {
    if is_done() {
        say(&format!("✓ {name}: there"));
        return Ok(());
    }
    say(&format!("… {name}"));
    let started = Instant::now();
    work().with_context(|| format!("{name} could not be set up; by hand: {by_hand}"))?;
    if !is_done() {
        bail!("{name} was set up but is not there; by hand: {by_hand}");
    }
    say(&format!("✓ {name}: {}", readable(started)));
    Ok(())
}

/// Programs from Debian's packages, by root or through sudo.
pub fn debian(name: &str, programs: &[(&str, &str)]) -> Result<()> {
    let missing =
        || programs.iter().filter(|(program, _)| !is_on_path(program)).map(|(_, package)| *package).collect::<Vec<_>>();
    let packages = missing();
    let by_hand = format!("sudo apt-get install {}", packages.join(" "));
    step(name, || missing().is_empty(), || debian_packages(&packages), &by_hand)
}

/// Installs packages of Debian's.
pub fn debian_packages(packages: &[&str]) -> Result<()> {
    let is_root = output(Command::new("id").arg("-u")).as_deref() == Some("0");
    let apt = |arguments: &[&str]| {
        let mut command = if is_root {
            command("apt-get", arguments)
        } else {
            command("sudo", [["-n", "apt-get"].as_slice(), arguments].concat())
        };
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    let install = [["install", "-y", "--no-install-recommends"].as_slice(), packages].concat();
    if quiet(&mut apt(&install)).is_ok() {
        return Ok(());
    }
    quiet(&mut apt(&["update"]))?;
    quiet(&mut apt(&install))
}

/// A command from crates.io, at one version, in the cache.
fn cargo_tool(program: &str, version: &str, options: &[&str]) -> Result<()> {
    let package = if program == "wasm-bindgen" { "wasm-bindgen-cli" } else { program };
    let folder = cache().join("cargo");
    let installed = folder.join("bin").join(program);
    let mut install = command("cargo", ["install", "--quiet", "--locked", &format!("{package}@{version}")]);
    install.args(options).arg("--root").arg(&folder);
    // Built outside of the repository, whose configuration is not its business.
    install.current_dir(env::temp_dir());
    let by_hand = typed(&install);
    let is_done = || {
        let printed = output(Command::new(&installed).arg("--version")).unwrap_or_default();
        printed.split_whitespace().any(|word| word == version)
    };
    step(&format!("{program} {version}"), is_done, || quiet(&mut install), &by_hand)
}

/// The packages of tests/node, in the cache under a name that follows from what is locked.
fn node_packages() -> Result<()> {
    debian("node", &[("node", "nodejs"), ("npm", "npm")])?;
    let folder = node_folder()?;
    let by_hand = format!(
        "mkdir -p {0} && cp tests/node/package*.json {0} && npm ci --ignore-scripts --prefix {0}",
        folder.display()
    );
    let is_done = || folder.join("node_modules/.package-lock.json").is_file();
    let work = || {
        fs::create_dir_all(&folder)?;
        for file in ["package.json", "package-lock.json"] {
            fs::copy(root().join("tests/node").join(file), folder.join(file))?;
        }
        let npm = ["ci", "--no-audit", "--no-fund", "--ignore-scripts"];
        quiet(command("npm", npm).current_dir(&folder))
    };
    step("packages from npm", is_done, work, &by_hand)
}

/// The packages of tests/python, likewise.
fn python_packages() -> Result<()> {
    debian("python", &[("python3", "python3")])?;
    let folder = python_folder()?;
    let marker = folder.join("complete");
    let requirements = root().join("tests/python/requirements.txt");
    let work = || {
        if quiet(&mut command(
            "python3",
            ["-m", "venv", "--clear"].map(OsString::from).into_iter().chain([folder.clone().into()]),
        ))
        .is_err()
        {
            debian_packages(&["python3-venv"])?;
            quiet(&mut command(
                "python3",
                ["-m", "venv", "--clear"].map(OsString::from).into_iter().chain([folder.clone().into()]),
            ))?;
        }
        let mut install = command(folder.join("bin/python"), ["-m", "pip", "install", "--quiet", "--requirement"]);
        quiet(install.arg(&requirements))?;
        Ok(fs::write(&marker, "")?)
    };
    let by_hand = format!(
        "python3 -m venv {0} && {0}/bin/pip install -r tests/python/requirements.txt && touch {0}/complete",
        folder.display()
    );
    step("packages from PyPI", || marker.is_file(), work, &by_hand)
}

fn node_folder() -> Result<PathBuf> {
    Ok(cache().join(format!("node-{}", fingerprint(&["tests/node/package.json", "tests/node/package-lock.json"])?)))
}

fn python_folder() -> Result<PathBuf> {
    Ok(cache().join(format!("python-{}", fingerprint(&["tests/python/requirements.txt"])?)))
}

/// Where tests find what was set up.
pub fn test_environment() -> Result<Vec<(&'static str, OsString)>> {
    Ok(vec![
        ("EXACT_PREAUTH_PYTHON", python_folder()?.join("bin/python").into()),
        ("EXACT_PREAUTH_NODE_MODULES", node_folder()?.join("node_modules").into()),
    ])
}

/// PATH with the cache's tools in front.
pub fn path() -> Result<OsString> {
    let tools = [cache().join("cargo/bin"), node_folder()?.join("node_modules/.bin")];
    let inherited = env::var_os("PATH").unwrap_or_default();
    Ok(env::join_paths(tools.into_iter().chain(env::split_paths(&inherited)))?)
}

/// A name for the content of files.
fn fingerprint(files: &[&str]) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for file in files {
        fs::read(root().join(file)).with_context(|| format!("expected to read {file}"))?.hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// The version that Cargo.lock names.
fn locked(package: &str) -> Result<String> {
    let lock = fs::read_to_string(root().join("Cargo.lock"))?;
    let (_, rest) = lock
        .split_once(&format!("name = \"{package}\"\nversion = \""))
        .context("expected the package in Cargo.lock")?;
    Ok(rest.split('"').next().unwrap_or_default().to_owned())
}

pub fn is_on_path(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .any(|folder| folder.join(program).is_file() || folder.join(format!("{program}.exe")).is_file())
}
