//! Finds the tokens in a text.
//!
//! A token says its own length. So one is found wherever it stands, whatever stands around it: it begins with `M` where a word
//! begins, and ends after exactly as many characters as it says, where a word ends.

use super::symbols::{before, is_word, symbol};
use potbridge_protocol::{Client, Context, PoToken};
use std::str::FromStr as _;
use zeroize::Zeroizing;

/// A token at its place in a text.
pub(super) struct Found {
    pub(super) token: PoToken,
    /// Where it begins.
    pub(super) at: usize,
    /// Where what follows begins.
    pub(super) end: usize,
}

/// The characters whose bytes hold a token's length.
const START: usize = 8;

/// The fewest characters in a line of a token that is wrapped over lines. Words of prose are shorter.
const MIN_PIECE: usize = 16;

/// A line that ends in so many characters of base64 is one of a wrapped block, and the next one goes on with it.
const BLOCK_LINE: usize = 40;

/// No line of a wrapped block is longer.
const LONGEST_LINE: usize = 4096;

/// What looks like nothing, and may stand in a pasted word: the zero-width space and its like, the soft hyphen, and the end of a
/// quoted-printable line.
const INVISIBLE: [&[u8]; 6] =
    [b"\xe2\x80\x8b", b"\xe2\x80\x8c", b"\xe2\x80\x8d", b"\xc2\xad", b"=\r\n", b"=\n"];

/// Every token in a text, as often as it stands there.
pub(super) fn tokens(text: &[u8]) -> Vec<Found> {
    let mut all: Vec<Found> = Vec::new();
    let mut from = 0;
    while let Some(ahead) = text[from..].iter().position(|byte| *byte == b'M') {
        let at = from + ahead;
        from = at + 1;
        // The first byte of a token is 0x32.
        let shaped = text.get(from).is_some_and(|second| (b'g'..=b'v').contains(second));
        let last_end = all.last().map_or(0, |found| found.end);
        if shaped
            && may_begin(text, at, last_end)
            && let Some(found) = token_at(text, at)
        {
            from = found.end;
            all.push(found);
        }
    }
    all
}

/// yt-dlp's client and context before a token: `web+`, `mweb.gvs+`, also with the `=` of its old README, or `:`.
pub(super) fn client_before(text: &[u8], at: usize) -> Option<(Client, Option<Context>)> {
    let (sign, end) = before(text, at)?;
    let letters = text[..end].iter().rev().take(40);
    let start = end - letters.take_while(|byte| byte.is_ascii_lowercase() || b"_.".contains(byte)).count();
    let begins = match before(text, start) {
        // A repeated one is a slip.
        Some((b'+', _)) => client_before(text, start).is_some(),
        Some((byte, _)) => !is_word(byte) && byte != b'/',
        None => true,
    };
    let name = std::str::from_utf8(&text[start..end]).ok()?;
    let (name, context) = name.split_once('.').unwrap_or((name, ""));
    let known = ["web", "mweb", "tv", "android", "ios", "visionos"];
    let is_known = || {
        known.into_iter().any(|known| {
            name.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
        })
    };
    let fits = match sign {
        b'+' => true,
        b'=' | b':' => is_known(),
        _ => false,
    };
    let client = Client::new(name, None).ok().filter(|_| begins && fits)?;
    Some((client, Context::from_str(context).ok()))
}

/// Whether a word begins here, and no line of a longer one.
fn may_begin(text: &[u8], at: usize, last_end: usize) -> bool {
    let Some((byte, place)) = before(text, at) else { return true };
    match byte {
        // In base64 they are a part of the word.
        b'+' => client_before(text, at).is_some(),
        b'/' => is_pot(text, place),
        b'\n' => {
            let end =
                place - text[..place].iter().rev().take_while(|byte| byte.is_ascii_whitespace()).count();
            end == last_end || !goes_on(text, end, at)
        }
        // As quoted-printable text has a `=`.
        byte => !is_word(byte) || text[..at].ends_with(b"=3D"),
    }
}

/// Whether the line that begins here is one of a wrapped block, of which another line ends there.
///
/// The lines of a block are equally long, but for the last one, which may be shorter.
fn goes_on(text: &[u8], end: usize, at: usize) -> bool {
    let in_base64 = |byte: &&u8| is_word(**byte) || b"+/".contains(byte);
    let length = |end: usize| text[..end].iter().rev().take(LONGEST_LINE).take_while(in_base64).count();
    let this = text[at..].iter().take(LONGEST_LINE).take_while(in_base64).count();
    let before = length(end);
    let blanks = |end: usize| {
        text[..end].iter().rev().take(LONGEST_LINE).take_while(|byte| byte.is_ascii_whitespace()).count()
    };
    let before_that = length(end - before - blanks(end - before));
    before >= BLOCK_LINE && this <= before && (before_that < BLOCK_LINE || before_that == before)
}

/// Whether the segment of a path before this is `pot`.
fn is_pot(text: &[u8], end: usize) -> bool {
    text[..end].ends_with(b"pot") && before(text, end - 3).is_some_and(|(byte, _)| byte == b'/')
}

fn token_at(text: &[u8], at: usize) -> Option<Found> {
    let mut symbols = Zeroizing::new(String::with_capacity(1024));
    let (mut end, mut piece, mut is_wrapped) = (at, 0, false);
    let mut length = START;
    loop {
        while symbols.len() < length
            && let Some((byte, next)) = symbol(text, end).filter(|(byte, _)| *byte != b'=')
        {
            symbols.push(char::from(byte));
            (end, piece) = (next, piece + 1);
        }
        if symbols.len() < length {
            if piece < MIN_PIECE {
                return None;
            }
            (end, piece, is_wrapped) = (next_piece(text, end)?, 0, true);
        } else if length == START {
            length = PoToken::text_length(&standard(&symbols))?;
        } else {
            break;
        }
    }
    let unpadded = end;
    while let Some((_, next)) = symbol(text, end).filter(|(byte, _)| *byte == b'=') {
        // As quoted-printable text has it.
        end = if text[next..].starts_with(b"3D") { next + 2 } else { next };
    }
    let is_url_safe = !symbols.contains(['+', '/']);
    match symbol(text, end) {
        // The next segment of a path.
        Some((b'+' | b'/', _)) if is_url_safe => {}
        Some(_) => return None,
        None => {}
    }
    // The last line of a wrapped token may be short. But a word after a token that is cut short is none.
    let is_last = || !text[end..].iter().any(u8::is_ascii_alphanumeric);
    if is_wrapped && piece < MIN_PIECE && end == unpadded && !is_last() {
        return None;
    }
    Some(Found { token: PoToken::new(&symbols).ok()?, at, end })
}

/// In the one alphabet that a token's length is read in.
fn standard(symbols: &str) -> Zeroizing<String> {
    Zeroizing::new(symbols.replace('+', "-").replace('/', "_"))
}

/// Where a wrapped token goes on, after blanks, quotes, and a comment at the end of the line.
fn next_piece(text: &[u8], at: usize) -> Option<usize> {
    let mut here = at;
    let mut is_blank = false;
    loop {
        if let Some(invisible) = INVISIBLE.iter().find(|invisible| text[here..].starts_with(invisible)) {
            is_blank = true;
            here += invisible.len();
            continue;
        }
        here += match (text.get(here)?, text.get(here + 1)) {
            (byte, _) if byte.is_ascii_whitespace() => {
                is_blank = true;
                1
            }
            (b'\\', Some(b'n' | b'r' | b't')) => {
                is_blank = true;
                2
            }
            (b'"' | b'\'' | b'`' | b'\\', _) => 1,
            (b'#', _) if is_blank => text[here..].iter().position(|byte| *byte == b'\n')?,
            _ => break,
        };
    }
    is_blank.then_some(here)
}
