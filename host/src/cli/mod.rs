//! What a person can ask for: one file a command.

mod clear;
mod config;
mod download;
mod get;
mod put;
mod run;
mod serve;
mod status;

use crate::config::Config;
use crate::error::Error;
use crate::store::TokenStore;
use clap::{Parser, Subcommand};
use potbridge_protocol::sink_report::{SinkOutcome, SinkReport};
use potbridge_protocol::youtube::Page;
use potbridge_protocol::{Context, VideoId};
use potbridge_system::dirs::Dirs;
use std::io::{self, Write};
use std::process::ExitCode;

/// Takes YouTube's PO tokens from your browser to the backend that needs them.
///
/// Exit codes: 0 done, 1 failed, 2 wrong command line, 3 nothing to give, 4 refused as unsafe.
#[derive(Debug, Parser)]
#[command(name = "potbridge", version, arg_required_else_help = true)]
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
    Config(config::ConfigCommand),
}

/// Runs the command that the command line names.
#[must_use]
pub fn run() -> ExitCode {
    let stdout = &mut io::stdout().lock();
    let result = match CommandLine::parse().command {
        Command::Get(get) => get.run(stdout),
        Command::Put(put) => put.run(stdout),
        Command::Status(status) => status.run(stdout),
        Command::Clear(clear) => clear.run(stdout),
        Command::Run(run) => match run.run() {
            Ok(code) => return ExitCode::from(code),
            Err(error) => Err(error),
        },
        Command::Download(download) => download.run(stdout),
        Command::Serve(serve) => serve.run(stdout),
        Command::Config(config) => config.run(stdout),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever read this has seen enough.
        Err(Error::Io { source, .. }) if source.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "potbridge: {error}");
            say_hint(error.hint().as_deref());
            ExitCode::from(error.exit_code())
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

/// Writes a line on the standard output.
fn say(to: &mut impl Write, line: impl std::fmt::Display) -> Result<(), Error> {
    writeln!(to, "{line}").map_err(cannot_print)
}

/// Writes JSON on the standard output.
fn say_json(to: &mut impl Write, value: &impl serde::Serialize) -> Result<(), Error> {
    serde_json::to_writer_pretty(&mut *to, value).map_err(|error| cannot_print(error.into()))?;
    say(to, "")
}

/// Writes JSON on the standard output, in a line.
fn say_json_line(to: &mut impl Write, value: &impl serde::Serialize) -> Result<(), Error> {
    let line = serde_json::to_string(value).map_err(|error| cannot_print(error.into()))?;
    say(to, line).and_then(|()| to.flush().map_err(cannot_print))
}

/// Says on the standard error what to do, if that is known.
fn say_hint(hint: Option<&str>) {
    for line in hint.unwrap_or_default().lines() {
        let _ = writeln!(io::stderr(), "hint: {line}");
    }
}

fn cannot_print(source: io::Error) -> Error {
    Error::Io { what: "the answer cannot be printed".to_owned(), source }
}

/// Says what each sink did, and fails where one did.
fn say_reports(to: &mut impl Write, reports: &[SinkReport], done: &str) -> Result<(), Error> {
    for report in reports {
        match &report.outcome {
            SinkOutcome::Written => say(to, format!("{done} {}", at(report)))?,
            SinkOutcome::Unchanged => say(to, format!("unchanged: {}", at(report)))?,
            SinkOutcome::Pending | SinkOutcome::Failed(_) => {}
        }
        for warning in &report.warnings {
            let _ = writeln!(io::stderr(), "potbridge: warning: {}", warning.message);
            say_hint(warning.hint.as_deref());
        }
    }
    failed(reports)
}

fn at(report: &SinkReport) -> String {
    match report.kind.as_str() {
        "keyring" => format!("the keyring, under {}", report.place),
        "command" => format!("`{}`", report.place),
        _ => report.place.clone(),
    }
}

/// The error that a command ends with where a sink failed.
fn failed(reports: &[SinkReport]) -> Result<(), Error> {
    let failures: Vec<_> = reports
        .iter()
        .filter_map(|report| match &report.outcome {
            SinkOutcome::Failed(problem) => Some(problem.clone()),
            _ => None,
        })
        .collect();
    if failures.is_empty() { Ok(()) } else { Err(Error::Sinks(failures)) }
}

fn video(text: &str) -> Result<VideoId, String> {
    Page::video_of(text)
        .ok_or_else(|| "neither a video's id (11 characters) nor the address of its page".to_owned())
}

fn context(text: &str) -> Result<Context, String> {
    text.parse().map_err(|error: potbridge_protocol::context::NotAContext| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_well_formed() {
        CommandLine::command().debug_assert();
    }
}
