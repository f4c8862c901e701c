//! The rows of what `install` made.

use super::host::Host;
use super::row::{Fix, Part, Row};
use super::shared::Shared;
use crate::checks::quoted;
use crate::error::Error;
use crate::install::paths::InstallPaths;
use crate::receipts::{self, FileState, Receipts};
use potbridge_protocol::{Code, Problem};
use std::path::{Path, PathBuf};

const PART: Part = Part::Installation;
const INSTALL: &str = "potbridge-setup install";

pub(super) fn rows(
    paths: &InstallPaths,
    receipts: &Result<Receipts, Error>,
    host: &Host,
    shared: Option<&Shared>,
) -> Vec<Row> {
    let mut rows = Vec::new();
    if let Some(shared) = shared {
        let name = "files for all users";
        rows.push(match shared.receipts() {
            // Without an answer of `--fix`: only root may.
            Some(receipts) => files(name, paths, &receipts, shared.fix_by()).with_fix(None),
            None => shared.is_there(name),
        });
    }
    // Who uses what all users have need not have installed anything.
    if shared.is_none() || !receipts.as_ref().is_ok_and(|receipts| receipts.files.is_empty()) {
        rows.push(files("files", paths, receipts, INSTALL));
    }
    rows.push(version(host, shared));
    rows
}

/// The files of the receipts.
fn files(name: &str, paths: &InstallPaths, receipts: &Result<Receipts, Error>, install: &str) -> Row {
    let receipts = match receipts {
        Ok(receipts) => receipts,
        Err(error) => return Row::fault(PART, name, unreadable(error, &paths.data)),
    };
    if receipts.files.is_empty() {
        let message = "potbridge is not installed for this user";
        return Row::fault(PART, name, Problem::new(Code::NotInstalled, message).with_hint(install));
    }
    let states: Vec<_> = receipts.files.iter().map(|file| (file.state(), file.path.as_path())).collect();
    // The rows of browsers judge native manifests, and whether they are there.
    let in_state = |state: FileState| -> Vec<&Path> {
        states
            .iter()
            .filter(|(found, path)| {
                matches!(found, Ok(found) if *found == state) && !is_manifest(receipts, path)
            })
            .map(|(_, path)| *path)
            .collect()
    };
    let missing = in_state(FileState::Missing);
    if !missing.is_empty() {
        let message = format!("what install made is missing: {}", listed(&missing));
        return Row::fault(PART, name, Problem::new(Code::InstalledMissing, message).with_hint(install))
            .with_fix(Some(Fix::Install(None)));
    }
    // A configuration is there to be changed.
    let mut changed = in_state(FileState::Changed);
    changed.retain(|path| *path != paths.config);
    if !changed.is_empty() {
        let message = format!("somebody changed what install made: {}", listed(&changed));
        return Row::warning(PART, name, Problem::new(Code::InstalledChanged, message).with_hint(install));
    }
    let errors = states.iter().filter(|(_, path)| !is_manifest(receipts, path));
    if let Some(error) = errors.filter_map(|(found, _)| found.as_ref().err()).next() {
        return Row::unknown(PART, name, error.problem());
    }
    let count = states.iter().filter(|(_, path)| !is_manifest(receipts, path)).count();
    Row::ok(PART, name, format!("{count} files are as install made them"))
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
fn version(host: &Host, shared: Option<&Shared>) -> Row {
    let name = "potbridge";
    let install = shared.map_or(INSTALL, Shared::fix_by);
    let shown =
        host.program.as_ref().map(|program: &PathBuf| program.display().to_string()).unwrap_or_default();
    match &host.version {
        Ok(version) => match versions(version, "this potbridge-setup", install) {
            None => Row::ok(PART, name, format!("{shown} runs, version {version}")),
            Some(problem) => Row::warning(PART, name, problem),
        },
        Err(problem) => {
            let restores = matches!(problem.code, Code::HostFailed | Code::HostMissing | Code::NotExecutable);
            if shared.is_some() {
                let problem = problem.clone();
                return Row::fault(PART, name, if restores { problem.with_hint(install) } else { problem });
            }
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
