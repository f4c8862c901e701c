//! What can go wrong, and how a command ends for it.

use crate::config::ConfigError;
use crate::folders::NoFolder;
use crate::shelf::ShelfError;
use potbridge_protocol::report::Notice;
use potbridge_protocol::{ErrorCode, NotAToken};
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
    /// The shelf is in the memory of another process.
    #[error(
        "there is nothing to read: {} keeps the shelf inside the browser's host (its [shelf] path is \":memory:\"), where no command can see it; give it a file, or take that line out",
        .0.display()
    )]
    ShelfInMemory(PathBuf),
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

impl Error {
    /// Exit code 1: failed · 3: nothing to give · 4: refused as unsafe. (0 is done, and 2 a wrong command line.)
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::NoToken(_) | Self::NothingToRunWith | Self::NoneCame(_) => 3,
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
            _ => ErrorCode::ShelfUnavailable,
        }
    }

    /// The error as part of a status.
    #[must_use]
    pub fn notice(&self) -> Notice {
        Notice { code: self.code().to_string(), message: self.to_string() }
    }
}
