//! Why a program did not do what it was run for.

use crate::process_group::NotEnded;
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
    #[error("{program} took longer than {} seconds and {}", limit.as_secs(), ended(*left))]
    TooSlow {
        /// The program.
        program: String,
        /// Its time limit.
        limit: Duration,
        /// Why something of it is left, if something is.
        left: Option<NotEnded>,
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
            Self::NotStarted { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                Some("give its whole path: the PATH of a browser is not that of a shell")
            }
            Self::TooSlow { left: Some(NotEnded::NotAllowed), .. } => {
                Some("end it yourself; have it run as this user")
            }
            _ => None,
        }
    }
}

fn ended(left: Option<NotEnded>) -> String {
    left.map_or_else(|| "was ended".to_owned(), |left| left.to_string())
}
