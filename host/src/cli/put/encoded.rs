//! Parts of a text that are base64 of another text, as archives of requests keep bodies.

use super::scan::{self, Found};
use super::symbols::{before, is_word, symbol};
use zeroize::Zeroizing;

/// How base64 of a JSON object begins: of `{"`, of `{` and a blank or the end of a line.
const STARTS: [&[u8]; 4] = [b"eyJ", b"eyA", b"ewo", b"ew0"];

/// A part that holds a token.
pub(super) struct Part {
    /// Where it begins.
    pub(super) at: usize,
    /// What it says.
    pub(super) text: Zeroizing<Vec<u8>>,
    /// Its tokens.
    pub(super) found: Vec<Found>,
}

/// The parts that hold a token.
pub(super) fn parts(text: &[u8]) -> Vec<Part> {
    let mut all = Vec::new();
    let mut from = 0;
    while let Some(ahead) = text[from..].iter().position(|byte| *byte == b'e') {
        let at = from + ahead;
        from = at + 1;
        let begins = STARTS.iter().any(|start| text[at..].starts_with(start))
            && before(text, at).is_none_or(|(byte, _)| !is_word(byte));
        if begins {
            let (decoded, end) = decode(text, at);
            let found = scan::tokens(&decoded);
            if !found.is_empty() {
                all.push(Part { at, text: decoded, found });
            }
            from = end;
        }
    }
    all
}

fn decode(text: &[u8], from: usize) -> (Zeroizing<Vec<u8>>, usize) {
    let mut decoded = Zeroizing::new(Vec::new());
    let (mut bits, mut count, mut at) = (0u32, 0u32, from);
    while let Some((byte, next)) = symbol(text, at) {
        let Some(value) = value(byte) else { break };
        bits = bits << 6 | value;
        count += 6;
        if count >= 8 {
            count -= 8;
            decoded.push((bits >> count & 0xff) as u8);
        }
        at = next;
    }
    (decoded, at)
}

fn value(byte: u8) -> Option<u32> {
    Some(u32::from(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    }))
}
