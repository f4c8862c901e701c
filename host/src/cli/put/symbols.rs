//! The characters of a token and of what stands around it, in whatever spelling a pasted text has them.
//!
//! A character may be percent-encoded, also twice (`%3D`, `%253D`), or escaped as in JSON, JavaScript and bash's `$'…'`
//! (`\u003d`, `\x3d`, `\/`, `\n`), with a backslash for each level of quotes.

/// A quote in HTML.
const ESCAPED_QUOTES: [&[u8]; 4] = [b"&quot;", b"&#34;", b"&#39;", b"&#x22;"];

/// The most backslashes before what they escape: one for each level of quotes, and as many for each of those.
const MOST_BACKSLASHES: usize = 64;

/// The base64 character at a place, `=` among them, and where the next one begins.
pub(super) fn symbol(text: &[u8], at: usize) -> Option<(u8, usize)> {
    let (byte, next) = match text.get(at)? {
        b'%' => percent(text, at)?,
        b'\\' => escaped(text, at)?,
        byte => (*byte, at + 1),
    };
    (is_word(byte) || matches!(byte, b'+' | b'/' | b'=')).then_some((byte, next))
}

/// What may be a part of a name, and of a token in the URL-safe alphabet.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

/// The character before a place, and where it begins.
pub(super) fn before(text: &[u8], at: usize) -> Option<(u8, usize)> {
    let last = *text.get(at.checked_sub(1)?)?;
    // From the longest spelling to the shortest.
    for length in [6, 5, 4, 3, 2] {
        let Some(start) = at.checked_sub(length) else { continue };
        let read = match text[start] {
            b'%' => percent(text, start),
            b'\\' => escaped(text, start),
            _ => None,
        };
        if let Some((byte, end)) = read
            && end == at
        {
            let more = text[..start].iter().rev().take_while(|byte| **byte == b'\\').count();
            return Some((byte, start - more));
        }
    }
    Some((last, at - 1))
}

/// Where something else begins after quotes, blanks and signs that may stand between a key and its value.
pub(super) fn after_separators(text: &[u8], at: usize) -> Option<usize> {
    /// HAR files write `{"name": "…", "value": "…"}`.
    const VALUE: &[u8] = b"value";
    let mut here = at;
    let (mut comma, mut folded) = (false, false);
    while here < at + 40 {
        let (byte, next) = match text.get(here)? {
            b'%' => percent(text, here)?,
            b'\\' => escaped(text, here).unwrap_or((b'\\', here + 1)),
            byte => (*byte, here + 1),
        };
        if let Some(quote) = ESCAPED_QUOTES.iter().find(|quote| text[here..].starts_with(quote)) {
            here += quote.len();
            continue;
        }
        // YAML's `>-` and `|`, after which the value is in the next line.
        let folds = matches!(byte, b'>' | b'|') || folded && byte == b'-';
        let skipped = byte.is_ascii_whitespace() && (byte != b'\n' || folded)
            || folds
            || !byte.is_ascii()
            || matches!(byte, b'"' | b'\'' | b'`' | b'\\' | b':' | b'=' | b',' | b'[' | b'(');
        if skipped {
            comma |= byte == b',';
            folded |= folds;
            here = next;
        } else if comma && text[here..].starts_with(VALUE) {
            comma = false;
            here += VALUE.len();
        } else {
            return (here > at).then_some(here);
        }
    }
    None
}

/// Reads `%3D`, or `%253D`.
fn percent(text: &[u8], at: usize) -> Option<(u8, usize)> {
    let byte = hex(text.get(at + 1..at + 3)?)?;
    match (byte, text.get(at + 3..at + 5).and_then(hex)) {
        (b'%', Some(inner)) => Some((inner, at + 5)),
        _ => Some((byte, at + 3)),
    }
}

/// Reads a backslash, or several, and what it escapes.
fn escaped(text: &[u8], at: usize) -> Option<(u8, usize)> {
    let run = text[at..].iter().take(MOST_BACKSLASHES).take_while(|byte| **byte == b'\\').count();
    let letter = at + run;
    let (digits, after) = match text.get(letter)? {
        b'u' => (letter + 1..letter + 5, letter + 5),
        b'x' => (letter + 1..letter + 3, letter + 3),
        b'n' | b'r' => return Some((b'\n', letter + 1)),
        b't' => return Some((b'\t', letter + 1)),
        quoted @ (b'/' | b'"' | b'\'') => return Some((*quoted, letter + 1)),
        _ => return None,
    };
    let digits = text.get(digits)?;
    let (high, low) = digits.split_at(digits.len() - 2);
    high.iter().all(|digit| *digit == b'0').then(|| hex(low)).flatten().map(|byte| (byte, after))
}

fn hex(digits: &[u8]) -> Option<u8> {
    let value = |digit: u8| char::from(digit).to_digit(16);
    let [high, low] = digits else { return None };
    u8::try_from(value(*high)? * 16 + value(*low)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_is_read_in_every_spelling() {
        for text in ["=", "%3D", "%3d", "%253D", r"\u003d", r"\\u003D", r"\x3d"] {
            assert_eq!(symbol(text.as_bytes(), 0), Some((b'=', text.len())), "{text}");
            let whole = format!("\"{text}");
            assert_eq!(before(whole.as_bytes(), whole.len()), Some((b'=', 1)), "{text}");
        }
        assert_eq!(symbol(br"\/", 0), Some((b'/', 2)));
        for text in ["", "\"", "%22", "%", "%3", r"\n", r"\u263a", r"\", "é"] {
            assert_eq!(symbol(text.as_bytes(), 0), None, "{text}");
        }
        for (text, byte) in [(r"a\n", b'\n'), ("a%0A", b'\n'), (r#"a\""#, b'"'), ("ab", b'b')] {
            assert_eq!(before(text.as_bytes(), text.len()).unwrap().0, byte, "{text}");
        }
        assert_eq!(before(b"a", 0), None);
    }

    #[test]
    fn a_value_follows_its_key_in_many_ways() {
        for between in [
            "=",
            ": ",
            "\": \"",
            "':'",
            "\t\"",
            " = \"",
            "%22%3A%22",
            r#"\":\""#,
            r"\u0022\u003a\u0022",
            "\": [\"",
            "\", \"value\": \"",
            "%253A",
            ": >-\n  ",
            ": \u{201c}",
        ] {
            let text = format!("{between}V");
            assert_eq!(after_separators(text.as_bytes(), 0), Some(between.len()), "{between}");
        }
        for text in [": \"\"\nV", "=\nV"] {
            // The next line is another key's.
            assert_eq!(after_separators(text.as_bytes(), 0), text.find('\n'), "{text}");
        }
        for text in ["V", "", "  ", "value", "-V"] {
            assert_eq!(after_separators(text.as_bytes(), 0), None, "{text}");
        }
    }
}
