//! `potbridge status`

use super::{say, say_json};
use crate::error::Error;
use crate::status::status;
use clap::Args;
use potbridge_protocol::messages::from_host::{self, SinkState};
use potbridge_protocol::sink_report::SinkOutcome;
use potbridge_protocol::{Counters, TokenInfo};
use potbridge_system::clock;
use potbridge_system::dirs::Dirs;
use std::io::Write;

/// Says what was captured, for which video and until when, where it was written, and what is connected.
#[derive(Debug, Args)]
pub(super) struct Status {
    /// Print it as JSON
    #[arg(long)]
    json: bool,
}

impl Status {
    pub(super) fn run(self, stdout: &mut impl Write) -> Result<(), Error> {
        let status = status(&Dirs::of_environment()?, None, u32::MAX);
        if self.json { say_json(stdout, &status) } else { print(stdout, &status) }
    }
}

fn print(to: &mut impl Write, status: &from_host::Status) -> Result<(), Error> {
    let now = clock::now_ms();
    for problem in &status.problems {
        say(to, format!("Problem: {}", problem.message))?;
    }
    say(to, format!("Tokens: {}", none_or(status.tokens.is_empty(), "the newest first")))?;
    for label in &status.tokens {
        say(to, format!("  {}", token_line(label, now)))?;
    }
    if status.counters != Counters::default() {
        say(to, format!("Not delivered: {}", counters_line(&status.counters)))?;
    }
    say(to, format!("Sinks: {}", none_or(status.sinks.is_empty(), &status.config)))?;
    for sink in &status.sinks {
        say(to, format!("  {}", sink_line(sink, now)))?;
    }
    say(to, format!("Connected: {}", none_or(status.connected.is_empty(), "")))?;
    for browser in &status.connected {
        let since = clock::local(browser.since, now);
        say(to, format!("  {} since {since}, extension {}", browser.browser, browser.version))?;
    }
    Ok(())
}

fn none_or(none: bool, text: &str) -> &str {
    if none { "none" } else { text }
}

fn token_line(label: &TokenInfo, now: u64) -> String {
    let video = label.video_id.as_ref().map_or("an unnamed video", |id| id.as_str());
    let good = if now < label.fresh_until {
        format!(
            "fresh until {}, gone at {}",
            clock::local(label.fresh_until, now),
            clock::local(label.expires_at, now)
        )
    } else {
        format!("no longer fresh, gone at {}", clock::local(label.expires_at, now))
    };
    format!(
        "{}  for {video} ({})  {} {}  {}, {}  {good}",
        label.fingerprint,
        label.certainty.as_str(),
        label.client.as_deref().unwrap_or("unknown client"),
        label.context,
        label.source.as_str(),
        clock::ago(label.captured_at, now),
    )
}

fn counters_line(counters: &Counters) -> String {
    let Counters { cold_start, fallback, malformed, unreadable } = counters;
    format!(
        "{cold_start} cold-start tokens, {fallback} fallback tokens, {malformed} malformed ones, {unreadable} requests \
         that could not be read"
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
        SinkOutcome::Pending => format!("{place}  under way since {at}"),
        SinkOutcome::Failed(notice) => format!("{place}  failed at {at}: {}", notice.message),
    }
}
