use std::{io, path::PathBuf};

use strum::VariantNames as _;

use crate::{LARGEST, Reader, reader::names};

/// Why a `.env` file was not changed. Unless the message says otherwise, the file is as it was.
///
/// The message (`Display`) says what happened to which file, [`Error::hint`] says what to do about it, and
/// [`Error::code`] names the kind of error for programs. No variant holds a value.
#[derive(Debug, thiserror::Error, strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Error {
    /// The name of a variable is not a name to every reader.
    #[error("{name:?} cannot be the name of a variable")]
    NameInvalid {
        /// The name as it was given.
        name: String,
    },
    /// The readers do not all read the value alike, and no reader is named.
    #[error("the value for {name} holds a character that not all readers of .env files read alike")]
    ValueUnsafe {
        /// The variable whose value it is.
        name: String,
    },
    /// The named reader would not read the value as it is.
    #[error(
        "the value for {name} holds {what}, which would not reach a program through a .env file that is read by \
         {reader}"
    )]
    ValueUnfit {
        /// The variable whose value it is.
        name: String,
        /// Who reads the file.
        reader: Reader,
        /// What is in the value, with its article.
        what: &'static str,
    },
    /// The value holds a line break, a NUL or the like.
    #[error(
        "the value for {name} holds a line break or another control character, which no .env file can hold"
    )]
    ValueControl {
        /// The variable whose value it is.
        name: String,
    },
    /// The path leads to a folder, a device, a FIFO or a socket.
    #[error("{} is {what}, not a file", path.display())]
    NotARegularFile {
        /// The real path, symbolic links followed.
        path: PathBuf,
        /// What is there, with its article.
        what: &'static str,
    },
    /// The file is UTF-16 or holds NUL bytes.
    #[error("{} is not text that a .env reader understands ({what})", path.display())]
    NotText {
        /// The real path.
        path: PathBuf,
        /// What was found.
        what: &'static str,
    },
    /// The file is larger than [`LARGEST`], or would become so.
    #[error("{} is larger than {} MiB, or would become so", path.display(), LARGEST >> 20)]
    TooLarge {
        /// The real path.
        path: PathBuf,
    },
    /// Git tracks the file, so the values in it would be committed.
    #[error("git tracks {} (in {}), so what is in it could be published", path.display(), repository.display())]
    TrackedByGit {
        /// The real path.
        path: PathBuf,
        /// The top folder of the work tree.
        repository: PathBuf,
    },
    /// A repository of git's is there and cannot be read. So nobody knows whether git tracks the file.
    #[error("cannot tell whether git tracks {}: {} cannot be read ({reason})", path.display(), at.display())]
    GitUnreadable {
        /// The real path.
        path: PathBuf,
        /// What of the repository cannot be read.
        at: PathBuf,
        /// Why it cannot be read.
        reason: String,
    },
    /// The user that this program runs as may not do it.
    #[error("no permission to {doing} {}{}", path.display(), after_colon(reason.as_deref()))]
    PermissionDenied {
        /// The file or folder that the error is about.
        path: PathBuf,
        /// What was to be done, as a verb.
        doing: &'static str,
        /// What stands in the way, if it is more than the mode.
        reason: Option<String>,
        /// What to do about it.
        hint: &'static str,
    },
    /// The disk is full, or the user's quota of it.
    #[error("no space is left to write {}; the file is as it was", path.display())]
    DiskFull {
        /// The real path.
        path: PathBuf,
    },
    /// The folder of the file does not exist.
    #[error("the folder {} does not exist", folder.display())]
    FolderMissing {
        /// The folder.
        folder: PathBuf,
    },
    /// Another program holds the lock, or changes the file all the time.
    #[error("another program keeps {} busy", path.display())]
    Busy {
        /// The path of the file.
        path: PathBuf,
    },
    /// The symbolic links at the path lead in a circle.
    #[error("the symbolic links at {} lead in a circle", path.display())]
    SymlinkLoop {
        /// The path of a link.
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
    /// The code of every kind of error.
    pub const CODES: &[&str] = Self::VARIANTS;

    /// The name of the kind of error, the same in every version: `disk-full`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.into()
    }

    /// What to do about it, if that is known.
    ///
    /// `reader` and `allow_tracked` are the fields of [`EnvFile`](crate::EnvFile).
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NameInvalid { .. } => "use letters, digits and _, and do not begin with a digit",
            Self::ValueUnsafe { .. } => {
                return Some(format!(
                    "set `reader = \"…\"` to the program that reads the file, one of {}; without it only letters, \
                     digits and _ . , : / @ % + = - are written",
                    names()
                ));
            }
            Self::ValueUnfit { .. } => "change the value, or give it to the program in another way",
            Self::NotARegularFile { .. } => "name a regular file",
            Self::NotText { .. } => "save it as UTF-8",
            Self::TooLarge { .. } => "check that it is the right file",
            Self::TrackedByGit { .. } => {
                "run `git rm --cached` on it and add it to .gitignore, or set `allow_tracked = true`"
            }
            Self::GitUnreadable { .. } => {
                "let this user read the repository, repair it, or set `allow_tracked = true`"
            }
            Self::PermissionDenied { hint, .. } => hint,
            Self::DiskFull { .. } => "free some space and try again",
            Self::FolderMissing { .. } => "create it, or name another file",
            Self::Busy { .. } => "try again when that program is done",
            Self::SymlinkLoop { .. } => "point one of them at the file with `ln -sfn`",
            Self::ValueControl { .. } | Self::Io { .. } => return None,
        };
        Some(hint.into())
    }

    /// Whether the change was possible, and was refused because it might do harm.
    #[must_use]
    pub fn is_unsafe(&self) -> bool {
        matches!(
            self,
            Self::TrackedByGit { .. }
                | Self::GitUnreadable { .. }
                | Self::ValueUnsafe { .. }
                | Self::ValueUnfit { .. }
                | Self::ValueControl { .. }
        )
    }

    /// Whether another attempt may succeed soon without anybody's help.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Busy { .. })
    }
}

fn after_colon(reason: Option<&str>) -> String {
    reason.map(|reason| format!(": {reason}")).unwrap_or_default()
}

#[cfg(feature = "files")]
impl From<atomic_file::Error> for Error {
    fn from(error: atomic_file::Error) -> Self {
        use atomic_file::Error as Cause;
        let hint = error.hint().unwrap_or_default();
        match error {
            Cause::NotARegularFile { path, what } => Self::NotARegularFile { path, what },
            Cause::TooLarge { path, .. } => Self::TooLarge { path },
            Cause::FolderMissing { folder } => Self::FolderMissing { folder },
            Cause::SymlinkLoop { path } => Self::SymlinkLoop { path },
            Cause::KeepsChanging { path } => Self::Busy { path },
            Cause::Io { path, doing, source } => match source.kind() {
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull { path },
                io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                    let reason = source.get_ref().map(ToString::to_string);
                    Self::PermissionDenied { path, doing, reason, hint }
                }
                _ => Self::Io { path, doing, source },
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_stay_what_they_were() {
        let codes = [
            "name-invalid",
            "value-unsafe",
            "value-unfit",
            "value-control",
            "not-a-regular-file",
            "not-text",
            "too-large",
            "tracked-by-git",
            "git-unreadable",
            "permission-denied",
            "disk-full",
            "folder-missing",
            "busy",
            "symlink-loop",
            "io",
        ];
        assert_eq!(Error::CODES, codes);
        assert_eq!(Error::NotARegularFile { path: PathBuf::new(), what: "a folder" }.code(), codes[4]);
    }

    #[test]
    fn message_and_hint_are_apart() {
        let path = PathBuf::from("/srv/.env");
        let name = || "K".to_owned();
        for error in [
            Error::NameInvalid { name: name() },
            Error::ValueUnsafe { name: name() },
            Error::ValueUnfit { name: name(), reader: Reader::Shell, what: "a single quote" },
            Error::ValueControl { name: name() },
            Error::TrackedByGit { path: path.clone(), repository: "/srv".into() },
            Error::Busy { path: path.clone() },
            Error::PermissionDenied { path: path.clone(), doing: "write", reason: None, hint: "give it" },
            Error::PermissionDenied {
                path: path.clone(),
                doing: "write",
                reason: Some("it is immutable".into()),
                hint: "take that away",
            },
            Error::FolderMissing { folder: path },
        ] {
            let (message, hint) = (error.to_string(), error.hint().unwrap_or_default());
            assert!(!message.ends_with('.') && !hint.ends_with('.'), "{message} {hint}");
            assert!(hint.is_empty() || !message.contains(&hint), "{message} {hint}");
        }
    }
}
