//! What can go wrong, and what to do about it.

use potbridge_protocol::Problem;
use potbridge_system::browser::native_manifest;
use potbridge_system::dirs::NoDir;
use potbridge_system::stderr;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

const FAILED: u8 = 1;
const USAGE: u8 = 2;

/// Everything that ends a command of `potbridge-setup` early.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file could not be read or written. The text names the file.
    #[error(transparent)]
    File(#[from] io::Error),
    /// A file could not be replaced. The text names the file.
    #[error(transparent)]
    Replace(#[from] atomic_file::Error),
    /// The system names no folder for the host's files.
    #[error(transparent)]
    NoDir(#[from] NoDir),
    /// Standard output could not be written.
    #[error("cannot write to standard output: {0}")]
    Stdout(#[source] io::Error),
    /// A program could not be started.
    #[error("cannot run {program}: {source}")]
    Run {
        /// The program.
        program: String,
        /// The system's error.
        source: io::Error,
    },
    /// A program failed.
    #[error("{program} failed ({status}){}", after_colon(stderr))]
    Failed {
        /// The program and its arguments.
        program: String,
        /// Its exit status.
        status: String,
        /// What it wrote to stderr, if that was not shown already.
        stderr: String,
    },
    /// A native manifest cannot hold a path.
    #[error(transparent)]
    PathNotUtf8(#[from] native_manifest::NotUtf8),
    /// The host failed.
    #[error("{}", .0.message)]
    Host(Problem),
    /// The browser could not be opened or driven.
    #[error(transparent)]
    Browser(#[from] potbridge_browser::Error),
    /// The table of browsers does not have this name.
    #[error("no browser is called {name:?}")]
    UnknownBrowser {
        /// The name.
        name: String,
        /// All names of the table.
        known: String,
    },
    /// None of the browsers is on this machine.
    #[error("{wanted} is not installed on this machine")]
    NoBrowser {
        /// The browser's name, or all names.
        wanted: String,
        /// What to do.
        hint: String,
    },
    /// No token came in time.
    #[error("no token came within {} s: {reason}{}", limit.as_secs(), log_tail(log))]
    NoToken {
        /// How long the command waited.
        limit: Duration,
        /// How far it came.
        reason: &'static str,
        /// The last lines of the browser's log.
        log: String,
    },
    /// A file's contents are unusable.
    #[error("{}: {problem}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// A folder was given instead of a file.
    #[error("{} is a folder", .0.display())]
    IsFolder(PathBuf),
    /// Something that the command needs is missing.
    #[error("{what} is missing")]
    Missing {
        /// What is missing.
        what: String,
        /// What to do.
        hint: String,
    },
    /// A path cannot stand in a JSON or TOML file.
    #[error("{} is not UTF-8", .0.display())]
    NotUtf8(PathBuf),
    /// `install` would overwrite a file that it did not make.
    #[error("{} exists already, and potbridge-setup did not make it", .0.display())]
    InTheWay(PathBuf),
    /// The arguments are wrong.
    #[error("{message}")]
    Usage {
        /// What is wrong.
        message: String,
        /// What to do.
        hint: &'static str,
    },
    /// A signal or the closed browser ended the command before a token came.
    #[error("ended before a token arrived")]
    Interrupted,
}

impl Error {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoBrowser { hint, .. } | Self::Missing { hint, .. } => Some(hint.clone()),
            Self::NoDir(error) => Some(error.hint()),
            Self::Host(problem) => problem.hint.clone(),
            Self::Usage { hint, .. } => Some((*hint).to_owned()),
            Self::UnknownBrowser { known, .. } => Some(format!("known browsers: {known}")),
            Self::IsFolder(path) => {
                Some(format!("name a file in it, for example {}", path.join(".env").display()))
            }
            Self::InTheWay(path) => Some(format!("move it away: mv {0} {0}.old", path.display())),
            Self::NotUtf8(_) => Some("use a folder with a plain name".to_owned()),
            _ => None,
        }
    }

    /// 2 for wrong arguments, otherwise 1.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::UnknownBrowser { .. } | Self::Usage { .. } => USAGE,
            _ => FAILED,
        }
    }

    /// Writes the message and the hint to stderr and returns the exit code.
    #[must_use]
    pub fn report(&self) -> ExitCode {
        stderr::error(&self.to_string(), self.hint().as_deref());
        ExitCode::from(self.exit_code())
    }

    pub(crate) fn content(path: &Path, problem: impl Into<String>) -> Self {
        Self::Content { path: path.to_owned(), problem: problem.into() }
    }

    pub(crate) fn no_home() -> Self {
        Self::Missing { what: "the home folder".to_owned(), hint: "set HOME".to_owned() }
    }
}

fn after_colon(stderr: &str) -> String {
    match stderr.trim() {
        "" => String::new(),
        text => format!(": {text}"),
    }
}

fn log_tail(log: &str) -> String {
    match log.trim() {
        "" => String::new(),
        text => format!("; the end of the browser's log:\n{text}"),
    }
}
