//! What can go wrong while potbridge is built.

use std::io;
use std::path::{Path, PathBuf};

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that ends a command early.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file could not be read or written. The text names the file.
    #[error(transparent)]
    File(#[from] io::Error),
    /// A program could not be started.
    #[error("cannot run {program}: {source}")]
    Run {
        /// The program and its arguments.
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
    /// A file's contents are unusable.
    #[error("{}: {problem}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// Something that the build needs is missing.
    #[error("{what} is missing")]
    Missing {
        /// What is missing.
        what: String,
        /// What to do.
        hint: String,
    },
    /// A file name cannot stand in an archive.
    #[error("{} is not UTF-8, and an archive holds no other names", .0.display())]
    NotUtf8(PathBuf),
}

impl Error {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Missing { hint, .. } => Some(hint),
            _ => None,
        }
    }

    pub(crate) fn content(path: &Path, problem: impl Into<String>) -> Self {
        Self::Content { path: path.to_owned(), problem: problem.into() }
    }
}

fn after_colon(stderr: &str) -> String {
    match stderr.trim() {
        "" => String::new(),
        text => format!(": {text}"),
    }
}
