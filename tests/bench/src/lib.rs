//! Prints the table of figures: each budget of potbridge beside its peer and its limit, measured in the same run.

#![cfg(target_os = "linux")]

mod browser_page;
mod delivery;
mod dirs;
mod extension_size;
mod figure;
mod get_token;
mod host_start;
mod machine;
mod media_listening;
mod memory;
mod observe_body;
mod peers;
mod player_request;
mod port;
mod replace_file;
mod sample;
mod store_token;
mod table;
mod watch;

use anyhow::{Context as _, Result};
use dirs::BenchDir;
use peers::Peers;
use potbridge_browser::Family;
use potbridge_bundler::{Program, Workspace};
use potbridge_setup::artifacts::Artifacts;
use potbridge_setup::progress::note;
use std::io::{Write as _, stdout};
use std::process::ExitCode;
use table::Table;

/// Arguments are parts of names: only what they name is measured.
///
/// Ends with 0 also if a budget is missed, with 1 if one could not be measured.
///
/// # Errors
/// If nothing can be measured: a build fails, or a file cannot be written.
pub fn run() -> Result<ExitCode> {
    let built = potbridge_bundler::build(&Workspace::find()?, &[Program::HOST])?;
    let artifacts = Artifacts::in_folder(&built).context("the bundler left something out")?;
    let bench_dir = BenchDir::beside(&artifacts.host)?;
    let peers = Peers::prepare(&bench_dir)?;
    let mut table = Table::default();
    note("measuring; a busy machine makes the figures worse and the spread wide");

    let mut failures = Vec::new();
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let mut measure = |what: &str, measured: &mut dyn FnMut(&mut Table) -> Result<()>| {
        if !wanted.is_empty() && !wanted.iter().any(|part| what.contains(part.as_str())) {
            return;
        }
        if let Err(error) = measured(&mut table) {
            failures.push(format!("not measured: {what}: {error:#}"));
        }
    };
    measure("the host's start", &mut |table| host_start::measure(&artifacts, &bench_dir, &peers, table));
    measure("the host's memory", &mut |table| memory::measure(&artifacts, &bench_dir, &peers, table));
    measure("storing a token", &mut |table| store_token::measure(&artifacts, &bench_dir, table));
    for family in Family::ALL {
        measure(family.name(), &mut |table| delivery::measure(family, &artifacts, &bench_dir, &peers, table));
    }
    for family in Family::ALL {
        let what = format!("media requests in {}", family.name());
        measure(&what, &mut |table| media_listening::measure(family, &artifacts, &bench_dir, table));
    }
    measure("observe", &mut |table| observe_body::measure(&artifacts, &bench_dir, &peers, table));
    measure("the extension", &mut |table| extension_size::measure(&artifacts, table));
    measure("potbridge get", &mut |table| get_token::measure(&artifacts, &bench_dir, &peers, table));

    write!(stdout(), "{}\n{table}", machine::description(&bench_dir, &peers))?;
    for failure in &failures {
        note(failure);
    }
    Ok(if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
