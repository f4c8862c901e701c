//! What the store and the sinks did, for the commands that write to them.

use super::output::{say, say_failure, say_success};
use crate::error::Error;
use potbridge_protocol::Problem;
use potbridge_protocol::sink_report::{SinkOutcome, SinkReport};
use potbridge_system::stderr;
use serde::Serialize;
use std::io::Write;

/// Says what each sink did. `done` is the verb of a sink that was written. `failed` is what else failed: the store.
///
/// # Errors
/// What else failed, and [`Error::Sinks`] if a sink failed.
pub(super) fn say_reports(
    to: &mut impl Write,
    failed: impl IntoIterator<Item = Problem>,
    reports: &[SinkReport],
    done: &str,
) -> Result<u8, Error> {
    for report in reports {
        match &report.outcome {
            SinkOutcome::Written => say(to, format!("{done} {}", place(report)))?,
            SinkOutcome::Unchanged => say(to, format!("unchanged: {}", place(report)))?,
            SinkOutcome::Pending | SinkOutcome::Failed(_) => {}
        }
        for warning in &report.warnings {
            stderr::warning(&warning.message, warning.hint.as_deref());
        }
    }
    failure(failed, reports).map_or(Ok(0), Err)
}

/// Prints the result for programs: a failure if something else or a sink failed. Gives the exit code.
pub(super) fn say_result(
    to: &mut impl Write,
    failed: impl IntoIterator<Item = Problem>,
    reports: &[SinkReport],
    result: &impl Serialize,
) -> Result<u8, Error> {
    match failure(failed, reports) {
        Some(error) => say_failure(to, &error.problem(), result).map(|()| error.exit_code()),
        None => say_success(to, result).map(|()| 0),
    }
}

fn failure(failed: impl IntoIterator<Item = Problem>, reports: &[SinkReport]) -> Option<Error> {
    let of_sink = |report: &SinkReport| match &report.outcome {
        SinkOutcome::Failed(problem) => Some(problem.clone()),
        _ => None,
    };
    let problems: Vec<_> = failed.into_iter().chain(reports.iter().filter_map(of_sink)).collect();
    (!problems.is_empty()).then_some(Error::Sinks(problems))
}

fn place(report: &SinkReport) -> String {
    place_in_words(&report.kind, &report.place)
}

/// A place, as people know it.
pub(super) fn place_in_words(kind: &str, place: &str) -> String {
    match kind {
        "keyring" => format!("the keyring, under {place}"),
        "command" => format!("`{place}`"),
        _ => place.to_owned(),
    }
}
