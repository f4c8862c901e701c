//! `potbridge-setup`: starts, installs and removes potbridge.

use clap::{CommandFactory as _, Parser as _};
use potbridge_setup::cli::Cli;
use potbridge_system::{command_line, stderr};
use std::env::args_os;
use std::io::stdout;
use std::process::ExitCode;

fn main() -> ExitCode {
    match Cli::try_parse() {
        Ok(cli) => cli.run(&mut stdout()).map_or_else(|error| error.report(), |()| ExitCode::SUCCESS),
        Err(error) if command_line::is_help(&error) => error.exit(),
        Err(error) => {
            let problem = command_line::problem(&Cli::command(), args_os().skip(1), &error);
            stderr::error(&problem.message, problem.hint.as_deref());
            ExitCode::from(problem.code.exit_code())
        }
    }
}
