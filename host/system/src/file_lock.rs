//! Locks that the system lets go when their process ends (flock).

use crate::dirs::open_private;
use crate::regular_file;
use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::sync::Once;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The pause between two looks at a lock that another process holds.
const PAUSE: Duration = Duration::from_millis(5);

/// A locked file. Dropped, it is unlocked, unless another process has inherited it.
#[derive(Debug)]
pub struct FileLock(File);

impl FileLock {
    /// Locks a file, and makes it if it is missing. Gives `None` if another process has it locked.
    ///
    /// # Errors
    /// The file cannot be made or locked.
    pub fn try_take(path: &Path) -> io::Result<Option<Self>> {
        let file = open_private(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// The same, but without a lock if the file system has none, which is said in the log.
    ///
    /// For what is only better with a lock.
    ///
    /// # Errors
    /// The file cannot be made.
    pub fn try_take_or_go_on(path: &Path) -> io::Result<Option<Self>> {
        static SAID: Once = Once::new();
        let file = open_private(path)?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => {
                SAID.call_once(|| log::warn!("{} cannot be locked: {error}", path.display()));
            }
            Ok(()) => {}
        }
        Ok(Some(Self(file)))
    }

    /// Locks a file, and makes it if it is missing. Waits no longer than `patience`. Gives `None` if another process has it locked then.
    ///
    /// # Errors
    /// The file cannot be made or locked.
    pub fn take_within(path: &Path, patience: Duration) -> io::Result<Option<Self>> {
        let end = Instant::now() + patience;
        loop {
            match Self::try_take(path)? {
                None if Instant::now() < end => sleep(PAUSE),
                taken => return Ok(taken),
            }
        }
    }

    /// A lock that this process inherited as an open file.
    #[must_use]
    pub fn inherited(file: File) -> Self {
        Self(file)
    }

    /// Whether a process has a file locked. For a moment it locks the file itself.
    ///
    /// If that cannot be told, a file that is there counts as locked.
    #[must_use]
    pub fn is_held(path: &Path) -> bool {
        match regular_file::open(path) {
            Ok(file) => file.try_lock_shared().is_err(),
            Err(error) => !matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory),
        }
    }

    /// The locked file.
    #[must_use]
    pub fn file(&self) -> &File {
        &self.0
    }

    /// The locked file, to be inherited by a process.
    #[must_use]
    pub fn into_file(self) -> File {
        self.0
    }
}
