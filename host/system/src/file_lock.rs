//! Locks that the system lets go when their process ends (flock).

use crate::dirs::open_private;
use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;

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

    /// Locks a file, and makes it if it is missing. Waits until it is free.
    ///
    /// # Errors
    /// The file cannot be made or locked.
    pub fn take(path: &Path) -> io::Result<Self> {
        let file = open_private(path)?;
        file.lock()?;
        Ok(Self(file))
    }

    /// A lock that this process inherited as an open file.
    #[must_use]
    pub fn inherited(file: File) -> Self {
        Self(file)
    }

    /// Whether a process has a file locked. For a moment it locks the file itself.
    #[must_use]
    pub fn is_held(path: &Path) -> bool {
        File::open(path).is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
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
