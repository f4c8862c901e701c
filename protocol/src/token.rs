//! A real token, and what makes it one.

use crate::{Context, masking};
use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::general_purpose::URL_SAFE as PADDED;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use zeroize::Zeroizing;

/// A validated real token in its one normal form: base64url, padded.
///
/// A real token decodes to the byte `0x32`, a varint, and as many bytes as the varint says (48 of 49 public samples; the
/// other was edited by hand). It is wiped from memory when dropped. `Debug` and `Display` show only its fingerprint.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PoToken(#[cfg_attr(test, ts(as = "String"))] Zeroizing<String>);

/// Why a text is not a real token. Never holds the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAToken {
    /// Nothing but white space, quotes or a key without a value.
    #[error("there is no token in this text")]
    Empty,
    /// Text without the shape of base64url.
    #[error("this is not a PO token")]
    NotBase64Url,
    /// Too long for any token.
    #[error("this is too long to be a PO token ({0} characters)")]
    TooLong(usize),
    /// What the player sends before it has a token. It works for a minute at most.
    #[error("this is a cold-start token, which the player sends before it has a real token")]
    ColdStartToken,
    /// The family that was in use until 2022.
    #[error("this is a token of the family that was in use until 2022, which YouTube no longer accepts")]
    OldFamily,
    /// Base64url of something else.
    #[error("this is base64, but not a PO token: a real one begins with M")]
    OtherBytes,
    /// Fewer bytes than the token says it has.
    #[error("this token is cut short, or made up: it has {has} of its {says} bytes")]
    CutShort {
        /// Bytes after the length.
        has: usize,
        /// What the length says.
        says: usize,
    },
    /// More bytes than the token says it has.
    #[error("this token is made up, or other text follows it: it says {says} bytes and has {has}")]
    Overlong {
        /// Bytes after the length.
        has: usize,
        /// What the length says.
        says: usize,
    },
    /// Well formed, but shorter than any token can be.
    #[error("this is too short to be a PO token ({0} bytes)")]
    TooShort(usize),
}

impl NotAToken {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Empty => "paste the value of poToken",
            Self::ColdStartToken => "play the video for a few seconds, and take the token of a later request",
            Self::OldFamily => "take the token of a request that the player makes today",
            Self::CutShort { .. } | Self::TooShort(_) => "copy the token again, to its end",
            Self::Overlong { .. } => "copy the token alone",
            Self::NotBase64Url | Self::TooLong(_) | Self::OtherBytes => {
                "copy the value of poToken: one run of letters, digits, '-' and '_' that begins with M"
            }
        }
    }
}

/// The first byte of a real token: protobuf field 6, length-delimited.
const REAL: u8 = 0x32;
/// The first byte of a cold-start token: protobuf field 4, length-delimited.
pub(crate) const COLD_START: u8 = 0x22;
const OLD_FAMILY: u8 = 0x1a;

/// The longest token seen has 592 bytes of payload; this leaves room for much longer bindings.
const MAX_TEXT: usize = 8 * 1024;
/// The shortest seen has 75 bytes of payload.
const MIN_PAYLOAD: usize = 32;
/// The payload length of the token that the player falls back on: well formed, and worthless.
const FALLBACK_PAYLOAD: usize = 82;

/// Tokens bound to a visitor have 116 bytes of payload and more; those bound to a video have up to 91.
const VISITOR_PAYLOAD: usize = 116;

/// Takes base64url with or without padding; a token's last character may carry stray bits.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

impl PoToken {
    /// Takes a token as a request carries it: base64url or base64, padded or not, percent-encoded or not.
    ///
    /// # Errors
    /// [`NotAToken`] says what the text is instead.
    pub fn new(text: &str) -> Result<Self, NotAToken> {
        Self::from_bytes(&decode(text)?)
    }

    /// Takes a token's raw bytes, as protobuf bodies carry them.
    ///
    /// # Errors
    /// [`NotAToken`] says what the bytes are instead.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotAToken> {
        match bytes.first() {
            None => return Err(NotAToken::Empty),
            Some(&REAL) => {}
            Some(&COLD_START) if crate::ColdStartToken::from_bytes(bytes).is_some() => {
                return Err(NotAToken::ColdStartToken);
            }
            Some(&OLD_FAMILY) => return Err(NotAToken::OldFamily),
            Some(_) => return Err(NotAToken::OtherBytes),
        }
        let (says, has) = lengths(bytes).ok_or(NotAToken::OtherBytes)?;
        if has < says {
            return Err(NotAToken::CutShort { has, says });
        }
        if has > says {
            return Err(NotAToken::Overlong { has, says });
        }
        if has < MIN_PAYLOAD {
            return Err(NotAToken::TooShort(bytes.len()));
        }
        Ok(Self(Zeroizing::new(PADDED.encode(bytes))))
    }

    /// How many characters a token has whose text begins so, without its padding. Eight characters are enough.
    ///
    /// `None` if no token begins so.
    #[must_use]
    pub fn text_length(start: &str) -> Option<usize> {
        let bytes = Zeroizing::new(LENIENT.decode(start.get(..8)?).ok()?);
        let (says, has) = lengths(&bytes).filter(|(says, _)| bytes[0] == REAL && *says >= MIN_PAYLOAD)?;
        let length = ((bytes.len() - has + says) * 4).div_ceil(3);
        (length <= MAX_TEXT).then_some(length)
    }

    /// The token itself, for the one place that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Its first four and last two characters: enough to tell two apart, too little to use.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        masking::fingerprint(&self.0)
    }

    /// Whether it has the length of the player's fallback, which is well formed and worthless.
    #[must_use]
    pub fn has_fallback_shape(&self) -> bool {
        self.payload_length() == FALLBACK_PAYLOAD
    }

    /// Whether it is short enough to be bound to a video. Longer ones are bound to a visitor or to an account, whatever
    /// video stands beside them.
    #[must_use]
    pub fn has_video_shape(&self) -> bool {
        self.payload_length() < VISITOR_PAYLOAD
    }

    /// Whether the token is bound to its video, as the page says, or if it says nothing, as far as can be told.
    ///
    /// In one playback the player's request can have a token of the session while media have one of the video (seen in
    /// public reports of 2026).
    #[must_use]
    pub fn is_bound_to_video(&self, context: Context, content_bound: Option<bool>) -> bool {
        content_bound.unwrap_or_else(|| context != Context::Player || self.has_video_shape())
    }

    fn payload_length(&self) -> usize {
        // The length is in the first four bytes, and sixteen characters are twelve.
        let start = self.0.get(..16).unwrap_or_default();
        let bytes = Zeroizing::new(LENIENT.decode(start).unwrap_or_default());
        lengths(&bytes).map_or(0, |(says, _)| says)
    }
}

/// The bytes behind base64url or base64 text, percent-encoded or not. They may be no token.
///
/// # Errors
/// [`NotAToken`] if it is no base64 at all.
pub fn decode(text: &str) -> Result<Zeroizing<Vec<u8>>, NotAToken> {
    if text.len() > MAX_TEXT {
        return Err(NotAToken::TooLong(text.len()));
    }
    let plain: Zeroizing<String> = Zeroizing::new(
        percent_encoding::percent_decode_str(text)
            .decode_utf8()
            .map_err(|_| NotAToken::NotBase64Url)?
            .chars()
            .map(|c| match c {
                '+' => '-',
                '/' => '_',
                other => other,
            })
            .collect(),
    );
    let unpadded = plain.trim_end_matches('=');
    if unpadded.is_empty() {
        return Err(NotAToken::Empty);
    }
    LENIENT.decode(unpadded).map(Zeroizing::new).map_err(|_| match unpadded.len() % 4 {
        // One character over a whole number of groups encodes nothing: the end was lost.
        1 if is_base64url(unpadded) && unpadded.starts_with('M') => cut_short(unpadded),
        _ => NotAToken::NotBase64Url,
    })
}

fn is_base64url(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

fn cut_short(unpadded: &str) -> NotAToken {
    let whole = &unpadded[..unpadded.len() - 1];
    LENIENT.decode(whole).ok().and_then(|bytes| lengths(&bytes)).map_or(
        NotAToken::NotBase64Url,
        |(says, has)| {
            if has < says {
                NotAToken::CutShort { has, says }
            } else {
                NotAToken::Overlong { has: has + 1, says }
            }
        },
    )
}

/// What the varint after the first byte says, and how many bytes follow it.
fn lengths(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut says = 0usize;
    for (at, byte) in bytes.iter().enumerate().skip(1).take(3) {
        says |= usize::from(byte & 0x7f) << (7 * (at - 1));
        if byte & 0x80 == 0 {
            return Some((says, bytes.len() - at - 1));
        }
    }
    None
}

impl fmt::Debug for PoToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PoToken({})", self.fingerprint())
    }
}

impl fmt::Display for PoToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.fingerprint())
    }
}

/// Writes the token itself: only [`crate::Capture`] is ever serialised with one inside.
impl Serialize for PoToken {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose())
    }
}

impl<'de> Deserialize<'de> for PoToken {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Zeroizing::new(String::deserialize(deserializer)?);
        Self::new(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A token with this payload, as text.
    pub(crate) fn token_of(payload: &[u8]) -> String {
        let mut bytes = vec![REAL];
        let mut length = payload.len();
        while length >= 0x80 {
            bytes.push((length & 0x7f) as u8 | 0x80);
            length >>= 7;
        }
        bytes.push(length as u8);
        bytes.extend_from_slice(payload);
        base64::engine::general_purpose::URL_SAFE.encode(bytes)
    }

    fn payload() -> impl Strategy<Value = Vec<u8>> {
        prop::sample::select(vec![75, 83, 87, 88, 89, 91, 116, 120, 122, 149, 592])
            .prop_flat_map(|length| prop::collection::vec(any::<u8>(), length))
    }

    proptest! {
        #[test]
        fn every_spelling_of_a_token_becomes_the_one_normal_form(payload in payload()) {
            let normal = token_of(&payload);
            let bare = normal.trim_end_matches('=');
            let spellings = [
                normal.clone(),
                bare.to_owned(),
                normal.replace('=', "%3D"),
                normal.replace('=', "%3d"),
                normal.replace('-', "+").replace('_', "/"),
                format!("{bare}="),
            ];
            for spelling in &spellings {
                let token = PoToken::new(spelling).unwrap();
                prop_assert_eq!(token.expose(), &normal);
            }
        }

        #[test]
        fn its_start_tells_its_length(payload in payload()) {
            let text = token_of(&payload);
            let length = PoToken::text_length(&text[..8]);
            prop_assert_eq!(length, Some(text.trim_end_matches('=').len()));
        }

        #[test]
        fn a_token_cut_anywhere_is_refused(payload in payload(), at in 0.0..1.0f64) {
            let whole = token_of(&payload);
            let bare = whole.trim_end_matches('=');
            let kept = (bare.len() as f64 * at) as usize;
            prop_assert!(PoToken::new(&bare[..kept]).is_err());
        }

        #[test]
        fn nothing_printed_holds_the_token(payload in payload()) {
            let text = token_of(&payload);
            let token = PoToken::new(&text).unwrap();
            for shown in [format!("{token:?}"), format!("{token}"), format!("{token:#?}")] {
                prop_assert!(!shown.contains(&text[..8]));
            }
        }

        #[test]
        fn hostile_text_never_panics(text in ".{0,300}") {
            let _ = PoToken::new(&text);
        }
    }

    #[test]
    fn its_length_tells_what_a_token_can_be_bound_to() {
        for (length, of_video, fallback) in
            [(75, true, false), (82, true, true), (91, true, false), (115, true, false)]
                .into_iter()
                .chain([116, 120, 122, 149, 592].map(|length| (length, false, false)))
        {
            let token = PoToken::new(&token_of(&vec![7; length])).unwrap();
            assert_eq!(
                (token.has_video_shape(), token.has_fallback_shape()),
                (of_video, fallback),
                "{length}"
            );
        }
    }

    #[test]
    fn a_text_that_is_no_token_is_refused_with_its_own_reason() {
        let refused = |text: &str| PoToken::new(text).unwrap_err();
        assert_eq!(refused(""), NotAToken::Empty);
        assert_eq!(refused("=="), NotAToken::Empty);
        assert_eq!(refused("your token here"), NotAToken::NotBase64Url);
        assert_eq!(refused("IghOa09qJ1uTqg=="), NotAToken::ColdStartToken);
        assert_eq!(refused(&"M".repeat(MAX_TEXT + 1)), NotAToken::TooLong(MAX_TEXT + 1));
        assert_eq!(refused("MgA="), NotAToken::TooShort(2));
        assert_eq!(refused("TwAA"), NotAToken::OtherBytes);
        assert_eq!(refused("GgQBAgME"), NotAToken::OldFamily);
    }

    #[test]
    fn the_fallback_is_known_by_its_length() {
        let of = |length| PoToken::new(&token_of(&vec![7; length])).unwrap();
        assert!(of(82).has_fallback_shape());
        assert!(!of(83).has_fallback_shape());
        assert!(!of(592).has_fallback_shape());
    }
}
