//! `doctor`: says what is wrong, and what to do about it.

use super::output;
use crate::doctor::report::Report;
use crate::doctor::{fix, look};
use crate::error::{Error, Result};
use clap::Args;
use std::io::Write;

/// Says whether each part works, from the browser to yt-dlp, and what fixes what does not
///
/// The exit code is 0 if all is well, 1 if something is wrong, 3 if nothing is wrong and something cannot be told. Without
/// --fix nothing is changed.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  potbridge-setup doctor
  potbridge-setup doctor --fix")]
pub(super) struct Doctor {
    /// Do what is safe: register again, close files to others, restore what is missing; then look again
    #[arg(long)]
    fix: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Doctor {
    /// Looks, does what `--fix` allows, and looks again.
    pub(super) fn run(self, out: &mut dyn Write) -> Result<u8> {
        let mut rows = look()?;
        let mut fixed = Vec::new();
        if self.fix {
            fixed = fix::fix(&rows);
            if !fixed.is_empty() {
                rows = look()?;
            }
        }
        let report = Report::new(&rows, &fixed);
        match report.not_well() {
            Some(problem) if self.json => output::say_failure(out, &problem, &report)?,
            None if self.json => output::say_success(out, &report)?,
            _ => report.write(out).map_err(Error::Stdout)?,
        }
        Ok(report.exit_code())
    }
}
