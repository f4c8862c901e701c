//! A text without what an editor, a shell, a page's source or a sentence put around and into it.

use percent_encoding::percent_decode_str;

/// What may stand before an address.
const OPENING: &str = "<([{\"'`«‹“”„‘’‚「『（*\u{feff}\u{200b}\u{200e}\u{2068}";

/// What may stand behind an address.
const CLOSING: &str = ">)]}\"'`»›“”‘’」』）*.,;:!?…。，、！？；：/\u{feff}\u{200b}\u{200e}\u{2069}";

/// What pages' sources and the shell of Windows write for a character of an address.
const ESCAPES: [(&str, &str); 12] = [
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
];

/// The text as it was before somebody copied or escaped it.
pub(super) fn cleaned(text: &str) -> String {
    let text = text
        .trim_start_matches(|c: char| c.is_whitespace() || OPENING.contains(c))
        .trim_end_matches(|c: char| c.is_whitespace() || CLOSING.contains(c));
    let mut text = text.to_owned();
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
