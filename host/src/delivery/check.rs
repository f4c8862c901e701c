//! Tries sinks: writes the newest token, or looks whether they can be read.

use super::Delivery;
use crate::config::{Config, Sink, SinkConfig, VariableName};
use potbridge_protocol::sink_report::{SinkOutcome, SinkReport};
use potbridge_protocol::{Code, Problem};

impl Delivery<'_> {
    /// Delivers the newest token to every sink of the configuration. A sink that gets none is only looked at.
    #[must_use]
    pub fn check(self, config: &Config) -> Vec<SinkReport> {
        let mut reports = self.deliver(config);
        for sink in &config.sinks {
            let is_of_sink =
                |report: &SinkReport| report.kind == sink.sink.kind() && report.place == sink.sink.place();
            if !reports.iter().any(is_of_sink) {
                reports.push(looked_at(sink));
            }
        }
        reports
    }
}

fn looked_at(sink: &SinkConfig) -> SinkReport {
    let names: Vec<_> = sink.vars.keys().map(VariableName::as_str).collect();
    let missing = match &sink.sink {
        Sink::EnvFile(file) => file.path.parent().filter(|folder| !folder.is_dir()),
        _ => None,
    };
    let outcome = match (missing, sink.sink.look(&names)) {
        (Some(folder), _) => {
            let problem =
                Problem::new(Code::FolderMissing, format!("the folder {} is missing", folder.display()));
            SinkOutcome::Failed(problem.with_hint("create it, or correct the path"))
        }
        (None, Err(failure)) => SinkOutcome::Failed(failure.problem),
        (None, Ok(_)) => SinkOutcome::Unchanged,
    };
    sink.report(outcome, Vec::new())
}
