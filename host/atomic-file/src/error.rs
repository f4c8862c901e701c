use std::{
    io,
    path::{Path, PathBuf},
};

use crate::refusal::{is_full, is_protected};

/// Why a file was not read or replaced.
///
/// Unless the message says otherwise, the file is as it was. No variant holds any of the bytes.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The path leads to a folder, a device, a FIFO or a socket.
    #[error("{} is {what}, not a file", path.display())]
    NotARegularFile {
        /// The real path, symbolic links followed.
        path: PathBuf,
        /// What is there, with its article.
        what: &'static str,
    },
    /// The file is larger than the caller accepts.
    #[error("{} is larger than {limit} bytes", path.display())]
    TooLarge {
        /// The real path.
        path: PathBuf,
        /// The caller's limit in bytes.
        limit: usize,
    },
    /// The folder of the file does not exist.
    #[error("the folder {} does not exist", folder.display())]
    FolderMissing {
        /// The folder.
        folder: PathBuf,
    },
    /// The symbolic links at the path lead in a circle.
    #[error("the symbolic links at {} lead in a circle", path.display())]
    SymlinkLoop {
        /// The path of a link.
        path: PathBuf,
    },
    /// Another program changed the file in every attempt to replace it.
    #[error("another program keeps changing {}", path.display())]
    KeepsChanging {
        /// The path as it was given.
        path: PathBuf,
    },
    /// Any other error of the system.
    #[error("cannot {doing} {}: {source}", path.display())]
    Io {
        /// The file or folder that the error is about.
        path: PathBuf,
        /// What was to be done, as a verb.
        doing: &'static str,
        /// The error of the system.
        source: io::Error,
    },
}

impl Error {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NotARegularFile { .. } => Some("name a regular file"),
            Self::TooLarge { .. } => Some("check that it is the right file"),
            Self::FolderMissing { .. } => Some("create it, or name another file"),
            Self::SymlinkLoop { .. } => Some("point one of them at the file with `ln -sfn`"),
            Self::KeepsChanging { .. } => Some("try again when that program is done"),
            Self::Io { source, .. } if is_protected(source) => Some("take that flag away with `chattr`"),
            Self::Io { source, .. } if source.kind() == io::ErrorKind::PermissionDenied => {
                Some("give the permission to the user that runs this program")
            }
            Self::Io { source, .. } if source.kind() == io::ErrorKind::ReadOnlyFilesystem => {
                Some("mount that file system writable, or name a file elsewhere")
            }
            Self::Io { source, .. } if is_full(source) => Some("free some space and try again"),
            Self::Io { .. } => None,
        }
    }

    /// The error for a `source` that came up when `doing` something to `path`.
    #[must_use]
    pub fn io(source: io::Error, doing: &'static str, path: &Path) -> Self {
        let path = path.to_path_buf();
        #[cfg(unix)]
        if source.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) {
            return Self::SymlinkLoop { path };
        }
        Self::Io { path, doing, source }
    }
}

impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        let kind = match &error {
            Error::Io { source, .. } => source.kind(),
            Error::FolderMissing { .. } => io::ErrorKind::NotFound,
            Error::TooLarge { .. } => io::ErrorKind::FileTooLarge,
            Error::KeepsChanging { .. } => io::ErrorKind::ResourceBusy,
            Error::NotARegularFile { .. } | Error::SymlinkLoop { .. } => io::ErrorKind::InvalidInput,
        };
        Self::new(kind, error)
    }
}
