//! A playback's name.

use crate::checked_text::checked_text;
use serde::{Deserialize, Serialize};

/// The 16 base64url characters by which the player names one playback of one video, its client playback nonce.
/// Media requests carry it instead of the video's id.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Cpn(String);

/// The text is not 16 characters of `A–Z a–z 0–9 - _`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a cpn: a cpn is 16 letters, digits, '-' or '_'")]
pub struct NotACpn;

impl Cpn {
    /// Takes exactly the cpn.
    ///
    /// # Errors
    /// [`NotACpn`] for anything else.
    pub fn new(text: &str) -> Result<Self, NotACpn> {
        let shaped = text.len() == 16
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        shaped.then(|| Self(text.to_owned())).ok_or(NotACpn)
    }
}

checked_text!(Cpn, NotACpn);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cpn_is_sixteen_base64url_characters() {
        assert_eq!(Cpn::new("G3iep-t_Rs_pkoUQ").unwrap().as_str(), "G3iep-t_Rs_pkoUQ");
        for wrong in ["", "G3iep-t_Rs_pkoU", "G3iep-t_Rs_pkoUQQ", "G3iep t_Rs_pkoUQ"] {
            assert_eq!(Cpn::new(wrong), Err(NotACpn), "{wrong:?}");
        }
    }
}
