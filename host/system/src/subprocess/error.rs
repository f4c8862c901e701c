//! Why a program did not do what it was run for.

use potbridge_protocol::Code;
use std::io;
use std::process::ExitStatus;
use std::time::Duration;

/// Why a program did not do what it was run for.
///
/// `Display` says what happened; [`SubprocessError::hint`] what to do. What the program printed is masked in it.
#[derive(Debug, thiserror::Error)]
pub enum SubprocessError {
    /// It cannot be started.
    #[error("{program} cannot be started: {source}")]
    NotStarted {
        /// The program.
        program: String,
        /// The error of the system.
        source: io::Error,
    },
    /// It ended with something other than 0.
    #[error("{program} ended with {how}{said}")]
    Failed {
        /// The program.
        program: String,
        /// `exit status: 1`, …
        how: ExitStatus,
        /// The last line that it printed, masked; empty if it printed none.
        said: String,
    },
    /// It took too long, and was ended.
    #[error("{program} took longer than {} seconds and was ended", limit.as_secs())]
    TooSlow {
        /// The program.
        program: String,
        /// Its time limit.
        limit: Duration,
    },
}

impl SubprocessError {
    /// The code for programs.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::NotStarted { .. } => Code::CommandNotStarted,
            Self::Failed { .. } => Code::CommandFailed,
            Self::TooSlow { .. } => Code::CommandTooSlow,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NotStarted { .. } => {
                Some("give its whole path: the PATH of a browser is not that of a shell")
            }
            Self::Failed { .. } | Self::TooSlow { .. } => None,
        }
    }
}
