//! The tokens, and what else the host keeps: removed if asked for, otherwise named.

use super::report::{Left, Report};
use crate::install::config;
use fs_err as fs;
use potbridge_protocol::messages::from_host::Connected;
use potbridge_system::dirs::{Dirs, NAME};
use potbridge_system::file_lock::FileLock;
use potbridge_system::regular_file;
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

/// Removes the configuration, the store, and the folders of the state and of the runtime files. Names the tokens that stay.
///
/// What cannot be removed is in the report.
pub(crate) fn purge(own: &Dirs, elsewhere: Elsewhere, report: &mut Report) {
    for browser in browsers_with_a_host(own) {
        report.notes.push(format!(
            "a host still runs in {browser}; until that browser is closed, it may make {} anew",
            own.state.display()
        ));
    }
    for folder in own.runtime_places().iter().chain([&own.state]) {
        if !folder.exists() {
        } else if is_ours(folder, own) {
            match fs::remove_dir_all(folder) {
                Ok(()) => report.removed.push(folder.clone()),
                Err(error) => report.failed.push(Left::failed(folder, &error.into())),
            }
        } else {
            report.notes.push(format!(
                "left {}: a variable names this folder, which may hold other things than potbridge's; delete those by hand",
                folder.display()
            ));
        }
    }
    elsewhere.purge(report);
    if own.config.symlink_metadata().is_ok() && !report.names(&own.config) {
        report.notes.push(format!(
            "left {}: `install` did not make this configuration; delete it if you do not need it",
            own.config.display()
        ));
    }
}

/// Where tokens are besides the state folder, as a configuration says.
#[derive(Debug, Default)]
pub(crate) struct Elsewhere {
    store: Option<PathBuf>,
    /// In words.
    sinks: Vec<String>,
    /// The configuration, if nobody can read where tokens are.
    unread: Option<PathBuf>,
}

impl Elsewhere {
    /// Reads the configuration, before it goes.
    pub(crate) fn read(own: &Dirs, home: &Path) -> Self {
        let config = match config::read(&own.config) {
            Ok(Some(config)) => config,
            Ok(None) => return Self::default(),
            Err(_) => return Self { unread: Some(own.config.clone()), ..Self::default() },
        };
        let sinks = config.sinks().into_iter().filter_map(|(kind, service)| match kind.as_str() {
            // The report says of each `.env` that it stays.
            "env-file" => None,
            "keyring" => Some(format!("the keyring, as {}", service.as_deref().unwrap_or(NAME))),
            "redis" => Some("redis".to_owned()),
            kind => Some(format!("the place of the sink with kind = {kind:?}")),
        });
        let store = config.store().map(Path::new).map(|path| match path.strip_prefix("~") {
            Ok(rest) => home.join(rest),
            Err(_) => path.to_owned(),
        });
        Self { store: store.filter(|path| path.is_absolute()), sinks: sinks.collect(), unread: None }
    }

    fn purge(self, report: &mut Report) {
        if let Some(config) = self.unread {
            let config = config.display();
            report.notes.push(format!(
                "{config} cannot be read: if it names a store or places for tokens, tokens stay there"
            ));
        }
        if let Some(store) = self.store {
            remove_store(&store, report);
        }
        for sink in self.sinks {
            report.notes.push(format!(
                "tokens may stay in {sink}: `potbridge clear` before `uninstall --purge` takes them away; now delete them by \
                 hand"
            ));
        }
    }
}

/// Removes a database at a place that the configuration names, and the files that SQLite and the host keep beside it.
fn remove_store(store: &Path, report: &mut Report) {
    let Some(name) = store.file_name().and_then(|name| name.to_str()) else { return };
    let is_sqlite = match regular_file::open(store) {
        Ok(mut file) => {
            let mut head = [0; SQLITE.len()];
            // An empty file is a store without tokens.
            file.read_exact(&mut head).is_ok() && head == *SQLITE
                || file.metadata().is_ok_and(|it| it.len() == 0)
        }
        Err(error) => error.kind() == ErrorKind::NotFound,
    };
    let is_file = store.symlink_metadata().map_or(true, |found| found.is_file());
    if !is_sqlite || !is_file {
        report.notes.push(format!(
            "left {}: the configuration names it as the store, and it is no database of potbridge's; tokens may be in it",
            store.display()
        ));
        return;
    }
    let files = store.parent().map(std::fs::read_dir).into_iter().flatten().flatten().flatten();
    for file in files.map(|entry| entry.path()) {
        let more = file.file_name().and_then(|one| one.to_str()).and_then(|one| one.strip_prefix(name));
        if !more.is_some_and(is_of_store) || !file.symlink_metadata().is_ok_and(|found| found.is_file()) {
            continue;
        }
        match fs::remove_file(&file) {
            Ok(()) => report.removed.push(file),
            Err(error) => report.failed.push(Left::failed(&file, &error.into())),
        }
    }
}

/// How every database begins (SQLite's file format, 1.3).
const SQLITE: &[u8; 16] = b"SQLite format 3\0";

/// Whether a file of a store's name and this is a part of it.
fn is_of_store(more: &str) -> bool {
    let more = more.strip_suffix("-wal").or_else(|| more.strip_suffix("-shm")).unwrap_or(more);
    ["", "-journal", ".lock", ".cleared", ".new", ".damaged", ".unreadable"].contains(&more)
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
        let read = regular_file::read_to_string(path)
            .ok()
            .and_then(|text| serde_json::from_str::<Connected>(&text).ok());
        read.map_or_else(|| "a browser".to_owned(), |connected| connected.browser.to_string())
    })
    .collect()
}
