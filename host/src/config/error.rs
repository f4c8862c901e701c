//! Why there is no configuration to go by.

use std::io;
use std::path::{Path, PathBuf};

/// Why there is no configuration to go by.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the configuration {} cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file makes no sense.
    #[error("the configuration {} is not valid: {mistake}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What is wrong in it.
        mistake: Mistake,
    },
}

impl ConfigError {
    /// A mistake in a file.
    pub fn invalid(path: &Path, mistake: impl Into<Mistake>) -> Self {
        Self::Invalid { path: path.to_owned(), mistake: mistake.into() }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Unreadable { .. } => {
                "let this user read it, or name another file in POTBRIDGE_CONFIG".to_owned()
            }
            Self::Invalid { mistake, .. } => mistake.hint.clone().unwrap_or_else(|| {
                "correct that line; README.md and the pages in docs/ show every key".to_owned()
            }),
        }
    }
}

/// A mistake in a configuration.
///
/// It repeats no line of the file: a password could be in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{why}", at(*line))]
pub struct Mistake {
    /// The line that it is in, counted from 1, if it is known.
    pub line: Option<usize>,
    /// What is wrong.
    pub why: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl From<String> for Mistake {
    fn from(why: String) -> Self {
        Self { line: None, why, hint: None }
    }
}

fn at(line: Option<usize>) -> String {
    line.map_or_else(String::new, |line| format!("line {line}: "))
}
