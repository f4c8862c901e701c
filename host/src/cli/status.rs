//! `potbridge status`

mod rows;
mod table;
mod yt_dlp;

use super::output::{cannot_print, say_failure, say_success};
use crate::config::Config;
use crate::error::Error;
use crate::registration::{self, Registration, Repair};
use crate::status::{Asked, faults, has_fresh_token, status, without_dirs};
use clap::Args;
use potbridge_protocol::messages::from_host::{self, SinkState};
use potbridge_protocol::{Code, Problem};
use potbridge_system::dirs::Dirs;
use potbridge_system::{clock, stderr};
use rows::rows;
use std::io::Write;
use std::thread;
use std::time::Duration;
use table::{Mark, Row};

/// How soon after its capture a token is in every place. Milliseconds.
const DELIVERED_MS: u64 = 3000;

/// Show the known tokens, what each place holds, and the connected browsers
///
/// Native manifests that lead a browser to no program any more are led to this one, unless --check or --json is given.
///
/// With --check the exit code is for cron and health checks: 0 if all is well, 1 if something is wrong, which standard
/// error names, 3 if there is no fresh token. Without it, it is 1 if the configuration, the store or a folder is at fault,
/// so that something cannot be told.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  potbridge status
  potbridge status --check >/dev/null || echo \"look at potbridge\"")]
pub(super) struct Status {
    /// End with 0 only if all is well and there is a fresh token
    #[arg(long)]
    check: bool,
    /// Print one JSON object
    #[arg(long)]
    pub(super) json: bool,
}

impl Status {
    pub(super) fn run(self, stdout: &mut impl Write) -> Result<u8, Error> {
        // Python takes its time to start.
        let yt_dlp = if self.check || self.json {
            None
        } else {
            Dirs::of_environment().ok().map(|dirs| yt_dlp::ask(&dirs))
        };
        let (status, private_windows) = match Dirs::of_environment() {
            // What is wrong with the configuration is in the status.
            Ok(dirs) => {
                (gather(&dirs, self.check), Config::load(&dirs.config).is_ok_and(|c| c.private_windows))
            }
            Err(error) => (without_dirs(error), false),
        };
        // A program that asks changes nothing.
        let repair = if self.check || self.json { Repair::Tell } else { Repair::Mend };
        let Registration { mended, broken } = registration::look(repair, None);
        let status = from_host::Status { registrations: broken, ..status };
        let mut wrong = if self.check { faults(&status) } else { status.problems.clone() };
        let mut exit_code = u8::from(!wrong.is_empty());
        if self.check && wrong.is_empty() && !has_fresh_token(&status, private_windows) {
            let problem = Problem::new(Code::NoToken, "there is no fresh token");
            wrong.push(problem.with_hint("play a video in a browser that has the extension"));
            exit_code = Code::NoToken.exit_code();
        }
        match wrong.first() {
            Some(first) if self.json => say_failure(stdout, first, &status)?,
            None if self.json => say_success(stdout, &status)?,
            _ => {
                let mut rows = rows(&status, &mended, clock::now_ms());
                rows.extend(yt_dlp.and_then(|asked| asked.join().ok()));
                print(&status.version, &rows, has_fresh_token(&status, private_windows))?;
            }
        }
        if self.check && !self.json {
            for problem in &wrong {
                stderr::error(&problem.message, problem.hint.as_deref());
            }
        }
        Ok(exit_code)
    }
}

/// The status. A check waits for a delivery that is under way.
fn gather(dirs: &Dirs, check: bool) -> from_host::Status {
    loop {
        let status = status(dirs, None, Asked::Servers, u32::MAX);
        let newest = status.tokens.iter().map(|token| token.captured_at).max().unwrap_or_default();
        let lacks = |sink: &SinkState| {
            sink.problem.as_ref().is_some_and(|problem| problem.code == Code::SinkLacksToken)
        };
        let may_be_under_way = clock::now_ms() < newest.saturating_add(DELIVERED_MS);
        if !(check && may_be_under_way && status.sinks.iter().any(lacks)) {
            return status;
        }
        thread::sleep(Duration::from_millis(50));
    }
}

fn print(version: &str, rows: &[Row], has_fresh_token: bool) -> Result<(), Error> {
    let well = if has_fresh_token { (Mark::Well, "all is well") } else { (Mark::None, "no fresh token") };
    table::print(&format!("potbridge {version}"), well, rows).map_err(cannot_print)
}
