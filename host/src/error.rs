//! The error type of the host: the one place that gives an error its code, its message and its hint.

use crate::config::ConfigError;
use crate::store::StoreError;
use crate::yt_dlp;
use potbridge_protocol::{Code, DownloadId, NotAToken, Problem};
use potbridge_system::dirs::NoDir;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// What stops a command, or the answer to a message.
///
/// `Display` says what happened. [`Error::hint`] says what to do. [`Error::code`] names it for programs.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The account has no such folder.
    #[error(transparent)]
    NoDir(#[from] NoDir),
    /// The token store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What was pasted is no token.
    #[error(transparent)]
    NotAToken(#[from] NotAToken),
    /// YouTube has refused the token, which is known by its fingerprint: it is given to nobody, so it is not taken either.
    #[error("YouTube has refused {0} within the last 12 hours")]
    Refused(String),
    /// The store has no token that fits.
    #[error("the store has no token {0}")]
    NoToken(String),
    /// The store has no token to run a command with.
    #[error("the store has no token")]
    NothingToRunWith,
    /// No token came in time.
    #[error("no token came within {} s", .0.as_secs())]
    TimedOut(Duration),
    /// The store has no such token, and no browser could be asked, or none sent one.
    #[error("there is no token {wanted}: {}", .problem.message)]
    TokenRequest {
        /// What was requested.
        wanted: String,
        /// Why there is none.
        problem: Problem,
    },
    /// A token bound to an account was requested.
    #[error("potbridge does not know which account a token belongs to, so it has none bound to an account")]
    AccountBound,
    /// The store is in the memory of another process.
    #[error("{} keeps the store in the memory of the browser's host, where no command can read it", .0.display())]
    StoreInMemory(PathBuf),
    /// yt-dlp is not where the configuration says.
    #[error(transparent)]
    YtDlpMissing(#[from] yt_dlp::program::NotFound),
    /// There is no download of this name.
    #[error("there is no download {0} in the list")]
    NoSuchDownload(DownloadId),
    /// Another process runs this download.
    #[error("the download {0} is running")]
    DownloadRuns(DownloadId),
    /// The file of a download is missing.
    #[error("the file {0} was moved, renamed or deleted")]
    FileGone(String),
    /// A problem that has its code and its words already.
    #[error("{}", .0.message)]
    Problem(Problem),
    /// A download was cancelled.
    #[error("the download was cancelled")]
    DownloadCancelled,
    /// What a download needs of the system.
    #[error("{what}: {source}")]
    DownloadIo {
        /// What cannot be done, to what.
        what: String,
        /// What the system said.
        source: io::Error,
    },
    /// Sinks failed. There is at least one.
    #[error("{}", messages(.0))]
    Sinks(Vec<Problem>),
    /// A file was not replaced.
    #[error(transparent)]
    File(#[from] atomic_file::Error),
    /// Reading or writing.
    #[error("{what}: {source}")]
    Io {
        /// What was being done, to what.
        what: String,
        /// What the system said.
        source: io::Error,
    },
}

fn file_code(error: &atomic_file::Error) -> Code {
    use atomic_file::Error as File;
    match error {
        File::NotARegularFile { .. } => Code::NotARegularFile,
        File::TooLarge { .. } => Code::TooLarge,
        File::FolderMissing { .. } => Code::FolderMissing,
        File::SymlinkLoop { .. } => Code::SymlinkLoop,
        File::KeepsChanging { .. } => Code::Busy,
        File::Io { source, .. } => match source.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Code::PermissionDenied,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Code::DiskFull,
            _ => Code::Io,
        },
    }
}

fn messages(problems: &[Problem]) -> String {
    problems.iter().map(|problem| problem.message.as_str()).collect::<Vec<_>>().join("\n")
}

impl Error {
    /// How a command ends for it: the exit code of its [`Code`].
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            // Whatever the host said: there is nothing to give. But potbridge's own browser is to be repaired.
            Self::TokenRequest { problem, .. }
                if !matches!(problem.code, Code::OwnBrowserFailed | Code::SandboxMissing) =>
            {
                Code::NoToken.exit_code()
            }
            error => error.code().exit_code(),
        }
    }

    /// The reason alone, for where what was requested is said already.
    #[must_use]
    pub fn why(&self) -> String {
        match self {
            Self::TokenRequest { problem, .. } => problem.message.clone(),
            other => other.to_string(),
        }
    }

    /// The code for programs.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Config(_) => Code::ConfigInvalid,
            Self::NoDir(_) => Code::DirMissing,
            Self::Store(error) => error.code(),
            Self::NotAToken(_) => Code::NotAToken,
            Self::Refused(_) => Code::TokenRefused,
            Self::NoToken(_) | Self::NothingToRunWith | Self::TimedOut(_) => Code::NoToken,
            Self::TokenRequest { problem, .. } => problem.code,
            Self::AccountBound => Code::AccountBound,
            Self::StoreInMemory(_) => Code::StoreInMemory,
            Self::YtDlpMissing(_) => Code::YtDlpMissing,
            Self::NoSuchDownload(_) => Code::DownloadUnknown,
            Self::DownloadRuns(_) => Code::DownloadRunning,
            Self::FileGone(_) => Code::FileGone,
            Self::Problem(problem) => problem.code,
            Self::DownloadCancelled => Code::DownloadCancelled,
            Self::DownloadIo { .. } => Code::DownloadFailed,
            Self::Sinks(problems) => match problems.as_slice() {
                [problem] => problem.code,
                several if several.iter().all(|problem| problem.code.is_unsafe()) => Code::SinkUnsafe,
                _ => Code::SinkFailed,
            },
            Self::File(error) => file_code(error),
            Self::Io { .. } => Code::Io,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let text = match self {
            Self::NoDir(error) => return Some(error.hint()),
            Self::Config(error) => return Some(error.hint()),
            Self::TokenRequest { problem, .. } => return problem.hint.clone(),
            Self::AccountBound => "log out, or ask for a token of a video",
            Self::Problem(problem) => return problem.hint.clone(),
            Self::YtDlpMissing(missing) => missing.hint(),
            Self::File(error) => return error.hint().map(ToOwned::to_owned),
            Self::Sinks(problems) => {
                let hints: Vec<&str> =
                    problems.iter().filter_map(|problem| problem.hint.as_deref()).collect();
                return (!hints.is_empty()).then(|| hints.join("\n"));
            }
            Self::Store(error) => return error.hint().map(ToOwned::to_owned),
            Self::NotAToken(error) => error.hint(),
            Self::Refused(_) => "take the token of a request that the player makes now",
            Self::NoToken(_) => {
                "play a video in a browser that has the extension, or paste a token into `potbridge put`"
            }
            Self::NothingToRunWith => {
                "play a video in a browser that has the extension, or use --wait to wait for one"
            }
            Self::TimedOut(_) => "play a video in a browser that has the extension",
            Self::StoreInMemory(_) => "give the store a file: take `path = \":memory:\"` out of [store]",
            Self::DownloadRuns(_) => "cancel it first",
            Self::NoSuchDownload(_) | Self::FileGone(_) => "download it again",
            Self::DownloadCancelled => "run the same command to resume it: what was loaded is kept",
            _ => return None,
        };
        Some(text.to_owned())
    }

    /// The error for others: code, message and hint.
    #[must_use]
    pub fn problem(&self) -> Problem {
        Problem { code: self.code(), message: self.to_string(), hint: self.hint() }
    }

    /// The errors for people: one for each sink that failed.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        match self {
            Self::Sinks(problems) => problems.clone(),
            other => vec![other.problem()],
        }
    }
}
