//! What is known of the browser beyond the life of its watchdog.

use super::places::Places;
use atomic_file::{Options, replace};
use potbridge_protocol::Problem;
use potbridge_system::browser::Family;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// A browser that runs, or ran until its watchdog was killed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Running {
    /// Its first process, which leads its process group.
    pub(super) pid: i32,
    /// Where that number counts: the inode of its PID namespace.
    #[serde(default)]
    pub(super) pid_namespace: u64,
    pub(super) family: Family,
    pub(super) program: PathBuf,
    /// When it was started, in milliseconds since 1970.
    pub(super) since: u64,
    /// What is given up, in words.
    pub(super) given_up: Option<String>,
}

impl Running {
    pub(super) fn read(places: &Places) -> Option<Self> {
        read(&places.running())
    }

    pub(super) fn write(&self, places: &Places) -> io::Result<()> {
        write(&places.running(), self)
    }

    pub(super) fn forget(places: &Places) {
        remove(&places.running());
    }
}

/// Why the browser does not run any more, if that was kept.
pub(super) fn failure(places: &Places) -> Option<Problem> {
    read(&places.failure())
}

/// Keeps why the browser does not run any more.
pub(super) fn keep_failure(places: &Places, problem: &Problem) {
    if let Err(error) = write(&places.failure(), problem) {
        log::warn!("{} cannot be written: {error}", places.failure().display());
    }
}

pub(super) fn forget_failure(places: &Places) {
    remove(&places.failure());
}

/// What a file holds as JSON; `None` if there is no such file, or if it cannot be read, which the log says then.
pub(super) fn read<T: DeserializeOwned>(path: &Path) -> Option<T> {
    let read = fs::read(path).and_then(|bytes| Ok(serde_json::from_slice(&bytes)?));
    read.inspect_err(|error| {
        if error.kind() != ErrorKind::NotFound {
            log::warn!("{} cannot be read, and counts as if it were not there: {error}", path.display());
        }
    })
    .ok()
}

/// Removes a file, if there is one.
pub(super) fn remove(path: &Path) {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            log::warn!("{} is left, since it cannot be removed: {error}", path.display());
        }
        _ => {}
    }
}

/// Replaces a file, which only its owner may read.
pub(super) fn write(path: &Path, value: &impl Serialize) -> io::Result<()> {
    replace(path, &serde_json::to_vec(value)?, &Options::new().private()).map(drop).map_err(io::Error::other)
}
