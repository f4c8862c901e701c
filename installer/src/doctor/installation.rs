//! The rows of what `install` made.

use super::host::Host;
use super::row::{Fix, Part, Row};
use super::shared::Shared;
use crate::checks::{folder, moved_away, quoted};
use crate::error::Error;
use crate::install::paths::InstallPaths;
use crate::receipts::{FileState, Receipts};
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
            Some(receipts) => {
                files(name, paths, &receipts, &shared.receipts_path(), shared.fix_by()).with_fix(None)
            }
            None => shared.is_there(name),
        });
    }
    // Who uses what all users have need not have installed anything.
    if shared.is_none() || !receipts.as_ref().is_ok_and(|receipts| receipts.files.is_empty()) {
        rows.push(files("files", paths, receipts, &paths.receipts, INSTALL));
    }
    rows.push(version(host, shared));
    rows
}

/// The files of the receipts.
fn files(
    name: &str,
    paths: &InstallPaths,
    receipts: &Result<Receipts, Error>,
    file: &Path,
    install: &str,
) -> Row {
    let receipts = match receipts {
        Ok(receipts) => receipts,
        Err(error) => return Row::fault(PART, name, unreadable(error, file, install)),
    };
    if receipts.files.is_empty() {
        let message = "potbridge is not installed for this user";
        return Row::fault(PART, name, Problem::new(Code::NotInstalled, message).with_hint(install));
    }
    let states: Vec<_> = receipts.files.iter().map(|file| (file.state(), file.path.as_path())).collect();
    // The rows of browsers judge what is for browsers, and whether it is there.
    let in_state = |state: FileState| -> Vec<&Path> {
        states
            .iter()
            .filter(|(found, path)| {
                matches!(found, Ok(found) if *found == state) && !is_of_browser(receipts, path)
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
        let is_no_file = |path: &&&Path| path.symlink_metadata().is_ok_and(|found| !found.is_file());
        let away = changed.iter().filter(is_no_file).map(|path| moved_away(path));
        // A plugin that somebody changed `install` leaves, unless it is asked for.
        let plugin = if changed.contains(&&*paths.yt_dlp_plugin) { " --yt-dlp-plugin" } else { "" };
        let hint = away.chain([format!("{install}{plugin}")]).collect::<Vec<_>>().join(" && ");
        return Row::warning(PART, name, Problem::new(Code::InstalledChanged, message).with_hint(hint));
    }
    let errors = states.iter().filter(|(_, path)| !is_of_browser(receipts, path));
    if let Some(error) = errors.filter_map(|(found, _)| found.as_ref().err()).next() {
        return Row::unknown(PART, name, error.problem());
    }
    let count = states.iter().filter(|(_, path)| !is_of_browser(receipts, path)).count();
    Row::ok(PART, name, format!("{count} files are as install made them"))
}

fn unreadable(error: &Error, file: &Path, install: &str) -> Problem {
    let problem = error.problem();
    match problem.code {
        Code::ReceiptsInvalid | Code::NotARegularFile => {
            problem.with_hint(format!("{} && {install}", moved_away(file)))
        }
        Code::PermissionDenied if folder::is_own(file) => {
            problem.with_hint(format!("chmod u+rw {}", quoted(file)))
        }
        _ => problem,
    }
}

/// A native manifest, or what a browser in a flatpak starts in place of the host.
fn is_of_browser(receipts: &Receipts, path: &Path) -> bool {
    let is_in_flatpak = path.iter().any(|part| part == ".var");
    is_in_flatpak || receipts.of(path).is_some_and(|receipt| receipt.manifest.is_some())
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
