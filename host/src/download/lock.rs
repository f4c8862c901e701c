//! Locks of downloads, which the system lets go when their process ends (flock).

use potbridge_system::dirs::open_private;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// A locked file. Dropped, it is unlocked.
#[derive(Debug)]
pub(super) struct FileLock(#[expect(dead_code, reason = "held for its lock")] File);

impl FileLock {
    /// Locks a file, and makes it if it is missing. Gives `None` if another process has it locked.
    pub(super) fn try_take(path: &Path) -> io::Result<Option<Self>> {
        let file = open_private(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Whether a process has a file locked.
    pub(super) fn is_held(path: &Path) -> bool {
        File::open(path).is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }
}

/// The right to be the one process that runs a download, for as long as it lives.
#[derive(Debug)]
pub(super) struct DownloadLock {
    _lock: FileLock,
    path: PathBuf,
}

impl DownloadLock {
    pub(super) fn new(lock: FileLock, path: PathBuf) -> Self {
        Self { _lock: lock, path }
    }
}

impl Drop for DownloadLock {
    fn drop(&mut self) {
        // A file that stays behind is unlocked, and swept with the next download.
        let _ = fs::remove_file(&self.path);
    }
}
