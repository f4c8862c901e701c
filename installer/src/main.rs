//! `potbridge-setup`: starts, installs and removes potbridge.

use clap::Parser as _;
use potbridge_setup::cli::Cli;
use std::io::stdout;
use std::process::ExitCode;

fn main() -> ExitCode {
    match Cli::parse().run(&mut stdout()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => error.report(),
    }
}
