//! How `serve` answers.

use super::secret::Secret;
use potbridge_protocol::ShortText;
use std::io::Write;
use std::net::SocketAddr;
use std::time::Duration;

/// How `serve` answers.
pub struct ServeOptions {
    /// Where it listens. Port 0 has the system choose one.
    pub listen: SocketAddr,
    /// Whether it listens on the same port of `[::1]` as well. Without IPv6 it does not.
    pub both_loopbacks: bool,
    /// The names, besides its own, that it may be called by. Lower case.
    pub hosts: Vec<String>,
    /// The version that it reports.
    pub version: ShortText,
    /// What every path must begin with.
    pub secret: Option<Secret>,
    /// How long things may take.
    pub limits: Limits,
    /// Gets a line for each request, without a secret in it.
    pub log: Box<dyn Write + Send>,
}

/// How long things may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// A request's head, with the silence before it; the rest of an answer, until it is taken.
    pub head: Duration,
    /// A request's body.
    pub body: Duration,
    /// From a request's head to its answer.
    pub answer: Duration,
    /// What is under way at the end.
    pub end: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            body: Duration::from_secs(10),
            // bgutil's plugin 2.0.2 waits for 20 s.
            answer: Duration::from_secs(18),
            end: Duration::from_millis(1500),
        }
    }
}
