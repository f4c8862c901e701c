//! The command line: a file for each command, with its arguments.

mod doctor;
mod install;
mod list;
mod output;
mod start;
mod uninstall;

use crate::error::{Error, Result};
use clap::{CommandFactory as _, Parser, Subcommand};
use potbridge_system::command_line;
use std::env::args_os;
use std::io::{self, stdout};
use std::process::ExitCode;

/// Starts, installs and removes potbridge, which puts YouTube's PO tokens from your own browser where your backend reads them
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = "\
Examples:
  potbridge-setup install --env-file /srv/app/.env
  potbridge-setup doctor"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Start(start::Start),
    Install(install::Install),
    Doctor(doctor::Doctor),
    Uninstall(uninstall::Uninstall),
    List(list::List),
}

/// The definitions of the commands, for man pages and completions.
#[must_use]
pub fn command() -> clap::Command {
    Cli::command()
}

/// Runs the command that this process was given.
#[must_use]
pub fn run() -> ExitCode {
    let out = &mut stdout();
    let arguments = || args_os().skip(1);
    let json = command_line::asks_for_json(arguments());
    let ended = match Cli::try_parse() {
        Ok(cli) => cli.command.run(out),
        Err(error) if command_line::is_help(&error) => error.exit(),
        Err(error) => Err(Error::Problem(command_line::problem(&Cli::command(), arguments(), &error))),
    };
    match ended {
        Ok(code) => ExitCode::from(code),
        // Whoever read this has seen enough.
        Err(Error::Stdout(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            output::report(out, &error, json);
            ExitCode::from(error.code().exit_code())
        }
    }
}

impl Command {
    /// Runs the command. Its results go to `out`. Returns the exit code.
    fn run(self, out: &mut dyn io::Write) -> Result<u8> {
        match self {
            Self::Start(command) => command.run(out).map(|()| 0),
            Self::Install(command) => command.run(out),
            Self::Doctor(command) => command.run(out),
            Self::Uninstall(command) => command.run(out),
            Self::List(command) => command.run(out).map(|()| 0),
        }
    }
}
