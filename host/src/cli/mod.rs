//! The commands: a file for each, with its arguments.

mod address;
mod browser;
mod clear;
pub mod completions;
mod config;
mod download;
mod get;
mod output;
mod put;
mod run;
mod serve;
mod sink;
mod sink_reports;
mod status;
mod stdout;

use crate::config::Config;
use crate::error::Error;
use crate::store::TokenStore;
use clap::{CommandFactory as _, Parser, Subcommand};
use potbridge_protocol::{Context, VideoId};
use potbridge_system::command_line;
use potbridge_system::dirs::Dirs;
use potbridge_system::log_file;
use std::env::args_os;
use std::io::{self, Write};
use std::process::ExitCode;
use stdout::Stdout;

/// Takes YouTube's PO tokens from your browser to the backend that needs them
///
/// Exit codes: 0 done, 1 failed, 2 wrong command line, 3 nothing to give, 4 refused as unsafe.
#[derive(Debug, Parser)]
#[command(
    name = "potbridge",
    version,
    arg_required_else_help = true,
    after_help = "\
Examples:
  potbridge status
  potbridge sink add env-file /srv/yt-dl-backend/.env
  potbridge run --watch -- npm run dev"
)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Get(get::Get),
    Put(put::Put),
    Status(status::Status),
    Clear(clear::Clear),
    Run(run::Run),
    Download(download::Download),
    Serve(serve::Serve),
    Browser(browser::Browser),
    Sink(sink::SinkCommand),
    Config(config::ConfigCommand),
    Completions(completions::Completions),
}

/// The definitions of the commands, for man pages and completions.
#[must_use]
pub fn command() -> clap::Command {
    CommandLine::command()
}

/// Runs the command that the command line names.
#[must_use]
pub fn run() -> ExitCode {
    let stdout = &mut Stdout::new();
    match CommandLine::try_parse() {
        Ok(CommandLine { command }) => command.run(stdout),
        Err(error) if command_line::is_help(&error) => error.exit(),
        Err(error) => {
            let arguments = || args_os().skip(1);
            let problem = command_line::problem(&CommandLine::command(), arguments(), &error);
            let error = Error::Problem(problem);
            output::report(stdout, &error, command_line::asks_for_json(arguments()));
            ExitCode::from(error.exit_code())
        }
    }
}

impl Command {
    fn run(self, stdout: &mut impl Write) -> ExitCode {
        let json = self.prints_json();
        self.begin_log();
        match self.exit_code(stdout) {
            Ok(code) => ExitCode::from(code),
            // Whoever read this has seen enough.
            Err(Error::Io { source, .. }) if source.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
            Err(error) => {
                output::report(stdout, &error, json);
                ExitCode::from(error.exit_code())
            }
        }
    }

    fn exit_code(self, stdout: &mut impl Write) -> Result<u8, Error> {
        match self {
            Self::Get(command) => command.run(stdout).map(|()| 0),
            Self::Put(command) => command.run(stdout),
            Self::Status(command) => command.run(stdout),
            Self::Clear(command) => command.run(stdout),
            Self::Run(command) => command.run(),
            Self::Download(command) => command.run(stdout),
            Self::Serve(command) => command.run(stdout).map(|()| 0),
            Self::Browser(command) => command.run(stdout).map(|()| 0),
            Self::Sink(command) => command.run(stdout),
            Self::Config(command) => command.run(stdout).map(|()| 0),
            Self::Completions(command) => command.run(stdout).map(|()| 0),
        }
    }

    /// Begins to log. Only for commands that run for long the configuration is asked how much.
    fn begin_log(&self) {
        let (name, runs_long) = match self {
            Self::Get(_) => ("get", false),
            Self::Put(_) => ("put", false),
            Self::Status(_) => ("status", false),
            Self::Clear(_) => ("clear", false),
            Self::Run(_) => ("run", true),
            Self::Download(_) => ("download", true),
            Self::Serve(_) => ("serve", true),
            Self::Browser(command) => ("browser", command.runs_long()),
            Self::Sink(_) => ("sink", false),
            Self::Config(_) => ("config", false),
            Self::Completions(_) => ("completions", false),
        };
        // A command that needs the folders says what is wrong with them.
        let Ok(dirs) = Dirs::of_environment() else { return };
        log_file::begin(&dirs, name);
        // As it says what is wrong with the configuration.
        if runs_long && let Ok(config) = Config::load(&dirs.config) {
            log_file::set_level(config.log_level);
        }
    }

    fn prints_json(&self) -> bool {
        match self {
            Self::Get(command) => command.prints_json(),
            Self::Put(command) => command.json,
            Self::Status(command) => command.json,
            Self::Clear(command) => command.json,
            Self::Download(command) => command.json,
            Self::Serve(command) => command.json,
            Self::Browser(command) => command.prints_json(),
            Self::Sink(command) => command.json,
            Self::Config(command) => command.json,
            // Standard output is the command's own.
            Self::Run(_) | Self::Completions(_) => false,
        }
    }
}

/// What most commands begin with.
fn open() -> Result<(Dirs, Config, TokenStore), Error> {
    let dirs = Dirs::of_environment()?;
    let config = Config::load(&dirs.config)?;
    let store = TokenStore::open(&config.store, &dirs)?;
    Ok((dirs, config, store))
}

fn video(text: &str) -> Result<VideoId, String> {
    let page = address::page(text).ok();
    page.and_then(|page| page.video_id)
        .ok_or_else(|| "neither a video's id (11 characters) nor the address of its page".to_owned())
}

fn context(text: &str) -> Result<Context, String> {
    text.parse().map_err(|error: potbridge_protocol::context::NotAContext| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        CommandLine::command().debug_assert();
    }
}
