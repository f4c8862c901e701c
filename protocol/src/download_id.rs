//! A download's name.

use crate::checked_text::checked_text;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The 1 to 40 characters of `0–9 a–f -` by which the host names a download. Files are named for it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DownloadId(String);

/// The text names no download.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a download's name")]
pub struct NotADownloadId;

impl DownloadId {
    /// Takes the text as it is.
    ///
    /// # Errors
    /// [`NotADownloadId`] for anything else.
    pub fn new(text: &str) -> Result<Self, NotADownloadId> {
        let shaped = (1..=40).contains(&text.len())
            && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-'));
        shaped.then(|| Self(text.to_owned())).ok_or(NotADownloadId)
    }
}

checked_text!(DownloadId, NotADownloadId);

impl fmt::Display for DownloadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_downloads_name_is_no_path() {
        assert_eq!(DownloadId::new("19ab3c-7f").unwrap().as_str(), "19ab3c-7f");
        for wrong in ["", "../x", "a/b", "a.json", "A", "19ab\n", &"a".repeat(41)] {
            assert_eq!(DownloadId::new(wrong), Err(NotADownloadId), "{wrong:?}");
        }
    }
}
