//! The lock of a download.

use potbridge_system::file_lock::FileLock;
use std::fs;
use std::path::PathBuf;

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
