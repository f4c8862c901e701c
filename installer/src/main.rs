//! `potbridge-setup`: starts, installs and removes potbridge.

use clap::Parser as _;
use potbridge_setup::command_line::CommandLine;
use potbridge_setup::progress::note;
use std::io::stdout;
use std::process::ExitCode;

fn main() -> ExitCode {
    match CommandLine::parse().run(&mut stdout()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            note(&format!("error: {error}"));
            if let Some(hint) = error.hint() {
                note(&format!("hint: {hint}"));
            }
            ExitCode::from(error.exit_code())
        }
    }
}
