//! A text without what an editor, a shell, a page's source or a sentence put around and into it.

use percent_encoding::percent_decode_str;

/// What may stand before an address.
const OPENING: &str = "<([{\"'`«‹“”„‘’‚「『（*\u{feff}\u{200b}\u{200e}\u{2068}";

/// What may stand behind an address.
const CLOSING: &str = ">)]}\"'`»›“”‘’」』）*.,;:!?…。，、！？；：/\u{feff}\u{200b}\u{200e}\u{2069}";

/// What pages' sources and the shell of Windows write for a character of an address.
const ESCAPES: [(&str, &str); 15] = [
    ("&amp;", "&"),
    ("&#38;", "&"),
    ("&#x26;", "&"),
    ("&#61;", "="),
    ("&#x3d;", "="),
    ("&#x3D;", "="),
    ("\\u0026", "&"),
    ("\\u003d", "="),
    ("\\u003D", "="),
    ("\\u003f", "?"),
    ("\\u003F", "?"),
    ("^&", "&"),
    // A space that was copied with an id.
    ("%20&", "&"),
    ("%20?", "?"),
    ("=%20", "="),
];

/// How long a percent-encoded character can be that surrounds an address.
const LENGTHS: [usize; 3] = [3, 6, 9];

/// The text as it was before somebody copied or escaped it.
pub(super) fn cleaned(text: &str) -> String {
    let mut text = without_surroundings(text).to_owned();
    for (escape, meant) in ESCAPES {
        // What was escaped twice needs more than one pass. Each makes the text shorter.
        while text.contains(escape) {
            text = text.replace(escape, meant);
        }
    }
    let text = without_backslashes(&text);
    let begins = |start: &str| text.get(..start.len()).is_some_and(|own| own.eq_ignore_ascii_case(start));
    let is_encoded = begins("https%3a") || begins("http%3a");
    if is_encoded { percent_decode_str(&text).decode_utf8_lossy().into_owned() } else { text }
}

/// The text without what surrounds it, as it is or percent-encoded.
fn without_surroundings(mut text: &str) -> &str {
    let opens = |c: char| c.is_whitespace() || OPENING.contains(c);
    let closes = |c: char| c.is_whitespace() || CLOSING.contains(c);
    loop {
        text = text.trim_start_matches(opens).trim_end_matches(closes);
        let before = LENGTHS.iter().find(|&&length| text.get(..length).and_then(encoded).is_some_and(opens));
        if let Some(length) = before {
            text = &text[*length..];
            continue;
        }
        let of_end = |length| text.get(text.len().checked_sub(length)?..);
        let behind = LENGTHS.iter().find(|&&length| of_end(length).and_then(encoded).is_some_and(closes));
        match behind {
            Some(length) => text = &text[..text.len() - length],
            None => return text,
        }
    }
}

/// The one character that a text is the percent-encoding of.
fn encoded(text: &str) -> Option<char> {
    let is_encoded = text.as_bytes().chunks(3).all(|piece| piece[0] == b'%');
    let decoded = percent_decode_str(text).decode_utf8().ok()?;
    let mut chars = decoded.chars();
    chars.next().filter(|_| is_encoded && chars.next().is_none())
}

/// zsh, Markdown and JSON put a backslash before a character that means something to them.
fn without_backslashes(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(next) = rest.next() {
        match rest.peek() {
            Some(escaped) if next == '\\' && escaped.is_ascii_punctuation() => plain.extend(rest.next()),
            _ => plain.push(next),
        }
    }
    plain
}
