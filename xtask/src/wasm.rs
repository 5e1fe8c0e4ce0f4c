//! The standard library for wasm32: through rustup where it can download; on Debian without that, built from Debian's
//! own packages of a newer compiler, whose sources fit it.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};

use crate::{
    run::{cache, command, output, quiet, root},
    setup::{debian_packages, step},
};

const TARGET: &str = "wasm32-unknown-unknown";
const LINKER: &str = "wasm-ld-22";

/// Sees to it that [`cargo`] can build for wasm32.
pub fn library() -> Result<()> {
    let by_hand = format!("rustup target add {TARGET}");
    step("wasm32 library", || is_in_toolchain() || is_built(), || through_rustup().or_else(|_| from_debian()), &by_hand)
}

/// Whether the ordinary compiler has the library.
fn is_in_toolchain() -> bool {
    static FOUND: OnceLock<bool> = OnceLock::new();
    let find = || {
        let folder = output(&mut command("rustc", ["--print", "target-libdir", "--target", TARGET]));
        folder.is_some_and(|folder| holds_core(Path::new(&folder)))
    };
    // Only a find is kept: rustup may add it in between.
    if FOUND.get() == Some(&true) {
        return true;
    }
    let found = find();
    if found {
        let _ = FOUND.set(true);
    }
    found
}

/// Gives up after ten minutes: where nothing can be downloaded, rustup tries for long.
fn through_rustup() -> Result<()> {
    let mut add = command("rustup", ["target", "add", TARGET]);
    let mut rustup = add.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let started = Instant::now();
    while started.elapsed() < Duration::from_mins(10) {
        if let Some(status) = rustup.try_wait()? {
            return if status.success() { Ok(()) } else { bail!("rustup could not add {TARGET}") };
        }
        thread::sleep(Duration::from_millis(200));
    }
    rustup.kill()?;
    bail!("rustup took longer than ten minutes")
}

/// Where the library that was built from Debian's packages is: a sysroot for each version of that compiler.
fn sysroot() -> Option<PathBuf> {
    let version = output(Command::new("/usr/bin/rustc").arg("--version"))?;
    let name: String = version.chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' }).collect();
    Some(cache().join("wasm32").join(name))
}

fn library_folder(sysroot: &Path) -> PathBuf {
    sysroot.join("lib/rustlib").join(TARGET).join("lib")
}

fn is_built() -> bool {
    sysroot().is_some_and(|sysroot| holds_core(&library_folder(&sysroot)))
}

fn holds_core(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut files| {
        files.any(|file| file.is_ok_and(|file| file.file_name().to_string_lossy().starts_with("libcore-")))
    })
}

fn from_debian() -> Result<()> {
    if !Path::new("/etc/debian_version").exists() {
        bail!("rustup could not add {TARGET}, and this is no Debian, from whose packages it could be built");
    }
    debian_packages(&["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm", "lld-22"])?;
    let sysroot = sysroot().context("expected /usr/bin/rustc")?;
    let work = tempfile(&sysroot)?;
    fs::create_dir_all(work.join("src"))?;
    fs::write(work.join("src/lib.rs"), "")?;
    fs::write(
        work.join("Cargo.toml"),
        "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[profile.release]\nlto = true\n[workspace]\n",
    )?;
    let mut build = Command::new("/usr/bin/cargo");
    build
        .args([
            "build",
            "--release",
            "--target",
            TARGET,
            "-Z",
            "build-std=std,panic_abort,panic_unwind,proc_macro,test",
        ])
        .current_dir(&work)
        .env("PATH", debian_first())
        .env("RUSTC", "/usr/bin/rustc")
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", "-Cembed-bitcode=yes")
        .env_remove("RUSTUP_TOOLCHAIN");
    quiet(&mut build)?;
    let whole = work.join("sysroot");
    let folder = library_folder(&whole);
    fs::create_dir_all(&folder)?;
    for file in fs::read_dir(work.join("target").join(TARGET).join("release/deps"))? {
        let file = file?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if file.extension().is_some_and(|extension| extension == "rlib") && !name.starts_with("libempty") {
            fs::copy(&file, folder.join(name))?;
        }
    }
    // All of it or nothing: a half of it would look complete.
    if sysroot.exists() {
        fs::remove_dir_all(&sysroot)?;
    }
    fs::rename(&whole, &sysroot)?;
    fs::remove_dir_all(&work)?;
    Ok(())
}

/// A folder to build in, beside the result.
fn tempfile(sysroot: &Path) -> Result<PathBuf> {
    let work = sysroot.with_extension("build");
    if work.exists() {
        fs::remove_dir_all(&work)?;
    }
    fs::create_dir_all(&work)?;
    Ok(work)
}

fn debian_first() -> OsString {
    let inherited = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(PathBuf::from("/usr/bin")).chain(std::env::split_paths(&inherited));
    std::env::join_paths(folders).unwrap_or(inherited)
}

/// What a command that builds for wasm32 needs in its environment: nothing where the ordinary compiler has the library.
pub fn environment() -> Vec<(&'static str, OsString)> {
    let Some(sysroot) = (!is_in_toolchain()).then(sysroot).flatten() else { return Vec::new() };
    let flags = format!("--sysroot={}", sysroot.display());
    vec![
        ("RUSTC", "/usr/bin/rustc".into()),
        ("CARGO", "/usr/bin/cargo".into()),
        ("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", flags.into()),
        ("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", LINKER.into()),
        // Two compilers do not share a folder of results.
        ("CARGO_TARGET_DIR", root().join("target/debian").into()),
    ]
}

/// `cargo` for wasm32, with whichever compiler has the library.
pub fn cargo(arguments: &[&str]) -> Command {
    let debian = !is_in_toolchain();
    let mut cargo = command(if debian { "/usr/bin/cargo" } else { "cargo" }, arguments);
    cargo.args(["--target", TARGET]).envs(environment());
    if debian {
        cargo.env("PATH", debian_first());
    }
    cargo
}
