//! Words of a report that give nothing away.

/// The segments of the paths that the player and its neighbours are known to use. Any other may be a value.
static SEGMENTS: &[&str] = &[
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
static CLIENTS: &[&str] = &[
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

pub(super) fn method(method: &str) -> &'static str {
    known(&["GET", "POST", "HEAD", "PUT", "OPTIONS"], method).unwrap_or("(another method)")
}

pub(super) fn client(name: &str) -> &'static str {
    known(CLIENTS, name).unwrap_or("another client")
}

/// A segment of a path, if it is a known one.
pub(super) fn segment(text: &str) -> String {
    if text.is_empty() || known(SEGMENTS, text).is_some() { text.to_owned() } else { replaced(text) }
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

// Not many copies of it: what the browser loads should stay small.
#[inline(never)]
fn known(words: &'static [&'static str], text: &str) -> Option<&'static str> {
    words.iter().copied().find(|word| *word == text)
}

/// Which characters a value is made of.
#[inline(never)]
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
