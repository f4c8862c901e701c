//! What a sink did with the newest token.

use crate::Problem;
use serde::{Deserialize, Serialize};

/// What one sink did with the newest token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SinkReport {
    /// `env-file`, `keyring`, `command`, `redis`.
    pub kind: String,
    /// Where: the path of an env-file, the service of a keyring, a command with its arguments, a server's address.
    pub place: String,
    /// What happened.
    #[serde(flatten)]
    pub outcome: SinkOutcome,
    /// What the person should know although the sink was written.
    #[serde(default)]
    pub warnings: Vec<Problem>,
    /// When: milliseconds since 1970.
    pub at: u64,
}

/// How a delivery to a sink ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum SinkOutcome {
    /// The place holds the new values now.
    Written,
    /// It held them already, and was not touched.
    Unchanged,
    /// It was not written. A file is as it was.
    Failed(Problem),
    /// It is being written. A `delivered` message follows.
    Pending,
}
