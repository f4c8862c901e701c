//! What `potbridge-setup doctor` found.

use crate::Code;
use serde::{Deserialize, Serialize};

/// One thing that was looked at, and how it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DiagnosisRow {
    /// What it is about: `installation`, `browser`, `extension`, `place`, `store`, `yt-dlp`.
    pub part: String,
    /// What was looked at: a browser, a file, a program.
    pub name: String,
    /// How it is.
    pub state: RowState,
    /// What is wrong, for programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub code: Option<Code>,
    /// How it is, for people.
    pub message: String,
    /// The command that fixes it. If there is none, what to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub hint: Option<String>,
}

/// How a thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum RowState {
    /// It was looked at, and is well.
    Ok,
    /// It works, and something should be known of it.
    Warning,
    /// It does not work.
    Fault,
    /// It cannot be told. That is never taken for well.
    #[serde(other)]
    Unknown,
}
