//! `potbridge-bundler`: builds and packs potbridge from its source.

use clap::Parser as _;
use potbridge_bundler::cli::Cli;
use std::process::ExitCode;

fn main() -> ExitCode {
    match Cli::parse().run(&mut std::io::stdout()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            if let Some(hint) = error.hint() {
                eprintln!("hint: {hint}");
            }
            ExitCode::FAILURE
        }
    }
}
