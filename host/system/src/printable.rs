//! Text by others, as it may be shown on a terminal.

use std::borrow::Cow;

/// Stands for a character that is not shown.
const REPLACEMENT: char = '\u{fffd}';

/// The text without characters that command a terminal (C0, DEL, C1) or turn the direction of writing.
///
/// Ends of lines and tabs stay. Each other one becomes U+FFFD.
#[must_use]
pub fn printable(text: &str) -> Cow<'_, str> {
    let hides = |c: char| !matches!(c, '\n' | '\t') && commands(c);
    if !text.contains(hides) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| if hides(c) { REPLACEMENT } else { c }).collect())
}

/// Whether a character commands a terminal, ends a line or turns the direction of writing.
#[must_use]
pub fn commands(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_commands_a_terminal_is_left() {
        for bad in "\0\u{7}\u{1b}\r\u{7f}\u{80}\u{85}\u{9b}\u{9f}\u{61c}\u{200e}\u{200f}\u{2028}\u{202a}\u{202e}\u{2066}\u{2069}".chars() {
            assert_eq!(printable(&format!("a{bad}b")), "a\u{fffd}b", "{bad:?}");
        }
        let fine = "Ünïcode 日本語 \u{1f468}\u{200d}\u{1f469} \u{a0}\n\tא";
        assert!(matches!(printable(fine), Cow::Borrowed(text) if text == fine));
    }
}
