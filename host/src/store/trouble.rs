//! What an error of SQLite means for the store.

use super::error::StoreError;
use super::place::{Obstacle, obstacle};
use rusqlite::{Error, ErrorCode, ffi};
use std::path::Path;

/// Why the store's file cannot be used as it stands.
#[derive(Debug)]
pub(super) enum Trouble {
    /// It is set aside, and another one is begun: why.
    Unfit(&'static str),
    /// It is a database of another program: set aside too, and kept.
    Foreign,
    /// It is a newer potbridge's.
    Newer,
    /// Locks of ranges of files (fcntl) or memory that processes share are not to be had there.
    Alone,
    /// Its file system syncs no file.
    Unsynced(StoreError),
    /// It may be well later: until then tokens are in memory.
    Hindered(StoreError),
}

impl Trouble {
    /// What an error means. The error itself does not say why a file cannot be opened or written.
    pub(super) fn of(path: &Path, error: &Error) -> Self {
        let Error::SqliteFailure(failure, _) = error else {
            return match error {
                Error::FromSqlConversionFailure(..)
                | Error::IntegralValueOutOfRange(..)
                | Error::Utf8Error(..)
                | Error::InvalidColumnName(_)
                | Error::InvalidColumnType(..) => Self::Unfit("was damaged"),
                _ => Self::Hindered(StoreError::failed(path, error)),
            };
        };
        match failure.code {
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Self::Unfit("was damaged"),
            ErrorCode::DiskFull => Self::Hindered(StoreError::full(path, "no space is left")),
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed => {
                if super::locks::work(path) {
                    Self::Hindered(StoreError::busy(path))
                } else {
                    Self::Alone
                }
            }
            _ => match obstacle(path) {
                Some(Obstacle::Unusable(error)) => Self::Hindered(error),
                #[cfg(unix)]
                Some(Obstacle::Foreign) => Self::Unfit("belonged to another user"),
                None if needs_others(failure.extended_code) => Self::Alone,
                None if matches!(
                    failure.extended_code,
                    ffi::SQLITE_IOERR_FSYNC | ffi::SQLITE_IOERR_DIR_FSYNC
                ) =>
                {
                    Self::Unsynced(StoreError::failed(path, error))
                }
                None if failure.extended_code == ffi::SQLITE_IOERR_CORRUPTFS => Self::Unfit("was damaged"),
                None => Self::Hindered(StoreError::failed(path, error)),
            },
        }
    }
}

/// Whether what failed is only for using a database together with others.
fn needs_others(code: i32) -> bool {
    matches!(
        code,
        ffi::SQLITE_IOERR_LOCK
            | ffi::SQLITE_IOERR_RDLOCK
            | ffi::SQLITE_IOERR_UNLOCK
            | ffi::SQLITE_IOERR_CHECKRESERVEDLOCK
            | ffi::SQLITE_IOERR_SHMOPEN
            | ffi::SQLITE_IOERR_SHMSIZE
            | ffi::SQLITE_IOERR_SHMLOCK
            | ffi::SQLITE_IOERR_SHMMAP
            | ffi::SQLITE_PERM
    )
}
