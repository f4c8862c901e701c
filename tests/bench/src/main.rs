//! Prints the table of figures: each budget of potbridge beside its peer and its limit, measured in the same run.

mod body;
mod bundle;
mod delivery;
mod durable;
mod figure;
mod get;
mod idle;
mod machine;
mod observe;
mod peers;
mod place;
mod port;
mod sample;
mod seat;
mod start;
mod store;
mod table;
mod watch;

use anyhow::{Context as _, Result};
use peers::Peers;
use place::Grounds;
use potbridge_browser::Family;
use potbridge_bundler::{Program, Workspace};
use potbridge_setup::artifacts::Artifacts;
use potbridge_setup::progress::note;
use std::io::{Write as _, stdout};
use std::process::ExitCode;
use table::Table;

/// Ends with 0 also where a budget is missed, with 1 where one could not be measured.
fn main() -> Result<ExitCode> {
    let built = potbridge_bundler::build(&Workspace::find()?, &[Program::HOST])?;
    let artifacts = Artifacts::in_folder(&built).context("the bundler left something out")?;
    let grounds = Grounds::beside(&artifacts.host)?;
    let peers = Peers::prepare(&grounds)?;
    let mut table = Table::default();
    note("measuring; a busy machine makes the figures worse and the spread wide");

    let mut failures = Vec::new();
    let mut measure = |what: &str, measured: &mut dyn FnMut(&mut Table) -> Result<()>| {
        if let Err(error) = measured(&mut table) {
            failures.push(format!("not measured: {what}: {error:#}"));
        }
    };
    measure("the host's start", &mut |table| start::measure(&artifacts, &grounds, &peers, table));
    measure("the host's memory", &mut |table| idle::measure(&artifacts, &grounds, &peers, table));
    measure("storing a token", &mut |table| store::measure(&artifacts, &grounds, table));
    for family in Family::ALL {
        measure(family.name(), &mut |table| delivery::measure(family, &artifacts, &grounds, &peers, table));
    }
    measure("observe", &mut |table| observe::measure(&artifacts, &grounds, &peers, table));
    measure("the wasm", &mut |table| bundle::measure(&artifacts, table));
    measure("potbridge get", &mut |table| get::measure(&artifacts, &grounds, &peers, table));

    write!(stdout(), "{}\n{table}", machine::description(&grounds, &peers))?;
    for failure in &failures {
        note(failure);
    }
    Ok(if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
