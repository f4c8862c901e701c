//! The commands after a change: each is due until it was started.

use super::Delivery;
use super::lock::{PATIENT, Purpose, SinkLock};
use super::sink::Retry;
use super::unnoted;
use crate::config::SinkConfig;
use potbridge_protocol::sink_report::{SinkOutcome, SinkReport};
use potbridge_protocol::{Code, Problem};
use potbridge_system::subprocess::{Afterwards, Subprocess};
use std::time::Duration;

/// The time limit of a command after a change: long enough to fetch a container image.
const UPDATE_LIMIT: Duration = Duration::from_secs(600);

/// How often in a row a command is run because of changes that came while it ran.
const ROUNDS: usize = 3;

/// The result of running a command after a change.
#[derive(Debug)]
pub struct Updated {
    /// The sink's last report, with a warning if the command failed.
    pub report: SinkReport,
    /// If the command is still due: when to retry.
    pub retry: Option<Retry>,
}

impl Delivery<'_> {
    /// Whether a command is to be run after a change of a sink.
    #[must_use]
    pub fn update_is_due(self, sink: &SinkConfig) -> bool {
        let noted = || {
            self.store().update_is_due(sink).unwrap_or_else(|error| {
                self.log_error(sink, "whether its command is due is not known", Err(error));
                false
            })
        };
        sink.on_update.is_some() && (unnoted::is_due(sink) || noted())
    }

    /// Runs the command after a change of a sink, and once more if another process changed the sink while it ran and waits for
    /// it no longer. Gives the last report.
    pub(super) fn update_until_done(self, sink: &SinkConfig, mut report: SinkReport) -> SinkReport {
        for _ in 0..ROUNDS {
            let Some(updated) = self.update(sink, Some(&report)) else { break };
            report = updated.report;
            if updated.retry.is_some() {
                break;
            }
        }
        report
    }

    /// Runs the command after a change of a sink, if it is still due.
    ///
    /// `last` is the sink's last report, if the caller has it. A command that could not be started stays due. One that was
    /// started and failed is not run again before the next change: what it does is its own affair, and to do it twice may
    /// do harm.
    #[must_use]
    pub fn update(self, sink: &SinkConfig, last: Option<&SinkReport>) -> Option<Updated> {
        let command = sink.on_update.as_ref()?;
        if !self.update_is_due(sink) {
            return None;
        }
        let _lock = match SinkLock::take(self.dirs, sink, Purpose::Update, PATIENT) {
            SinkLock::Taken(failure) => {
                return Some(self.updated(sink, last, Some(failure.problem), Some(Retry::Soon)));
            }
            lock => lock,
        };
        // Another process may have done it meanwhile.
        if !self.begin(sink) {
            return None;
        }
        let mut was_started = false;
        let result = command.run_and_tell(b"", &[], UPDATE_LIMIT, Afterwards::GoesOn, || {
            was_started = true;
            self.started(sink);
        });
        let retry = (!was_started).then_some(Retry::Soon);
        let problem = result.err().map(|error| {
            let again = if was_started { "" } else { ". It will be tried again" };
            let problem = Problem::new(Code::UpdateFailed, format!("{error}{again}"));
            Problem { hint: error.hint().map(str::to_owned), ..problem }
        });
        Some(self.updated(sink, last, problem, retry))
    }

    /// Starts the command after a change of a sink, if it is due, and does not wait for it: it outlives this program.
    pub(super) fn launch_update(self, sink: &SinkConfig, command: &Subprocess) {
        if !self.update_is_due(sink) || !self.begin(sink) {
            return;
        }
        match command.launch() {
            Ok(()) => self.started(sink),
            // It stays due.
            Err(error) => log::error!("the command after a change of {} failed: {error}", sink.log_name()),
        }
    }

    /// Whether a command is to be started now.
    fn begin(self, sink: &SinkConfig) -> bool {
        let noted = self.store().begin_update(sink).unwrap_or_else(|error| {
            self.log_error(sink, "that its command is started cannot be noted", Err(error));
            false
        });
        noted || unnoted::is_due(sink)
    }

    fn started(self, sink: &SinkConfig) {
        unnoted::forget(sink);
        self.log_error(
            sink,
            "that its command was started cannot be noted",
            self.store().update_started(sink),
        );
    }

    /// The report after a command: the sink's last one, with a warning if there is a problem.
    fn updated(
        self,
        sink: &SinkConfig,
        last: Option<&SinkReport>,
        problem: Option<Problem>,
        retry: Option<Retry>,
    ) -> Updated {
        let stored = || {
            self.store().last_report(sink).unwrap_or_else(|error| {
                self.log_error(sink, "its last report is not known", Err(error));
                None
            })
        };
        let report = last.cloned().or_else(stored);
        let mut report = report.unwrap_or_else(|| sink.report(SinkOutcome::Written, Vec::new()));
        report.warnings.retain(|warning| warning.code != Code::UpdateFailed);
        if let Some(Problem { message, hint, .. }) = problem {
            // Its message may hold the arguments of a command, and a secret may be among them.
            log::warn!("{}: {}: see `potbridge status`", sink.log_name(), Code::UpdateFailed);
            let message = format!("{} has the new values, but {message}", report.place);
            report.warnings.push(Problem { code: Code::UpdateFailed, message, hint });
        }
        self.log_error(sink, "what its command did cannot be noted", self.store().replace_report(&report));
        Updated { report, retry }
    }
}
