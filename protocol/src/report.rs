//! What became of a delivery.

use serde::{Deserialize, Serialize};

/// What one sink did with the newest token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SinkReport {
    /// `env-file`, `keyring`, `command`, `redis`.
    pub kind: String,
    /// Where: the path of an env-file, the service of a keyring, a command with its arguments, a server's address.
    pub place: String,
    /// What happened.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// What the person should know though it went well.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Notice>,
    /// When: milliseconds since 1970.
    pub at: u64,
}

/// How a delivery ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// The place holds the new values now.
    Written,
    /// It held them already, and was not touched.
    Unchanged,
    /// It was not written; a file is then as it was.
    Failed(Notice),
    /// It is being written. A `delivered` message follows.
    Pending,
}

/// Something said in words, with its stable code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// One of the codes of docs/PROTOCOL.md.
    pub code: String,
    /// What happened, to which file, and what to do.
    pub message: String,
}
