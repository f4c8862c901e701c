//! `potbridge-bundler`: builds and packs potbridge from its source.

use clap::Parser as _;
use potbridge_bundler::cli::Cli;
use potbridge_system::stderr;
use std::process::ExitCode;

fn main() -> ExitCode {
    match Cli::parse().run(&mut std::io::stdout()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            stderr::error(&error.to_string(), error.hint());
            ExitCode::FAILURE
        }
    }
}
