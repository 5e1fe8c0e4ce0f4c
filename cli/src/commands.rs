//! One module for each command.

mod answer;
mod countries;
mod demo;
mod exchange;
mod login;
mod parse;
mod settings;
mod shell;
mod simulate;
mod url;
mod whoami;

use std::future::Future;

use exact_preauth_core::Entropy;

use crate::{
    args::Command,
    console::Console,
    failure::{Failure, INTERRUPTED},
};

/// Does what was asked for.
pub fn run(command: Command, console: Console) -> Result<(), Failure> {
    match command {
        Command::Login(arguments) => with_network(login::run(&arguments, console)),
        Command::Url(arguments) => quickly(url::run(&arguments, console), console),
        Command::Parse(arguments) => quickly(parse::run(&arguments, console), console),
        Command::Exchange(arguments) => with_network(exchange::run(&arguments, console)),
        Command::Settings(arguments) => quickly(settings::run(&arguments, console), console),
        Command::Whoami(_) => with_network(whoami::run(console)),
        Command::Countries => countries::run(console),
        Command::Simulate(arguments) => match with_network(simulate::run(&arguments, console)) {
            // How one stops it.
            Err(failure) if failure.exit == INTERRUPTED => Ok(()),
            outcome => outcome,
        },
        Command::Demo(arguments) => with_network(demo::run(&arguments, console)),
        Command::Completions { shell } => shell::completions(shell, console),
        Command::Man { out } => shell::man(out.as_deref(), console),
    }
}

/// Runs a command that speaks to no server: without listening for signals where nobody can be asked.
fn quickly(command: impl Future<Output = Result<(), Failure>>, console: Console) -> Result<(), Failure> {
    if console.is_interactive() {
        return with_network(command);
    }
    runtime(tokio::runtime::Builder::new_current_thread().enable_time())?.block_on(command)
}

/// Runs a command that speaks to servers. Ctrl-C and a request to end drop it, and with it all that it holds.
fn with_network(command: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    let runtime = runtime(tokio::runtime::Builder::new_current_thread().enable_all())?;
    let outcome = runtime.block_on(async {
        tokio::select! {
            // First, so that signals are listened for before anything happens.
            biased;
            () = interruption() => Err(Failure::interrupted()),
            outcome = command => outcome,
        }
    });
    // A browser that was started may outlive the command.
    runtime.shutdown_background();
    outcome
}

fn runtime(builder: &mut tokio::runtime::Builder) -> Result<tokio::runtime::Runtime, Failure> {
    builder
        .build()
        .map_err(|error| Failure::failed("runtime", "expected to start, found that the system refuses").because(error))
}

#[cfg(unix)]
async fn interruption() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate), Ok(mut hangup)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()), signal(SignalKind::hangup()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        _ = hangup.recv() => {}
    }
}

#[cfg(not(unix))]
async fn interruption() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}

/// Fresh random bytes from the operating system.
fn entropy() -> Result<Entropy, Failure> {
    let mut bytes = [0; 64];
    getrandom::fill(&mut bytes).map_err(|error| {
        Failure::failed("random", "expected random bytes from the operating system, found none").because(error)
    })?;
    Ok(Entropy::from_bytes(bytes))
}
