//! What can go wrong with a browser.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that can go wrong with a browser.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file could not be read or written. The text names the file.
    #[error(transparent)]
    File(#[from] io::Error),
    /// The program could not be started.
    #[error("cannot run {}: {source}", program.display())]
    Run {
        /// The program.
        program: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The extension's manifest is unusable.
    #[error("{}: {problem}", path.display())]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// The browser did not start, or did not take the extension.
    #[error("{browser} did not start with the extension: {source}{}", log_tail(log))]
    Launch {
        /// `Chromium` or `Firefox`.
        browser: &'static str,
        /// What went wrong.
        source: Box<Error>,
        /// The last lines of its log.
        log: String,
    },
    /// The browser refused a command of its remote protocol.
    #[error("the browser refused {method}: {message}")]
    Refused {
        /// The command.
        method: String,
        /// The browser's own words.
        message: String,
    },
    /// An answer or event did not come in time.
    #[error("{what} did not come within {} s", limit.as_secs())]
    TimedOut {
        /// What was waited for.
        what: String,
        /// For how long.
        limit: Duration,
    },
    /// The browser closed the connection.
    #[error("the browser closed its connection while {method} waited for it")]
    Disconnected {
        /// The command or event that was waited for.
        method: String,
    },
    /// A page's script threw.
    #[error("the page's script failed: {0}")]
    Script(String),
}

fn log_tail(log: &str) -> String {
    match log.trim() {
        "" => String::new(),
        text => format!("; the end of its log:\n{text}"),
    }
}
