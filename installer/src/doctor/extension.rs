//! The rows of the extensions that are connected now.

use super::Facts;
use super::installation::versions;
use super::row::{Part, Row};
use potbridge_protocol::messages::from_host::{Connected, Status};
use potbridge_protocol::{Code, Problem};
use potbridge_system::clock;

const PART: Part = Part::Extension;

pub(super) fn rows(status: &Result<Status, Problem>, facts: &Facts) -> Vec<Row> {
    let status = match status {
        Ok(status) => status,
        Err(problem) => return vec![Row::unknown(PART, "extension", problem.clone())],
    };
    if status.connected.is_empty() {
        let message = "no browser with the extension is connected now, so nobody knows whether it works";
        let hint = format!(
            "open the browser; if it lacks the extension, load it from {}",
            facts.paths.extensions.display()
        );
        return vec![Row::unknown(PART, "extension", Problem::new(Code::NoBrowser, message).with_hint(hint))];
    }
    status.connected.iter().map(row).collect()
}

fn row(browser: &Connected) -> Row {
    let own = if browser.unattended { ", potbridge's own" } else { "" };
    let name = format!("{}{own}", browser.browser);
    if let Some(problem) = versions(
        &browser.version.to_string(),
        "potbridge-setup",
        "load the extension of this version, and restart the browser",
    ) {
        return Row::warning(PART, name, problem);
    }
    if browser.paused {
        let problem = Problem::new(Code::CapturePaused, "it is paused, so no token is found");
        return Row::warning(PART, name, problem.with_hint("press ▶ in potbridge's popup in that browser"));
    }
    let since = clock::local(browser.since, clock::now_ms());
    Row::ok(PART, name, format!("connected since {since}, version {}", browser.version))
}
