//! A video's name.

use crate::checked_text::checked_text;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The 11 base64url characters that name a video.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct VideoId(String);

/// The text is not 11 characters of `A–Z a–z 0–9 - _`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a video id: a video id is 11 letters, digits, '-' or '_'")]
pub struct NotAVideoId;

impl VideoId {
    /// Takes exactly the id, no URL around it.
    ///
    /// # Errors
    /// [`NotAVideoId`] for anything else.
    pub fn new(text: &str) -> Result<Self, NotAVideoId> {
        let shaped = text.len() == 11
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        shaped.then(|| Self(text.to_owned())).ok_or(NotAVideoId)
    }
}

checked_text!(VideoId, NotAVideoId);

impl fmt::Display for VideoId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eleven_base64url_characters_and_nothing_else_name_a_video() {
        assert_eq!(VideoId::new("_160oMzb-Y8").unwrap().as_str(), "_160oMzb-Y8");
        for wrong in ["", "dQw4w9WgXc", "dQw4w9WgXcQQ", "dQw4w9WgX/Q", "--exec=abc\n", "dQw4w9WgXc\u{e9}"] {
            assert_eq!(VideoId::new(wrong), Err(NotAVideoId), "{wrong:?}");
        }
    }
}
