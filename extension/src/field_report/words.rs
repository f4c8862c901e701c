//! Words of a report that give nothing away.

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// The segments of the paths that the player and its neighbours are known to use. Any other may be a value.
const SEGMENTS: [&str; 32] = [
    "youtubei",
    "v1",
    "player",
    "get_watch",
    "reel",
    "reel_item_watch",
    "reel_watch_sequence",
    "tenx_player",
    "heartbeat",
    "ad_break",
    "next",
    "browse",
    "att",
    "get",
    "esr",
    "log_event",
    "api",
    "stats",
    "playback",
    "qoe",
    "watchtime",
    "delayplay",
    "atr",
    "ads",
    "timedtext",
    "videoplayback",
    "initplayback",
    "generate_204",
    "manifest",
    "hls_variant",
    "hls_playlist",
    "dash",
];

/// The clients whose names are no secret. Any other may be a value.
const CLIENTS: [&str; 14] = [
    "WEB",
    "MWEB",
    "WEB_REMIX",
    "WEB_CREATOR",
    "WEB_EMBEDDED_PLAYER",
    "WEB_KIDS",
    "WEB_UNPLUGGED",
    "TVHTML5",
    "TVHTML5_SIMPLY",
    "TVHTML5_SIMPLY_EMBEDDED_PLAYER",
    "ANDROID",
    "ANDROID_VR",
    "IOS",
    "VISIONOS",
];

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

pub(super) fn method(method: &str) -> &'static str {
    ["GET", "POST", "HEAD", "PUT", "OPTIONS"]
        .into_iter()
        .find(|known| *known == method)
        .unwrap_or("(another method)")
}

pub(super) fn client(name: &str) -> &'static str {
    CLIENTS.into_iter().find(|known| *known == name).unwrap_or("another client")
}

/// A segment of a path, if it is a known one.
pub(super) fn segment(text: &str) -> String {
    if text.is_empty() || SEGMENTS.contains(&text) { text.to_owned() } else { replaced(text) }
}

/// The name of an address's field, if it is like one: small letters, digits and `_`.
pub(super) fn field_name(name: &str) -> String {
    let is_word = name.starts_with(|first: char| first.is_ascii_lowercase())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_:".contains(&byte))
        && name.bytes().filter(u8::is_ascii_digit).count() <= 2;
    if is_word && name.len() <= 24 { name.to_owned() } else { in_camel_case(name) }
}

/// A key of an object, if it is made of words: `clientName`, `html5Preference`.
///
/// A key may be a value: an id is hardly ever made of a few words.
pub(super) fn in_camel_case(key: &str) -> String {
    let mut words = 1;
    let mut digits = 0;
    let mut last = b'A';
    let mut is_plain = key.starts_with(|first: char| first.is_ascii_lowercase());
    for byte in key.bytes() {
        match byte {
            b'A'..=b'Z' => {
                is_plain &= !last.is_ascii_uppercase();
                words += 1;
            }
            b'0'..=b'9' => digits += 1,
            b'a'..=b'z' => {}
            _ => is_plain = false,
        }
        last = byte;
    }
    let has_long_words = key.len() <= 8 || key.len() >= 3 * words;
    if is_plain && has_long_words && digits <= 2 && key.len() <= 48 { key.to_owned() } else { replaced(key) }
}

/// What stands for a name that may be a value.
fn replaced(text: &str) -> String {
    format!("({})", class_of(text))
}

/// Which characters a value is made of.
pub(super) fn class_of(text: &str) -> &'static str {
    let all = |is: fn(u8) -> bool| text.bytes().all(is);
    if text.is_empty() {
        "empty"
    } else if all(|byte| byte.is_ascii_digit()) {
        "digits"
    } else if all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)) {
        "hexadecimal"
    } else if all(|byte| byte.is_ascii_alphabetic()) {
        "letters"
    } else if all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)) {
        "base64url"
    } else if all(|byte| byte.is_ascii_alphanumeric() || b"-_+/=".contains(&byte)) {
        "base64, padded"
    } else if text.contains('%') && all(|byte| byte.is_ascii_graphic()) {
        "percent-encoded"
    } else {
        "text"
    }
}

/// The bytes behind a token's text; none if it is no base64.
pub(super) fn decoded(text: &str) -> Vec<u8> {
    let bare = text.replace("%3D", "=").replace("%3d", "=").replace('+', "-").replace('/', "_");
    LENIENT.decode(bare.trim_end_matches('=')).unwrap_or_default()
}
