//! `completions` and `man`: what shells and manuals want.

use std::path::Path;

use clap::CommandFactory as _;

use crate::{args::Arguments, console::Console, failure::Failure};

pub fn completions(shell: clap_complete::Shell, console: Console) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "exact-preauth", &mut script);
    console.data(&String::from_utf8_lossy(&script))
}

pub fn man(out: Option<&Path>, console: Console) -> Result<(), Failure> {
    let failed = |error: std::io::Error| {
        Failure::failed("man", "expected to write manual pages, found that they cannot be written").because(error)
    };
    if let Some(folder) = out {
        std::fs::create_dir_all(folder).map_err(failed)?;
        clap_mangen::generate_to(Arguments::command(), folder).map_err(failed)?;
        console.done(&format!("Written one page per command to {}.", folder.display()));
        return Ok(());
    }
    let mut page = Vec::new();
    clap_mangen::Man::new(Arguments::command()).render(&mut page).map_err(failed)?;
    console.data(&String::from_utf8_lossy(&page))
}
