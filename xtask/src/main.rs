//! `cargo xtask …`: the project's own chores. Each does of the set-up what it needs, and skips what is there.

mod bench;
mod chores;
mod picture;
mod run;
mod setup;
mod wasm;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask COMMAND

  setup    bring a fresh machine to where everything builds and tests
  demo     see the whole job done on a simulator (arguments go to `exact-preauth demo`)
  test     format, lints, documentation, every test
  web      build the page into dist/
  bench    measure, each figure as a ratio in the same run
  picture  record the README's picture again
";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().unwrap_or_default();
    let rest: Vec<String> = arguments.collect();
    let outcome = match command.as_str() {
        "setup" => setup::everything(),
        "demo" => chores::demo(&rest),
        "test" => chores::test(),
        "web" => chores::web(),
        "bench" => bench::run(),
        "picture" => picture::run(),
        "" | "help" | "--help" | "-h" => {
            run::say(HELP);
            Ok(())
        }
        other => Err(anyhow::anyhow!("expected a command, found \"{other}\"\n\n{HELP}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            run::say(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
