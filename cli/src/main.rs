//! `exact-preauth`: the flow of `exact-preauth-core` on the command line.
//!
//! [`args`] says what can be typed, [`commands`] what it does, [`console`] is the one place that prints, and this file
//! the one that exits.

mod app;
mod args;
mod browser;
mod commands;
mod console;
mod failure;
mod file;
mod http;
mod input;
mod loopback;
mod prompt;
mod times;

use std::process::ExitCode;

use clap::Parser as _;

use args::Arguments;
use console::Console;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return console::usage(&error),
    };
    let console = Console::new(arguments.global.json, arguments.global.quiet);
    let outcome = commands::run(arguments.command, console);
    prompt::restore_terminal();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            console.failure(&failure);
            ExitCode::from(failure.exit)
        }
    }
}
