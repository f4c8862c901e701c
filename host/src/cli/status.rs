//! `potbridge status`

use super::output::{say, say_success};
use crate::error::Error;
use crate::status::status;
use clap::Args;
use potbridge_protocol::messages::from_host::{self, SinkState};
use potbridge_protocol::sink_report::SinkOutcome;
use potbridge_protocol::{Counters, TokenInfo};
use potbridge_system::clock;
use potbridge_system::dirs::Dirs;
use std::io::Write;

/// Show the known tokens, where they were written, and the connected browsers
#[derive(Debug, Args)]
pub(super) struct Status {
    /// Print one JSON object
    #[arg(long)]
    pub(super) json: bool,
}

impl Status {
    pub(super) fn run(self, stdout: &mut impl Write) -> Result<(), Error> {
        let status = status(&Dirs::of_environment()?, None, u32::MAX);
        if self.json { say_success(stdout, &status) } else { print(stdout, &status) }
    }
}

fn print(to: &mut impl Write, status: &from_host::Status) -> Result<(), Error> {
    let now = clock::now_ms();
    for problem in &status.problems {
        say(to, format!("Problem: {}", problem.message))?;
        for hint in problem.hint.iter().flat_map(|hint| hint.lines()) {
            say(to, format!("  hint: {hint}"))?;
        }
    }
    say(to, format!("Tokens: {}", none_or(status.tokens.is_empty(), "the newest first")))?;
    for token in &status.tokens {
        say(to, format!("  {}", token_line(token, now)))?;
    }
    if status.counters != Counters::default() {
        say(to, format!("Not delivered: {}", counters_line(&status.counters)))?;
    }
    say(to, format!("Sinks: {}", none_or(status.sinks.is_empty(), &status.config)))?;
    for sink in &status.sinks {
        say(to, format!("  {}", sink_line(sink, now)))?;
        for warning in sink.last.iter().flat_map(|last| &last.warnings) {
            say(to, format!("    warning: {}", warning.in_full()))?;
        }
    }
    say(to, format!("Connected: {}", none_or(status.connected.is_empty(), "")))?;
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
    let Some(last) = &sink.last else {
        return format!("{place}  nothing written yet");
    };
    let at = clock::local(last.at, now);
    match &last.outcome {
        SinkOutcome::Written => format!("{place}  written at {at}"),
        SinkOutcome::Unchanged => format!("{place}  up to date at {at}"),
        SinkOutcome::Pending => format!("{place}  pending since {at}"),
        SinkOutcome::Failed(problem) => format!("{place}  failed at {at}: {}", problem.in_full()),
    }
}
