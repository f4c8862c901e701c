//! What is to be run, and how.

use std::ffi::OsString;
use std::time::Duration;

/// What is to be run, and how.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// The program and its arguments.
    pub command: Vec<OsString>,
    /// Restart it when the values change.
    pub watch: bool,
    /// Wait for the first token.
    pub wait: Wait,
    /// The least time between two starts.
    pub min_interval: Duration,
    /// How long it may take from SIGTERM to its end, before it is killed.
    pub grace: Duration,
}

/// How long the first token is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// Not at all.
    No,
    /// No longer than this.
    AtMost(Duration),
    /// Until it comes.
    ForEver,
}
