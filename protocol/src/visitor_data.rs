//! Visitor data: who watches without a login.

use crate::checked_text::checked_text;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Visitor data as requests carry it.
///
/// Seen as 44 base64 characters, 48 percent-encoded, unpadded, about 520 and over 600 (2026). Kept decoded, in the URL-safe
/// alphabet and without padding, so that two spellings of one visitor are equal.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct VisitorData(String);

/// The text is not visitor data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not visitor data: it is up to 4096 characters of base64")]
pub struct NotVisitorData;

impl VisitorData {
    /// Takes visitor data in any of its spellings.
    ///
    /// # Errors
    /// [`NotVisitorData`] if it holds anything else than base64.
    pub fn new(text: &str) -> Result<Self, NotVisitorData> {
        let once = percent_encoding::percent_decode_str(text).decode_utf8().map_err(|_| NotVisitorData)?;
        // A value that is encoded already may be put into an address, which encodes it once more.
        let decoded =
            percent_encoding::percent_decode_str(&once).decode_utf8().map_err(|_| NotVisitorData)?;
        let bare = decoded.trim_end_matches('=').replace('+', "-").replace('/', "_");
        let shaped = (1..=4096).contains(&bare.len())
            && bare.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        shaped.then_some(Self(bare)).ok_or(NotVisitorData)
    }

    /// The spelling of YouTube's pages and requests: padded and percent-encoded.
    #[must_use]
    pub fn percent_encoded(&self) -> String {
        let padding = "%3D".repeat(self.0.len().wrapping_neg() % 4);
        self.0.clone() + &padding
    }

    /// The visitor's id: 11 characters.
    ///
    /// Visitor data is a protobuf message, and the id is its first field (yt-dlp 2026.10.26, `pot/utils.py`).
    #[must_use]
    pub fn visitor_id(&self) -> Option<String> {
        let bytes = URL_SAFE_NO_PAD.decode(&self.0).ok()?;
        let id = bytes.strip_prefix(&[0x0a, 11])?.get(..11)?;
        let id = std::str::from_utf8(id).ok()?;
        id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)).then(|| id.to_owned())
    }
}

checked_text!(VisitorData, NotVisitorData);

impl fmt::Debug for VisitorData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VisitorData(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn visitor_data_holds_the_visitors_id() {
        let data = VisitorData::new("CgtmSzRyTVlHM09aTCiYl8fABjIKCgJJThIEGgAgaA%3D%3D").unwrap();
        assert_eq!(data.visitor_id().as_deref(), Some("fK4rMYG3OZL"));
        for other in ["CgtmSzRy", "AAAA", "CgsAAAAAAAAAAAAAAAAo"] {
            assert_eq!(VisitorData::new(other).unwrap().visitor_id(), None, "{other}");
        }
    }

    #[test]
    fn two_spellings_of_one_visitor_are_equal() {
        let encoded = VisitorData::new("CgtmSzRyTVlHM09aTCiYl8fABjIKCgJJThIEGgAgaA%3D%3D").unwrap();
        let padded = VisitorData::new("CgtmSzRyTVlHM09aTCiYl8fABjIKCgJJThIEGgAgaA==").unwrap();
        let bare = VisitorData::new("CgtmSzRyTVlHM09aTCiYl8fABjIKCgJJThIEGgAgaA").unwrap();
        assert_eq!(encoded, padded);
        assert_eq!(padded, bare);
        assert_eq!(bare.percent_encoded(), "CgtmSzRyTVlHM09aTCiYl8fABjIKCgJJThIEGgAgaA%3D%3D");
        let whole = VisitorData::new("Cgt+SzRyTVlHM09aTC/Yl8fABjIKCgJJThIEGgAgaAb=").unwrap();
        assert_eq!(whole.percent_encoded(), "Cgt-SzRyTVlHM09aTC_Yl8fABjIKCgJJThIEGgAgaAb%3D");
    }

    #[test]
    fn a_visitor_is_the_same_at_every_length_and_in_every_encoding() {
        for bytes in [32_u8, 33, 34].into_iter().flat_map(|rest| [rest, rest + 99, rest + 180]) {
            let raw: Vec<u8> = [0x0a, 11]
                .into_iter()
                .chain((0..u16::from(bytes) * 2).map(|at| at.wrapping_mul(0xfb) as u8))
                .collect();
            let padded = base64::engine::general_purpose::URL_SAFE.encode(raw);
            let first = VisitorData::new(&padded).unwrap();
            for spelling in [
                padded.trim_end_matches('=').to_owned(),
                padded.replace('-', "+").replace('_', "/"),
                padded.replace('=', "%3D"),
                padded.replace('=', "%3d"),
                padded.replace('=', "%253D"),
                padded.replace('-', "%2B").replace('_', "%2F").replace('=', "%3D"),
                first.percent_encoded(),
            ] {
                assert_eq!(VisitorData::new(&spelling).unwrap(), first, "{spelling}");
            }
        }
    }

    #[test]
    fn visitor_data_can_carry_nothing_else() {
        assert!(VisitorData::new("a\nb").is_err());
    }
}
