//! A playlist's name.

use crate::checked_text::checked_text;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The 2 to 64 base64url characters that name a playlist (`PL…`, `OLAK5uy_…`, `UU…`, `RD…`, `WL`). It begins with a
/// letter.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ListId(String);

/// The text is not the id of a playlist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a playlist's id: that is a letter and then 1 to 63 letters, digits, '-' or '_'")]
pub struct NotAListId;

impl ListId {
    /// How the id of an album of YouTube Music begins. Its page is `browse/MPREb_…`, which names a playlist
    /// (`OLAK5uy_…`) in turn.
    pub const ALBUM: &str = "MPREb_";

    /// Takes exactly the id, no address around it.
    ///
    /// # Errors
    /// [`NotAListId`] for anything else.
    pub fn new(text: &str) -> Result<Self, NotAListId> {
        let shaped = (2..=64).contains(&text.len())
            && text.starts_with(|first: char| first.is_ascii_alphabetic())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        shaped.then(|| Self(text.to_owned())).ok_or(NotAListId)
    }
}

checked_text!(ListId, NotAListId);

impl fmt::Display for ListId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_playlists_id_is_no_option_and_no_path() {
        for id in ["PLrAXtmErZgOeiKm4sgNOknGvNjby9efdf", "WL", "OLAK5uy_kq-abc"] {
            assert_eq!(ListId::new(id).unwrap().as_str(), id);
        }
        for wrong in ["", "P", "--exec", "-a", "PL/../x", "PL x", "PLü", &"P".repeat(65)] {
            assert_eq!(ListId::new(wrong), Err(NotAListId), "{wrong:?}");
        }
    }
}
