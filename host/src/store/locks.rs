//! The gate: a lock of our own beside the database, for what SQLite's locks cannot guard.

use super::place::beside;
use potbridge_system::digest::digest;
use potbridge_system::dirs;
use potbridge_system::file_lock::FileLock;
#[cfg(unix)]
use std::fs::File;
use std::path::{Path, PathBuf};
#[cfg(unix)]
use std::thread;
use std::time::Duration;
#[cfg(unix)]
use std::time::Instant;

/// A held gate. It is open again when this is dropped, or the process ends.
pub(super) struct Gate {
    _lock: Option<FileLock>,
}

impl Gate {
    /// Waits for the gate of a store, for at most `limit`. `None` if another process holds it for longer.
    ///
    /// Where the store's file system takes no lock, the gate is in the runtime folder, which is on another. If that takes none
    /// either, there is no gate.
    pub(super) fn take(path: &Path, runtime: &Path, limit: Duration) -> Option<Self> {
        let name = digest([path.display().to_string().as_str()]);
        for place in [gate(path), runtime.join(format!("store-{}.lock", &name[..16]))] {
            if place.starts_with(runtime) && dirs::make_private(runtime).is_err() {
                continue;
            }
            match FileLock::take_within(&place, limit) {
                Ok(Some(lock)) => return Some(Self { _lock: Some(lock) }),
                Ok(None) => return None,
                // The next place, or none.
                Err(_) => {}
            }
        }
        log::warn!("no file can be locked beside {} or in {}", path.display(), runtime.display());
        Some(Self { _lock: None })
    }
}

fn gate(path: &Path) -> PathBuf {
    beside(path, ".lock")
}

/// Whether the file system locks ranges of files (fcntl), as SQLite does. If nobody can tell, it is taken to.
///
/// SQLite (3.54) takes ENOLCK for the lock of another process.
#[cfg(unix)]
pub(super) fn work(path: &Path) -> bool {
    use rustix::fs::{FlockOperation, fcntl_lock};
    use rustix::io::Errno;
    let Ok(file) = dirs::open_private(&gate(path)) else { return true };
    match fcntl_lock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => true,
        Err(errno) => matches!(errno, Errno::AGAIN | Errno::ACCESS),
    }
}

#[cfg(not(unix))]
pub(super) fn work(_path: &Path) -> bool {
    true
}

/// The least that the log's index has, in bytes, once it is begun.
#[cfg(unix)]
const INDEX: u64 = 32 * 1024;

/// Whether another process begins the log's index, for longer than `patience`.
///
/// SQLite (3.54) would wait 10 s for it, whatever it is told.
#[cfg(unix)]
pub(super) fn index_is_held(path: &Path, patience: Duration) -> bool {
    let index = beside(path, "-shm");
    let end = Instant::now() + patience;
    while is_begun(&index) {
        if Instant::now() >= end {
            return true;
        }
        thread::sleep(Duration::from_millis(2));
    }
    false
}

/// Whether an index is not whole, and locked by another process. A killed one leaves no lock.
#[cfg(unix)]
fn is_begun(index: &Path) -> bool {
    use rustix::process::{Flock, FlockType, fcntl_getlk};
    use std::os::unix::fs::MetadataExt as _;
    let Ok(found) = index.symlink_metadata() else { return false };
    if !found.is_file() || found.len() >= INDEX {
        return false;
    }
    let locked = super::kept::with(
        (found.dev(), found.ino()),
        || File::open(index),
        |file| Ok(fcntl_getlk(file, &Flock::from(FlockType::WriteLock))?.is_some()),
    );
    // Where nothing can be locked, nothing is waited for.
    locked.unwrap_or(false)
}

#[cfg(not(unix))]
pub(super) fn index_is_held(_path: &Path, _patience: Duration) -> bool {
    false
}
