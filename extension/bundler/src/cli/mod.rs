//! The command line: a file for each command, with its arguments.

mod build;
mod package;
mod setup;
mod start;

use crate::error::Result;
use clap::{Parser, Subcommand};
use std::io::Write;

/// Builds the extension and the programs from their source, and packs them
#[derive(Debug, Parser)]
#[command(version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Build(build::Build),
    Package(package::Package),
    Start(start::Start),
    Setup(setup::Setup),
}

impl Cli {
    /// Runs the command. Its results go to `out`.
    ///
    /// # Errors
    /// If the command fails.
    pub fn run(self, out: &mut dyn Write) -> Result<()> {
        match self.command {
            Command::Build(command) => command.run(out),
            Command::Package(command) => command.run(out),
            Command::Start(command) => command.run(),
            Command::Setup(command) => command.run(),
        }
    }
}
