//! The tokens, and what else the host keeps: removed if asked for, otherwise named.

use super::report::Report;
use crate::error::Result;
use fs_err as fs;
use potbridge_protocol::messages::from_host::Connected;
use potbridge_system::dirs::{Dirs, NAME};
use potbridge_system::file_lock::FileLock;
use std::path::{Path, PathBuf};

/// Removes the folders of the state and of the runtime files.
///
/// # Errors
/// If something cannot be removed.
pub(crate) fn purge(own: &Dirs, report: &mut Report) -> Result<()> {
    for browser in browsers_with_a_host(own) {
        report.notes.push(format!(
            "a host still runs in {browser}; until that browser is closed, it may make {} anew",
            own.state.display()
        ));
    }
    for folder in own.runtime_places().iter().chain([&own.state]) {
        if !folder.exists() {
        } else if is_ours(folder, own) {
            fs::remove_dir_all(folder)?;
            report.removed.push(folder.clone());
        } else {
            report.notes.push(format!(
                "left {}: a variable names this folder, which may hold other things than potbridge's; delete those by hand",
                folder.display()
            ));
        }
    }
    Ok(())
}

/// Names what stays without a purge.
pub(crate) fn name_what_stays(own: &Dirs, report: &mut Report) {
    for browser in browsers_with_a_host(own) {
        report.notes.push(format!("a host still runs in {browser}, until that browser is closed"));
    }
    if own.state.exists() {
        report.notes.push(format!(
            "left {}: the tokens and the browser of the host; delete it if you do not need it, as `uninstall --purge` does",
            own.state.display()
        ));
    }
}

/// Whether a folder is potbridge's alone, by its name. One that a variable names may be anything.
fn is_ours(folder: &Path, own: &Dirs) -> bool {
    folder.file_name().is_some_and(|name| name == NAME)
        || folder.starts_with(&own.state) && is_ours_by_name(&own.state)
}

fn is_ours_by_name(folder: &Path) -> bool {
    folder.file_name().is_some_and(|name| name == NAME)
}

/// The browsers whose hosts live: each holds the lock of its file in a runtime folder.
fn browsers_with_a_host(own: &Dirs) -> Vec<String> {
    let entries =
        own.runtime_places().into_iter().flat_map(|folder| std::fs::read_dir(folder).into_iter().flatten());
    let files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    let is_connection = |path: &&PathBuf| path.extension().is_some_and(|ending| ending == "connection");
    let live = files.iter().filter(is_connection).filter(|path| FileLock::is_held(path));
    live.map(|path| {
        let read =
            std::fs::read_to_string(path).ok().and_then(|text| serde_json::from_str::<Connected>(&text).ok());
        read.map_or_else(|| "a browser".to_owned(), |connected| connected.browser.to_string())
    })
    .collect()
}
