//! The rows of browsers: the way of each from its native manifest to the host's hello.

mod present;
mod way;
mod without_browser;

pub(super) use way::written_by;

use super::Facts;
use super::row::{Part, Registered, Row, State};
use crate::browsers::System;
use potbridge_protocol::{Code, Problem};

const PART: Part = Part::Browser;

/// A row for each browser that is here, and for each native manifest of one that is not.
pub(super) fn rows(facts: &Facts) -> Vec<Row> {
    let present = facts.machine.present();
    let mut looked_at = Vec::new();
    let mut rows: Vec<_> =
        present.iter().flat_map(|found| present::rows(found, facts, &mut looked_at)).collect();
    let gone = without_browser::gone(facts, &present, &mut looked_at);
    rows.extend(without_browser::elsewhere(facts, &looked_at));
    if rows.is_empty() && gone.is_empty() {
        let message = "no browser that potbridge knows is on this machine";
        let hint = "install one, or name its folder: potbridge-setup install --manifest-dir FOLDER";
        rows.push(Row::fault(PART, "browsers", Problem::new(Code::BrowserMissing, message).with_hint(hint)));
    }
    soften(&mut rows);
    rows.extend(gone);
    if facts.machine.system != System::Linux && !registered(&rows).is_empty() {
        let message = "whether a policy forbids the host or the extension is not looked at on this system";
        let problem = Problem::new(Code::PolicyBlocks, message)
            .with_hint("chrome://policy and about:policies show the policies");
        rows.push(Row::unknown(PART, "policies", problem));
    }
    rows
}

/// The browsers that are registered, or that `install` registered.
pub(super) fn registered(rows: &[Row]) -> Vec<&Registered> {
    let mut all: Vec<&Registered> = Vec::new();
    for one in rows.iter().filter_map(|row| row.registered.as_ref()) {
        if !all.contains(&one) {
            all.push(one);
        }
    }
    all
}

/// Who uses one browser need not register the others. Those are left out by `--fix` too.
fn soften(rows: &mut [Row]) {
    if registered(rows).is_empty() {
        return;
    }
    for row in rows {
        let is_left_out =
            matches!(row.code, Some(Code::NotRegistered | Code::SandboxBlocks | Code::FlatpakClosed));
        if is_left_out && row.registered.is_none() {
            row.state = State::Warning;
            row.fix = None;
            row.fixable = false;
        }
    }
}
