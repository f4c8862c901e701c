//! What can go wrong, and what to do about it.

use crate::checks::{moved_away, quoted};
use potbridge_protocol::{Code, Problem};
use potbridge_system::browser::native_manifest;
use potbridge_system::dirs::NoDir;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

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
    /// A part of potbridge, or a program that was asked, says what is wrong.
    #[error("{}", .0.message)]
    Problem(Problem),
    /// The browser could not be opened or driven.
    #[error(transparent)]
    Browser(#[from] potbridge_browser::Error),
    /// The table of browsers does not have this name.
    #[error("no browser is called {name:?}")]
    UnknownBrowser {
        /// The name.
        name: String,
        /// The nearest one, and where all are.
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
        /// Which file of ours it is.
        code: Code,
    },
    /// A folder was given instead of a file.
    #[error("{} is a folder", .0.display())]
    IsFolder(PathBuf),
    /// A folder, a pipe or a device stands where a file is to be.
    #[error("{} is no regular file", .0.display())]
    NoFile(PathBuf),
    /// Something that the command needs is missing.
    #[error("{what} is missing")]
    Missing {
        /// What kind of thing is missing.
        code: Code,
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
    /// Root would install for itself, or into the home folder of somebody else.
    #[error("{why}")]
    ForAnotherUser {
        /// For whom, and for whom not.
        why: String,
        /// What to do.
        hint: String,
    },
    /// A command for all users was run by an ordinary one.
    #[error("only root may do this for all users")]
    NotRoot {
        /// The command.
        command: &'static str,
    },
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
            Self::NoBrowser { hint, .. } | Self::Missing { hint, .. } | Self::ForAnotherUser { hint, .. } => {
                Some(hint.clone())
            }
            Self::NoDir(error) => Some(error.hint()),
            Self::Replace(error) => error.hint().map(str::to_owned),
            Self::Problem(problem) => problem.hint.clone(),
            Self::Usage { hint, .. } => Some((*hint).to_owned()),
            Self::UnknownBrowser { known, .. } => Some(known.clone()),
            Self::IsFolder(path) => {
                Some(format!("name a file in it, for example {}", path.join(".env").display()))
            }
            Self::InTheWay(key) if key.to_string_lossy().starts_with("HK") => {
                Some(format!("remove its value: reg delete {} /ve", quoted(key)))
            }
            Self::InTheWay(path) | Self::NoFile(path) => Some(format!("move it away: {}", moved_away(path))),
            Self::NotRoot { command } => Some(format!("run `sudo {command} --system`")),
            Self::NotUtf8(_) => Some("use a folder with a plain name".to_owned()),
            _ => None,
        }
    }

    /// What went wrong, for programs.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::File(error) | Self::Run { source: error, .. } => of_system(error),
            Self::Replace(error) => of_replacing(error),
            Self::NoDir(_) => Code::DirMissing,
            Self::Stdout(_) => Code::Io,
            Self::Failed { .. } => Code::CommandFailed,
            Self::PathNotUtf8(_) | Self::NotUtf8(_) => Code::PathNotUtf8,
            Self::Problem(problem) => problem.code,
            Self::Browser(_) => Code::BrowserFailed,
            Self::UnknownBrowser { .. } | Self::Usage { .. } => Code::Usage,
            Self::NoBrowser { .. } => Code::BrowserMissing,
            Self::NoToken { .. } => Code::NoToken,
            Self::Content { code, .. } | Self::Missing { code, .. } => *code,
            Self::IsFolder(_) | Self::NoFile(_) => Code::NotARegularFile,
            Self::InTheWay(_) => Code::FileInTheWay,
            Self::ForAnotherUser { .. } => Code::ForAnotherUser,
            Self::NotRoot { .. } => Code::PermissionDenied,
            Self::Interrupted => Code::Interrupted,
        }
    }

    /// The same for programs: a code, a message and a hint.
    #[must_use]
    pub fn problem(&self) -> Problem {
        let problem = Problem::new(self.code(), self.to_string());
        match self.hint() {
            Some(hint) => problem.with_hint(hint),
            None => problem,
        }
    }

    pub(crate) fn config(path: &Path, problem: impl Into<String>) -> Self {
        Self::Content { path: path.to_owned(), problem: problem.into(), code: Code::ConfigInvalid }
    }

    pub(crate) fn receipts(path: &Path, problem: impl Into<String>) -> Self {
        Self::Content { path: path.to_owned(), problem: problem.into(), code: Code::ReceiptsInvalid }
    }

    pub(crate) fn no_home() -> Self {
        let (code, what) = (Code::DirMissing, "the home folder".to_owned());
        Self::Missing { code, what, hint: "set HOME".to_owned() }
    }
}

/// The code of a file that could not be replaced.
fn of_replacing(error: &atomic_file::Error) -> Code {
    match error {
        atomic_file::Error::NotARegularFile { .. } => Code::NotARegularFile,
        atomic_file::Error::TooLarge { .. } => Code::TooLarge,
        atomic_file::Error::FolderMissing { .. } => Code::FolderMissing,
        atomic_file::Error::SymlinkLoop { .. } => Code::SymlinkLoop,
        atomic_file::Error::KeepsChanging { .. } => Code::Busy,
        atomic_file::Error::Io { source, .. } => of_system(source),
    }
}

/// The code of an error of the system.
pub(crate) fn of_system(error: &io::Error) -> Code {
    match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Code::PermissionDenied,
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Code::DiskFull,
        _ => Code::Io,
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
