//! `potbridge status`

use super::output::{say, say_failure, say_success};
use crate::config::Config;
use crate::error::Error;
use crate::registration::{self, Registration, Repair};
use crate::status::{Asked, faults, has_fresh_token, status, without_dirs};
use clap::Args;
use potbridge_protocol::messages::from_host::{self, SinkContent, SinkState, UnknownPart};
use potbridge_protocol::sink_report::{SinkOutcome, SinkReport};
use potbridge_protocol::{Code, Counters, Problem, TokenInfo};
use potbridge_system::dirs::Dirs;
use potbridge_system::{clock, stderr};
use std::io::Write;
use std::thread;
use std::time::Duration;

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
            _ => print(stdout, &status, &mended)?,
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

fn print(to: &mut impl Write, status: &from_host::Status, mended: &[Problem]) -> Result<(), Error> {
    let now = clock::now_ms();
    let is_known = |part| !status.unknown.contains(&part);
    for Problem { message, .. } in mended {
        say(to, format!("Mended: {message}"))?;
    }
    for problem in status.problems.iter().chain(&status.registrations) {
        say(to, format!("Problem: {}", problem.message))?;
        for hint in problem.hint.iter().flat_map(|hint| hint.lines()) {
            say(to, format!("  hint: {hint}"))?;
        }
    }
    let of_tokens = match (is_known(UnknownPart::Tokens), status.problems.is_empty()) {
        (true, _) => none_or(status.tokens.is_empty(), "the newest first"),
        (false, true) => "in the memory of the browser's host, where no command can read them",
        (false, false) => "unknown",
    };
    say(to, format!("Tokens: {of_tokens}"))?;
    for token in &status.tokens {
        say(to, format!("  {}", token_line(token, now)))?;
    }
    if status.counters != Counters::default() {
        say(to, format!("Not delivered: {}", counters_line(&status.counters)))?;
    }
    let of_sinks = match (is_known(UnknownPart::Sinks), status.sinks.is_empty()) {
        (true, none) => none_or(none, &status.config),
        (false, true) => "unknown",
        (false, false) => "as far as they can be told",
    };
    say(to, format!("Sinks: {of_sinks}"))?;
    for sink in &status.sinks {
        say(to, format!("  {}", sink_line(sink, now)))?;
        if let Some(problem) = &sink.problem {
            say(to, format!("    problem: {}", problem.in_full()))?;
        }
        for warning in sink.last.iter().flat_map(|last| &last.warnings) {
            say(to, format!("    warning: {}", warning.in_full()))?;
        }
    }
    // An account without folders is among the problems.
    let lacking = Dirs::of_environment().ok().and_then(|dirs| dirs.lacking_variable());
    let of_browsers = match lacking {
        _ if !status.connected.is_empty() => String::new(),
        Some(variable) => format!("none, as far as can be told without {variable}"),
        None => "none".to_owned(),
    };
    say(to, format!("Connected: {of_browsers}"))?;
    for browser in &status.connected {
        let since = clock::local(browser.since, now);
        let own = if browser.unattended { ", potbridge's own" } else { "" };
        let paused = if browser.paused { ", paused" } else { "" };
        say(to, format!("  {}{own} since {since}, extension {}{paused}", browser.browser, browser.version))?;
    }
    Ok(())
}

fn none_or(none: bool, text: &str) -> &str {
    if none { "none" } else { text }
}

fn token_line(token: &TokenInfo, now: u64) -> String {
    let video = token.video_id.as_ref().map_or("an unknown video", |id| id.as_str());
    let good = if now < token.fresh_until {
        format!(
            "fresh until {}, expires at {}",
            clock::local(token.fresh_until, now),
            clock::local(token.expires_at, now)
        )
    } else {
        format!("no longer fresh, expires at {}", clock::local(token.expires_at, now))
    };
    format!(
        "{}  for {video} ({})  {} {}  {}, {}{}  {good}",
        token.fingerprint,
        token.certainty.as_str(),
        token.client.as_deref().unwrap_or("unknown client"),
        token.context,
        token.source.as_str(),
        clock::ago(token.captured_at, now),
        if token.private { ", in a private window" } else { "" },
    )
}

fn counters_line(counters: &Counters) -> String {
    let Counters { cold_start, fallback, malformed, unreadable } = counters;
    format!(
        "{cold_start} cold-start tokens, {fallback} fallback tokens, {malformed} malformed tokens, {unreadable} \
         unreadable requests"
    )
}

fn sink_line(sink: &SinkState, now: u64) -> String {
    let place = format!("{} {}", sink.kind, sink.place);
    let holds = match sink.now {
        // The last delivery tells it.
        None | Some(SinkContent::Unreadable) => None,
        Some(SinkContent::Newest) if sink.last.as_ref().is_some_and(has_written) => None,
        Some(SinkContent::Newest) => Some("holds the newest token".to_owned()),
        Some(SinkContent::Older) => Some("holds an older token".to_owned()),
        Some(SinkContent::Refused) => Some("holds a token that YouTube refused".to_owned()),
        Some(SinkContent::Expired { expires_at: None }) => Some("holds a token that has expired".to_owned()),
        Some(SinkContent::Expired { expires_at: Some(at) }) => {
            Some(format!("holds a token that expired at {}", clock::local(at, now)))
        }
        Some(SinkContent::Cleared) => Some("still holds a token that was cleared".to_owned()),
        Some(SinkContent::Other) => Some("holds another value".to_owned()),
        // As before the first delivery.
        Some(SinkContent::Empty | SinkContent::Gone) if sink.last.is_none() => None,
        Some(SinkContent::Empty) => Some("is empty".to_owned()),
        Some(SinkContent::Gone) => Some("is gone".to_owned()),
    };
    match holds {
        None => format!("{place}  {}", last_words(sink.last.as_ref(), now)),
        Some(holds) if sink.last.is_none() => format!("{place}  {holds}"),
        Some(holds) => format!("{place}  {holds}; {}", last_words(sink.last.as_ref(), now)),
    }
}

fn has_written(report: &SinkReport) -> bool {
    matches!(report.outcome, SinkOutcome::Written | SinkOutcome::Unchanged)
}

fn last_words(last: Option<&SinkReport>, now: u64) -> String {
    let Some(last) = last else { return "nothing written yet".to_owned() };
    let at = clock::local(last.at, now);
    match &last.outcome {
        SinkOutcome::Written => format!("written at {at}"),
        SinkOutcome::Unchanged => format!("up to date at {at}"),
        SinkOutcome::Pending => format!("pending since {at}"),
        SinkOutcome::Failed(problem) => format!("failed at {at}: {}", problem.in_full()),
    }
}
