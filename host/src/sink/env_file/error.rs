use std::{io, path::Path, path::PathBuf};

use super::Reader;

/// Why a `.env` file was not changed. Unless a variant says otherwise, the file is as it was.
///
/// No variant holds a value, neither one from the file nor the one that was to be written.
#[derive(Debug, thiserror::Error)]
pub enum EnvFileError {
    /// A variable's name is not a name in every reader of such files.
    #[error(
        "{name:?} cannot be the name of a variable; use letters, digits and _, and do not begin with a digit"
    )]
    NameInvalid {
        /// The name as it was given.
        name: String,
    },
    /// A value that the readers of such files do not all read alike, and none of them is named.
    #[error(
        "the value for {name} holds a character that the readers of .env files do not all take alike; say who reads \
         the file with `reader = \"…\"` for this sink, one of {}. Without that only letters, digits and \
         _ . , : / @ % + = - are written",
        super::reader::names()
    )]
    ValueUnsafe {
        /// The variable whose value it is.
        name: String,
    },
    /// A value that the named reader would not read as it is.
    #[error(
        "the value for {name} holds {what}, which would not reach a program through a .env file that is read by \
         {reader}; change the value, or how the program gets it"
    )]
    ValueUnfit {
        /// The variable whose value it is.
        name: String,
        /// Who reads the file.
        reader: Reader,
        /// What is in the value, with its article.
        what: &'static str,
    },
    /// A value with a line break, a NUL or the like.
    #[error(
        "the value for {name} holds a line break or another control character, which no .env file can hold"
    )]
    ValueControl {
        /// The variable whose value it is.
        name: String,
    },
    /// The path leads to a folder, a device, a FIFO or a socket.
    #[error("{} is {what}, not a file; name a regular file", path.display())]
    NotARegularFile {
        /// The real path, symbolic links followed.
        path: PathBuf,
        /// What stands there, with its article.
        what: &'static str,
    },
    /// The file is UTF-16 or holds NUL bytes.
    #[error("{} is not text that a .env reader understands ({what}); save it as UTF-8", path.display())]
    NotText {
        /// The real path.
        path: PathBuf,
        /// What was found.
        what: &'static str,
    },
    /// The file is larger than [`super::LARGEST`], or would become so.
    #[error("{} is larger than {} MiB, or would become so; is it the right file?", path.display(), super::LARGEST >> 20)]
    TooLarge {
        /// The real path.
        path: PathBuf,
    },
    /// Git tracks the file, so that a token in it would be committed.
    #[error(
        "git tracks {} (in {}), so a token in it could be published; run `git rm --cached` on it and add it to \
         .gitignore, or set `allow_tracked = true` for this sink",
        path.display(), repository.display()
    )]
    TrackedByGit {
        /// The real path.
        path: PathBuf,
        /// The top folder of the work tree.
        repository: PathBuf,
    },
    /// The repository's index could not be read, so nobody knows whether git tracks the file.
    #[error(
        "cannot tell whether git tracks {}: its index {} cannot be read ({reason}); see what `git status` says there, \
         or set `allow_tracked = true` for this sink",
        path.display(), index.display()
    )]
    GitUnreadable {
        /// The real path.
        path: PathBuf,
        /// The index that was to be read.
        index: PathBuf,
        /// What stood in the way.
        reason: String,
    },
    /// The user that this program runs as may not do it.
    #[error("no permission to {doing} {}; give it to the user that runs this program", path.display())]
    PermissionDenied {
        /// The file or folder it happened to.
        path: PathBuf,
        /// What was being done, as a verb.
        doing: &'static str,
    },
    /// No space, or none left in the user's quota.
    #[error("no space left to write {}; the file is as it was. Free some space and try again", path.display())]
    DiskFull {
        /// The real path.
        path: PathBuf,
    },
    /// The folder that the file should stand in does not exist.
    #[error("there is no folder {}; create it, or name another file", folder.display())]
    FolderMissing {
        /// The folder.
        folder: PathBuf,
    },
    /// Another program has been writing there for [`super::PATIENCE`].
    #[error(
        "another program kept {} busy for {} seconds; try again when it is done",
        path.display(), super::PATIENCE.as_secs()
    )]
    Busy {
        /// The real path.
        path: PathBuf,
    },
    /// Symbolic links that lead to each other.
    #[error("the symbolic links at {} lead in a circle; mend them with `ln -sfn`", path.display())]
    SymlinkLoop {
        /// The path as it was given.
        path: PathBuf,
    },
    /// Anything else that the system reports. The file was written only where the message says so.
    #[error("cannot {doing} {}: {source}", path.display())]
    Io {
        /// The file or folder it happened to.
        path: PathBuf,
        /// What was being done, as a verb.
        doing: &'static str,
        /// What the system said.
        source: io::Error,
    },
}

impl EnvFileError {
    /// A stable name for the kind of error, the same in every version and language.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NameInvalid { .. } => "name-invalid",
            Self::ValueUnsafe { .. } => "value-unsafe",
            Self::ValueUnfit { .. } => "value-unfit",
            Self::ValueControl { .. } => "value-control",
            Self::NotARegularFile { .. } => "not-a-regular-file",
            Self::NotText { .. } => "not-text",
            Self::TooLarge { .. } => "too-large",
            Self::TrackedByGit { .. } => "tracked-by-git",
            Self::GitUnreadable { .. } => "git-unreadable",
            Self::PermissionDenied { .. } => "permission-denied",
            Self::DiskFull { .. } => "disk-full",
            Self::FolderMissing { .. } => "folder-missing",
            Self::Busy { .. } => "busy",
            Self::SymlinkLoop { .. } => "symlink-loop",
            Self::Io { .. } => "io",
        }
    }

    /// Sorts what the system said about `doing` something to `path`.
    pub(super) fn from_io(source: io::Error, doing: &'static str, path: &Path) -> Self {
        let path = path.to_path_buf();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull { path },
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::PermissionDenied { path, doing }
            }
            #[cfg(unix)]
            _ if source.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) => {
                Self::SymlinkLoop { path }
            }
            _ => Self::Io { path, doing, source },
        }
    }
}

/// Something the user should know although the file is as they asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Warning {
    /// The file stands in a git work tree, is not tracked, and no ignore rule covers it.
    #[error(
        "git does not ignore {} (in {}), so `git add .` would publish the token; add it to .gitignore",
        path.display(), repository.display()
    )]
    NotIgnoredByGit {
        /// The real path.
        path: PathBuf,
        /// The top folder of the work tree.
        repository: PathBuf,
    },
}

impl Warning {
    /// A stable name for the kind of warning.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotIgnoredByGit { .. } => "not-ignored-by-git",
        }
    }
}
