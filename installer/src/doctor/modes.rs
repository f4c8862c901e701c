//! The rows of files and folders that are to be this user's alone.

use super::configured::Configured;
use super::row::{Fix, Part, Row};
use crate::install::paths::InstallPaths;
use crate::receipts::Receipts;
use potbridge_protocol::Problem;
use std::path::{Path, PathBuf};

/// One row for each that others may look into.
pub(super) fn rows(paths: &InstallPaths, config: &Configured, receipts: Option<&Receipts>) -> Vec<Row> {
    let store = config.store(&paths.state);
    let beside = |end: &str| store.as_ref().map(|store| PathBuf::from(format!("{}{end}", store.display())));
    let ours = [
        Some(paths.state.clone()),
        store.clone(),
        beside("-wal"),
        beside("-shm"),
        Some(paths.state.join("potbridge.log")),
        Some(paths.state.join("potbridge.log.1")),
    ];
    let mut rows: Vec<_> = ours
        .into_iter()
        .flatten()
        .filter_map(|path| {
            let (problem, mode) = open_to_others(&path)?;
            Some(
                Row::fault(Part::Store, path.display().to_string(), problem)
                    .with_fix(Some(Fix::Mode(path, mode))),
            )
        })
        .collect();
    if let Some((problem, mode)) = open_to_others(&paths.config) {
        // A person's own file is left as it is.
        let is_ours = receipts.is_some_and(|receipts| receipts.of(&paths.config).is_some());
        let fix = is_ours.then(|| Fix::Mode(paths.config.clone(), mode));
        rows.push(Row::warning(Part::Store, paths.config.display().to_string(), problem).with_fix(fix));
    }
    rows
}

/// The problem, and the mode that it should have.
#[cfg(unix)]
fn open_to_others(path: &Path) -> Option<(Problem, u32)> {
    use crate::checks::quoted;
    use potbridge_protocol::Code;
    use std::os::unix::fs::PermissionsExt as _;
    const FOLDER_MODE: u32 = 0o700;
    const FILE_MODE: u32 = 0o600;

    let found = path.metadata().ok()?;
    let mode = found.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        return None;
    }
    let right = if found.is_dir() { FOLDER_MODE } else { FILE_MODE };
    let message = format!("other users may look into it: its mode is {mode:o}");
    let fix = format!("chmod {right:o} {}", quoted(path));
    Some((Problem::new(Code::OpenToOthers, message).with_hint(fix), right))
}

/// Windows' folders of a user are closed to others by what they inherit.
#[cfg(not(unix))]
fn open_to_others(_: &Path) -> Option<(Problem, u32)> {
    None
}
