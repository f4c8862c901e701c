//! Why a download goes no further.

use crate::error::Error;
use potbridge_protocol::{Code, Problem};
use std::io;

/// Why a download goes no further.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum StopReason {
    /// Somebody cancelled it.
    Cancelled,
    /// It failed.
    Failed(Problem),
}

impl StopReason {
    /// It failed for a reason that has no hint.
    pub(super) fn failed(code: Code, message: impl Into<String>) -> Self {
        Self::Failed(Problem::new(code, message))
    }

    /// Something that it needs of the system failed. `what` is the beginning of a sentence.
    pub(super) fn io(what: &str, error: &io::Error) -> Self {
        Self::failed(Code::DownloadFailed, format!("{what}: {error}."))
    }
}

impl From<Error> for StopReason {
    fn from(error: Error) -> Self {
        Self::Failed(error.problem())
    }
}
