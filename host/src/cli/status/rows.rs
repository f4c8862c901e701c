//! What is known, as rows for people.

use super::table::{Mark, Row};
use crate::cli::sink_reports::place_in_words;
use potbridge_protocol::messages::from_host::{
    self, ConfiguredConsent, Connected, SinkContent, SinkState, UnknownPart,
};
use potbridge_protocol::sink_report::{SinkOutcome, SinkReport};
use potbridge_protocol::{Certainty, Context, Counters, Problem, TokenInfo};
use potbridge_system::browser::Family;
use potbridge_system::clock;
use potbridge_system::dirs::Dirs;

/// How many tokens are shown besides the newest. The JSON has all.
const OTHERS: usize = 4;

/// The rows of a status. `mended` are the native manifests that were led to this program.
pub(super) fn rows(status: &from_host::Status, mended: &[Problem], now: u64) -> Vec<Row> {
    let mended = mended.iter().map(|problem| Row::new(Mark::Well, "Mended", problem.message.clone()));
    let problems = [(&status.problems, "Problem"), (&status.registrations, "Browser")];
    let problems = problems.into_iter().flat_map(|(problems, name)| {
        let row = move |problem: &Problem| Row::new(Mark::Fault, name, problem.message.clone());
        problems.iter().map(move |problem| row(problem).with_fix(problem.hint.as_deref()))
    });
    let mut rows: Vec<_> = mended.chain(problems).collect();
    rows.extend(browsers(&status.connected, now));
    rows.push(tokens(status, now));
    if status.counters != Counters::default() {
        rows.push(Row::new(Mark::None, "Not used", counters(&status.counters)));
    }
    let are_known = !status.unknown.contains(&UnknownPart::Sinks);
    match (are_known, status.sinks.is_empty()) {
        (true, false) => {}
        (true, true) => rows.push(
            Row::new(Mark::None, "Place", "none: tokens are written nowhere")
                .with_fix(Some("potbridge sink add env-file PATH")),
        ),
        (false, true) => rows.push(Row::new(Mark::None, "Place", "unknown")),
        (false, false) => rows.push(Row::new(Mark::None, "Place", "those that can be told:")),
    }
    rows.extend(status.sinks.iter().map(|sink| place(sink, now)));
    rows.extend(on_demand(status.consent));
    rows.push(Row::new(Mark::None, "Settings", status.config.clone()));
    rows
}

fn browsers(connected: &[Connected], now: u64) -> Vec<Row> {
    if connected.is_empty() {
        // An account without folders is among the problems.
        let lacking = Dirs::of_environment().ok().and_then(|dirs| dirs.lacking_variable());
        let text = lacking.map_or_else(
            || "none is connected".to_owned(),
            |variable| format!("none is connected, as far as can be told without {variable}"),
        );
        return vec![Row::new(Mark::None, "Browser", text)];
    }
    let row = |browser: &Connected| {
        let family = [Family::Chromium, Family::Firefox]
            .into_iter()
            .find(|family| family.name() == browser.browser.as_str())
            .map_or(browser.browser.as_str(), |family| family.display_name());
        let named =
            browser.product.as_ref().map_or_else(|| family.to_owned(), |one| one.as_str().replace('/', " "));
        let own = if browser.unattended { "potbridge's own " } else { "" };
        let since = clock::local(browser.since, now);
        let paused = if browser.paused { ", paused" } else { "" };
        let mark = if browser.paused { Mark::None } else { Mark::Well };
        Row::new(
            mark,
            "Browser",
            format!("{own}{named}, extension {}, since {since}{paused}", browser.version),
        )
    };
    connected.iter().map(row).collect()
}

fn tokens(status: &from_host::Status, now: u64) -> Row {
    let Some(newest) = status.tokens.first() else {
        let text = match (status.unknown.contains(&UnknownPart::Tokens), status.problems.is_empty()) {
            (false, _) => "none",
            (true, true) => "in the memory of the browser's host, where no command can read them",
            (true, false) => "unknown",
        };
        return Row::new(Mark::None, "Tokens", text);
    };
    let fresh = status.tokens.iter().filter(|token| now < token.fresh_until).count();
    let (mark, count) = match fresh {
        0 => (Mark::None, "none is fresh".to_owned()),
        fresh => (Mark::Well, format!("{fresh} fresh")),
    };
    let mut row = Row::new(mark, "Tokens", format!("{count} · newest {}", token(newest, now)));
    row.below.extend(status.tokens.iter().skip(1).take(OTHERS).map(|other| token(other, now)));
    let more = status.tokens.len().saturating_sub(1 + OTHERS);
    if more > 0 {
        row.below.push(format!("{more} more: potbridge status --json"));
    }
    row
}

fn token(token: &TokenInfo, now: u64) -> String {
    let certainty = match token.certainty {
        Certainty::Certain => "",
        Certainty::Probable => "probably ",
        Certainty::Guess => "perhaps ",
    };
    let video = token
        .video_id
        .as_ref()
        .map_or_else(|| "for an unknown video".to_owned(), |id| format!("{certainty}for {id}"));
    let use_ = match token.context {
        Context::Gvs => "media",
        Context::Player => "player requests",
        Context::Subs => "subtitles",
    };
    let client = token.client.as_ref().map_or_else(String::new, |client| format!(" of {client}"));
    let private = if token.private { ", in a private window" } else { "" };
    let until = if now < token.fresh_until {
        format!("until {}", clock::local(token.fresh_until, now))
    } else {
        format!("perhaps until {}", clock::local(token.expires_at, now))
    };
    format!(
        "{} {video} ({use_}{client}), {} {}{private}, {until}",
        token.fingerprint,
        token.source.as_str(),
        clock::ago(token.captured_at, now)
    )
}

fn counters(counters: &Counters) -> String {
    let Counters { cold_start, fallback, malformed, unreadable } = counters;
    format!(
        "{cold_start} temporary tokens, {fallback} tokens that YouTube does not accept, {malformed} malformed ones, \
         {unreadable} unreadable requests"
    )
}

fn place(sink: &SinkState, now: u64) -> Row {
    let faults: Vec<_> = sink.faults().collect();
    let warnings: Vec<_> =
        sink.last.iter().flat_map(|last| &last.warnings).filter(|one| !faults.contains(*one)).collect();
    let mark = match (faults.is_empty(), warnings.is_empty()) {
        (false, _) => Mark::Fault,
        (true, false) => Mark::Warning,
        (true, true) => match sink.now {
            Some(SinkContent::Newest) => Mark::Well,
            // A program, the keyring: what was written last counts.
            None if sink.last.as_ref().is_some_and(has_written) => Mark::Well,
            _ => Mark::None,
        },
    };
    let mut text = vec![state(sink, now)];
    // What a place holds tells the problem with it.
    let is_told = |now: SinkContent| now != SinkContent::Unreadable;
    if let Some(problem) = sink.problem.as_ref().filter(|_| !sink.now.is_some_and(is_told)) {
        text.push(problem.message.clone());
    }
    let update = sink.last.iter().flat_map(|last| &last.warnings);
    text.extend(update.map(|warning| warning.message.clone()));
    let mut row = Row::new(mark, "Place", text.join("; "));
    row.which = Some(place_in_words(&sink.kind, &sink.place));
    for problem in faults.iter().chain(warnings) {
        row = row.with_fix(problem.hint.as_deref());
    }
    row
}

/// What a place holds, and what was done to it last.
fn state(sink: &SinkState, now: u64) -> String {
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
        None => last_words(sink.last.as_ref(), now),
        Some(holds) if sink.last.is_none() => holds,
        Some(holds) => format!("{holds}; {}", last_words(sink.last.as_ref(), now)),
    }
}

/// Whether programs may have videos opened. Of a configuration that cannot be read the problem is said.
fn on_demand(consent: ConfiguredConsent) -> Option<Row> {
    let text = match consent {
        ConfiguredConsent::Given => "programs may have videos opened",
        ConfiguredConsent::Refused => "off in the configuration",
        ConfiguredConsent::Unset => "not decided here: each browser asks its own user",
        ConfiguredConsent::Unknown => return None,
    };
    let row = Row::new(Mark::None, "On demand", text);
    Some(match consent {
        ConfiguredConsent::Refused => row.with_fix(Some("potbridge config set on_demand.allow true")),
        _ => row,
    })
}

fn has_written(report: &SinkReport) -> bool {
    matches!(report.outcome, SinkOutcome::Written | SinkOutcome::Unchanged)
}

fn last_words(last: Option<&SinkReport>, now: u64) -> String {
    let Some(last) = last else { return "nothing saved yet".to_owned() };
    let at = clock::local(last.at, now);
    match &last.outcome {
        SinkOutcome::Written => format!("saved {at}"),
        SinkOutcome::Unchanged => format!("up to date at {at}"),
        SinkOutcome::Pending => format!("being saved since {at}"),
        SinkOutcome::Failed(problem) => format!("failed at {at}: {}", problem.message),
    }
}
