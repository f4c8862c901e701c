//! What can go wrong, in words, and what to do about it.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that ends a command of `potbridge-setup` early.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder could not be read, written or made.
    #[error("cannot {doing} {}: {source}", path.display())]
    File {
        /// `read`, `write`, `make the folder`, …
        doing: &'static str,
        /// Which file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A program could not be run.
    #[error("cannot run {program}: {source}")]
    Run {
        /// Which program.
        program: String,
        /// What the system says.
        source: io::Error,
    },
    /// A program ran and said no.
    #[error("{program} failed ({status}){}", after_colon(said))]
    Failed {
        /// The program with its arguments.
        program: String,
        /// Its exit status.
        status: String,
        /// The end of what it said, where that was not shown already.
        said: String,
    },
    /// A name that the table of browsers does not have.
    #[error("no browser is called {name:?} here; known: {known}")]
    UnknownBrowser {
        /// As given.
        name: String,
        /// All names of the table.
        known: String,
    },
    /// None of the browsers asked for is on this machine.
    #[error("{wanted} is not installed on this machine")]
    NoBrowser {
        /// The name of the browser, or a list of all.
        wanted: String,
        /// What to do.
        hint: String,
    },
    /// The browser ended, or never began to answer.
    #[error("{browser} {what}{}", log_tail(log))]
    Browser {
        /// `Chromium` or `Firefox`.
        browser: &'static str,
        /// What happened.
        what: String,
        /// The last lines of its log.
        log: String,
    },
    /// The browser refused a command of its remote protocol.
    #[error("the browser refused {method}: {message}")]
    Refused {
        /// The command.
        method: String,
        /// Its own words.
        message: String,
    },
    /// Nothing came within the time.
    #[error("{what} did not come within {} s{}", limit.as_secs(), log_tail(log))]
    TooLate {
        /// What was waited for.
        what: String,
        /// For how long.
        limit: Duration,
        /// The last lines of the browser's log, where there is one.
        log: String,
    },
    /// The connection to the browser is gone.
    #[error("the browser closed its connection while {method} waited for it")]
    Disconnected {
        /// The command or event that was waited for.
        method: String,
    },
    /// A page's script threw.
    #[error("the page's script failed: {0}")]
    Script(String),
    /// Something is not as it must be in a file that was read.
    #[error("{}: {what}", path.display())]
    Content {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// What the command needs is neither here nor can it be built.
    #[error("{what} is missing")]
    Missing {
        /// What.
        what: String,
        /// What to do.
        hint: String,
    },
    /// A path that cannot stand in a manifest.
    #[error("{} is not UTF-8, and a browser's manifest can hold nothing else", .0.display())]
    NotUtf8(PathBuf),
    /// A file is in the way that this program did not make.
    #[error("{} exists already, and potbridge-setup did not make it", .0.display())]
    InTheWay(PathBuf),
    /// The arguments do not go together.
    #[error("{0}")]
    Usage(String),
    /// A person or the system asked to end before the work was done.
    #[error("ended before a token arrived")]
    Interrupted,
}

impl Error {
    /// What to do about it, where there is something to say.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoBrowser { hint, .. } | Self::Missing { hint, .. } => Some(hint.clone()),
            Self::InTheWay(path) => Some(format!("move it away: mv {0} {0}.old", path.display())),
            Self::NotUtf8(_) => Some("use a folder whose name is plain text".to_owned()),
            _ => None,
        }
    }

    /// 2 for wrong usage, else 1.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::UnknownBrowser { .. } | Self::Usage(_) => 2,
            _ => 1,
        }
    }

    pub(crate) fn content(path: &Path, what: impl Into<String>) -> Self {
        Self::Content { path: path.to_owned(), what: what.into() }
    }
}

/// Names the file in an [`io::Error`].
pub(crate) trait Named<T> {
    /// `doing` is a verb: "read", "write".
    fn named(self, doing: &'static str, path: &Path) -> Result<T>;
}

impl<T> Named<T> for io::Result<T> {
    fn named(self, doing: &'static str, path: &Path) -> Result<T> {
        self.map_err(|source| Error::File { doing, path: path.to_owned(), source })
    }
}

fn after_colon(said: &str) -> String {
    match said.trim() {
        "" => String::new(),
        text => format!(": {text}"),
    }
}

fn log_tail(log: &str) -> String {
    match log.trim() {
        "" => String::new(),
        text => format!("; the end of its log:\n{text}"),
    }
}
