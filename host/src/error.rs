//! What can go wrong, and how a command ends for it.

use crate::config::ConfigError;
use crate::download::target::NotATarget;
use crate::folders::NoFolder;
use crate::obtain::NotObtained;
use crate::shelf::ShelfError;
use potbridge_protocol::report::Notice;
use potbridge_protocol::{ErrorCode, JobId, NotAToken};
use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// What stops a command, or the answer to a message.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The folders.
    #[error(transparent)]
    NoFolder(#[from] NoFolder),
    /// The shelf.
    #[error(transparent)]
    Shelf(#[from] ShelfError),
    /// What was pasted.
    #[error(transparent)]
    NotAToken(#[from] NotAToken),
    /// Nothing to give.
    #[error(
        "no token {0} is on the shelf: play a video in a browser that has the extension, or paste a token into `potbridge put`"
    )]
    NoToken(String),
    /// Nothing to run a command with.
    #[error(
        "no token is on the shelf: play a video in a browser that has the extension, or use --wait to wait for one"
    )]
    NothingToRunWith,
    /// The time to wait for a token is over.
    #[error("no token came within {} s: play a video in a browser that has the extension", .0.as_secs())]
    NoneCame(Duration),
    /// No browser brought one.
    #[error(transparent)]
    NotObtained(Box<NotObtained>),
    /// The shelf is in the memory of another process.
    #[error(
        "there is nothing to read: {} keeps the shelf inside the browser's host (its [shelf] path is \":memory:\"), where no command can see it; give it a file, or take that line out",
        .0.display()
    )]
    ShelfInMemory(PathBuf),
    /// yt-dlp is not to be found.
    #[error("{0}")]
    YtDlpMissing(String),
    /// What was asked for names no video.
    #[error(transparent)]
    NotATarget(#[from] NotATarget),
    /// There is no download of this name.
    #[error("there is no download {0} in the list any more")]
    NoSuchDownload(JobId),
    /// Another process runs this download.
    #[error("the download {0} is running: cancel it first")]
    DownloadRuns(JobId),
    /// The file of a download is not there any more.
    #[error("the file {0} is not there any more: it was moved, renamed or deleted")]
    FileGone(String),
    /// The process that was to run a download would not.
    #[error("{}", .0.message)]
    DownloadRefused(Notice),
    /// A download did not succeed.
    #[error("{}", .0.message)]
    DownloadFailed(Notice),
    /// A download was cancelled.
    #[error("cancelled; what is there is kept, and the same command goes on from it")]
    DownloadCancelled,
    /// What a download needs of the system.
    #[error("{what}: {source}")]
    Download {
        /// What cannot be done, to what.
        what: String,
        /// What the system said.
        source: io::Error,
    },
    /// A sink that refused for safety's sake.
    #[error("{0}")]
    RefusedAsUnsafe(String),
    /// At least one sink failed.
    #[error("{0}")]
    SinkFailed(String),
    /// Reading or writing.
    #[error("{what}: {source}")]
    Io {
        /// What was being done, to what.
        what: String,
        /// What the system said.
        source: io::Error,
    },
}

impl From<NotObtained> for Error {
    fn from(why: NotObtained) -> Self {
        Self::NotObtained(Box::new(why))
    }
}

impl Error {
    /// Exit code 1: failed · 3: nothing to give · 4: refused as unsafe. (0 is done, and 2 a wrong command line.)
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::NoToken(_) | Self::NothingToRunWith | Self::NoneCame(_) => 3,
            Self::NotObtained(why) => match &**why {
                NotObtained::Broken(error) => error.exit_code(),
                _ => 3,
            },
            Self::DownloadFailed(why) if why.code == "no-token" => 3,
            Self::NotATarget(_) => 2,
            Self::RefusedAsUnsafe(_) => 4,
            _ => 1,
        }
    }

    /// The code for messages.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Config(_) | Self::NoFolder(_) | Self::ShelfInMemory(_) => ErrorCode::ConfigInvalid,
            Self::NotAToken(_) => ErrorCode::MalformedMessage,
            Self::YtDlpMissing(_) => ErrorCode::YtDlpMissing,
            Self::DownloadRefused(why) => {
                let named = ErrorCode::ALL.iter().find(|code| code.as_str() == why.code);
                named.copied().unwrap_or(ErrorCode::DownloadFailed)
            }
            Self::NotATarget(_)
            | Self::NoSuchDownload(_)
            | Self::DownloadRuns(_)
            | Self::FileGone(_)
            | Self::DownloadFailed(_)
            | Self::DownloadCancelled
            | Self::Download { .. } => ErrorCode::DownloadFailed,
            _ => ErrorCode::ShelfUnavailable,
        }
    }

    /// The error as part of a status.
    #[must_use]
    pub fn notice(&self) -> Notice {
        Notice { code: self.code().to_string(), message: self.to_string() }
    }
}
