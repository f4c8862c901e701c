//! The command line: a file for each command, with its arguments.

mod install;
mod start;
mod uninstall;

use crate::error::Result;
use clap::{Parser, Subcommand};
use std::io::Write;

/// Starts, installs and removes potbridge, which puts YouTube's PO tokens from your own browser where your backend reads them
#[derive(Debug, Parser)]
#[command(version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Start(start::Start),
    Install(install::Install),
    Uninstall(uninstall::Uninstall),
}

impl Cli {
    /// Runs the command. Its results go to `out`.
    ///
    /// # Errors
    /// If the command fails.
    pub fn run(self, out: &mut dyn Write) -> Result<()> {
        match self.command {
            Command::Start(command) => command.run(out),
            Command::Install(command) => command.run(out),
            Command::Uninstall(command) => command.run(out),
        }
    }
}
