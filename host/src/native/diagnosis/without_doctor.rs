//! What the host knows itself, if `potbridge-setup doctor` does not say more.

use crate::status::{Asked, status};
use potbridge_protocol::Problem;
use potbridge_protocol::messages::from_host::SinkState;
use potbridge_system::dirs::Dirs;
use potbridge_system::printable::printable;
use std::env::consts::{ARCH, OS};

/// A short report in the doctor's form. It names no video and no token.
pub(super) fn text(dirs: &Dirs, why: &Problem) -> String {
    let status = status(dirs, None, Asked::Files, 0);
    let mut lines = vec![
        format!("potbridge {} on {OS} {ARCH}", status.version),
        format!("✗ potbridge-setup: {}", in_words(why)),
        format!("configuration: {}", status.config),
    ];
    lines.extend(status.problems.iter().map(|problem| format!("✗ {}", in_words(problem))));
    lines.extend(status.sinks.iter().flat_map(of_sink));
    lines.extend(status.connected.iter().map(|browser| {
        let paused = if browser.paused { ", paused" } else { "" };
        format!("✓ {} is connected, version {}{paused}", browser.browser, browser.version)
    }));
    lines.into_iter().map(|line| printable(&line).replace('\n', " ") + "\n").collect()
}

fn of_sink(sink: &SinkState) -> Vec<String> {
    let name = format!("{} {}", sink.kind, sink.place);
    let faults: Vec<_> = sink.faults().map(|fault| format!("✗ {name}: {}", in_words(&fault))).collect();
    if faults.is_empty() { vec![format!("✓ {name}")] } else { faults }
}

fn in_words(Problem { code, message, hint }: &Problem) -> String {
    let hint = hint.as_ref().map(|hint| format!(" → {hint}")).unwrap_or_default();
    format!("{message} ({code}){hint}")
}
