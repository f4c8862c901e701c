//! The rows of what `install` made.

use super::host::Host;
use super::row::{Fix, Part, Row};
use crate::checks::quoted;
use crate::error::Error;
use crate::install::paths::InstallPaths;
use crate::receipts::{self, FileState, Receipts};
use potbridge_protocol::{Code, Problem};
use std::path::{Path, PathBuf};

const PART: Part = Part::Installation;
const INSTALL: &str = "potbridge-setup install";

pub(super) fn rows(paths: &InstallPaths, receipts: &Result<Receipts, Error>, host: &Host) -> Vec<Row> {
    let mut rows = vec![files(paths, receipts)];
    rows.push(version(host));
    rows
}

/// The files of the receipts.
fn files(paths: &InstallPaths, receipts: &Result<Receipts, Error>) -> Row {
    let name = "files";
    let receipts = match receipts {
        Ok(receipts) => receipts,
        Err(error) => return Row::fault(PART, name, unreadable(error, &paths.data)),
    };
    if receipts.files.is_empty() {
        let message = "potbridge is not installed for this user";
        return Row::fault(PART, name, Problem::new(Code::NotInstalled, message).with_hint(INSTALL));
    }
    let states: Vec<_> = receipts.files.iter().map(|file| (file.state(), file.path.as_path())).collect();
    let in_state = |state: FileState| -> Vec<&Path> {
        states
            .iter()
            .filter(|(found, _)| matches!(found, Ok(found) if *found == state))
            .map(|(_, path)| *path)
            .collect()
    };
    let missing = in_state(FileState::Missing);
    if !missing.is_empty() {
        let message = format!("what install made is missing: {}", listed(&missing));
        return Row::fault(PART, name, Problem::new(Code::InstalledMissing, message).with_hint(INSTALL))
            .with_fix(Some(Fix::Install(None)));
    }
    // A configuration is there to be changed, and the rows of browsers judge native manifests.
    let mut changed = in_state(FileState::Changed);
    changed.retain(|path| *path != paths.config && !is_manifest(receipts, path));
    if !changed.is_empty() {
        let message = format!("somebody changed what install made: {}", listed(&changed));
        return Row::warning(PART, name, Problem::new(Code::InstalledChanged, message).with_hint(INSTALL));
    }
    if let Some(error) = states.iter().find_map(|(found, _)| found.as_ref().err()) {
        return Row::unknown(PART, name, error.problem());
    }
    Row::ok(PART, name, format!("{} files are as install made them", receipts.files.len()))
}

fn unreadable(error: &Error, data: &Path) -> Problem {
    let problem = error.problem();
    if problem.code != Code::ReceiptsInvalid {
        return problem;
    }
    let file = receipts::path(data);
    let aside = file.with_extension("old");
    problem.with_hint(format!("mv {} {}", quoted(&file), quoted(&aside)))
}

fn is_manifest(receipts: &Receipts, path: &Path) -> bool {
    receipts.of(path).is_some_and(|receipt| receipt.manifest.is_some())
}

fn listed(paths: &[&Path]) -> String {
    let first = paths.first().map(|path| path.display().to_string()).unwrap_or_default();
    match paths.len() {
        0 | 1 => first,
        count => format!("{first} and {} more", count - 1),
    }
}

/// The installed host, which has to fit this program.
fn version(host: &Host) -> Row {
    let name = "potbridge";
    let shown =
        host.program.as_ref().map(|program: &PathBuf| program.display().to_string()).unwrap_or_default();
    match &host.version {
        Ok(version) => match versions(version, "this potbridge-setup", INSTALL) {
            None => Row::ok(PART, name, format!("{shown} runs, version {version}")),
            Some(problem) => Row::warning(PART, name, problem),
        },
        Err(problem) => {
            let restores = matches!(problem.code, Code::HostFailed | Code::HostMissing | Code::NotExecutable);
            let fix = (restores && host.is_installed).then_some(Fix::Install(None));
            Row::fault(PART, name, problem.clone()).with_fix(fix)
        }
    }
}

/// Says that a part of potbridge has another version than this program.
pub(super) fn versions(other: &str, whose: &str, update_it: &str) -> Option<Problem> {
    let own = env!("CARGO_PKG_VERSION");
    if other == own {
        return None;
    }
    let (word, hint) = if numbers(other) < numbers(own) {
        ("older", update_it)
    } else {
        ("newer", "install the newer potbridge, and run its potbridge-setup")
    };
    let message = format!("its version is {other}, {word} than {whose}, {own}");
    Some(Problem::new(Code::VersionsDiffer, message).with_hint(hint))
}

fn numbers(version: &str) -> Vec<u64> {
    version.split(['.', '-', '+']).map_while(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_versions_the_older_is_told() {
        assert!(versions(env!("CARGO_PKG_VERSION"), "this", INSTALL).is_none());
        for (other, word) in [("0.0.9", "older"), ("0.1.10", "newer"), ("9.0.0-rc.1", "newer")] {
            let problem = versions(other, "this", INSTALL).unwrap();
            assert!(problem.message.contains(word), "{}", problem.message);
        }
    }
}
