//! Asks the installed host whether it works, as the browsers would.

use crate::checks::host::{HostStart, LIMIT, handshake, version};
use crate::error::{Error, Result};
use crate::install::report::Report;
use crate::outcome::BrowserOutcome;
use potbridge_browser::Family;
use potbridge_protocol::identifiers::{CHROMIUM_ID, FIREFOX_ID};
use potbridge_protocol::{Code, Problem};
use potbridge_system::subprocess::ask;
use std::path::Path;
use std::process::Command;

/// Asks the host for its version, and for a hello as the first registered browser of each family says it.
pub(crate) fn host(report: &mut Report, extension_ids: &[String]) {
    let program = report.host.program.clone();
    match version(&program) {
        Ok(version) => report.host.version = Some(version),
        Err(problem) => {
            report.host.problem = Some(in_install(problem));
            return;
        }
    }
    for (family, extension) in [(Family::Chromium, CHROMIUM_ID), (Family::Firefox, FIREFOX_ID)] {
        let is_registered =
            |browser: &&BrowserOutcome| browser.family == family && browser.outcome.is_registered();
        let Some(manifest) =
            report.browsers.iter().find(is_registered).and_then(|one| one.manifest.as_deref())
        else {
            continue;
        };
        let start = HostStart { program: &program, family, manifest, extension, extension_ids, env: &[] };
        let problem = match handshake(&start) {
            Ok(hello) if Some(&hello.version) == report.host.version.as_ref() => continue,
            Ok(hello) => {
                let message = format!("{} answers as potbridge {}", program.display(), hello.version);
                Problem::new(Code::VersionsDiffer, message).with_hint("potbridge-setup install")
            }
            Err(problem) => problem,
        };
        report.host.problem = Some(in_install(problem));
        return;
    }
}

/// Refuses a configuration that the host refuses. A host that cannot be asked says nothing of it.
///
/// # Errors
/// What the host says of the file.
pub(crate) fn configuration(host: &Path, config: &Path) -> Result<()> {
    if !config.is_file() {
        return Ok(());
    }
    let asked = ask(Command::new(host).args(["config", "show", "--json"]).current_dir("/"), b"", LIMIT);
    match asked.map(|answer| serde_json::from_slice::<Problem>(&answer.out)) {
        Ok(Ok(problem)) if problem.code == Code::ConfigInvalid => Err(Error::Problem(problem)),
        _ => Ok(()),
    }
}

/// The fix of a host that is there and fails is no second `install`.
fn in_install(problem: Problem) -> Problem {
    match problem.code {
        Code::HostFailed | Code::HostNoAnswer => problem.with_hint("potbridge-setup doctor"),
        _ => problem,
    }
}
