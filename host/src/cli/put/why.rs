//! Says what a text without a token holds instead.

use super::symbols::{after_separators, is_word, symbol};
use potbridge_protocol::{NotAToken, PoToken};
use zeroize::Zeroizing;

/// A word that is long enough for a token that was cut short.
const LONG: usize = 20;

/// Why there is no token in a text.
pub(super) fn why_none(text: &[u8]) -> NotAToken {
    let whole = why_not(&whole(text));
    match whole {
        NotAToken::NotBase64Url | NotAToken::OtherBytes | NotAToken::TooLong(_) => {}
        telling => return telling,
    }
    if let Some(why) = words(text).find_map(|word| telling(&word)) {
        return why;
    }
    let mut values = values(text).peekable();
    let has_key = values.peek().is_some();
    if let Some(value) = values.find(|value| !value.is_empty()) {
        return why_not(&value);
    }
    let is_json = text.trim_ascii_start().first().is_some_and(|first| b"{[".contains(first));
    let is_url = text.windows(3).any(|part| part == b"://");
    if has_key || is_json || is_url { NotAToken::Empty } else { whole }
}

fn why_not(text: &str) -> NotAToken {
    // It would have been found.
    PoToken::new(text).err().unwrap_or(NotAToken::Empty)
}

/// The text as one word: without blanks and quotes, a client before it, and the rest of an address after it.
fn whole(text: &[u8]) -> Zeroizing<String> {
    let text = Zeroizing::new(String::from_utf8_lossy(text).into_owned());
    let is_quote = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '\\' | '[' | '\u{feff}');
    let bare: Zeroizing<String> = Zeroizing::new(text.chars().filter(|c| !is_quote(*c)).collect());
    let bare = bare.split(['?', '&']).next().unwrap_or_default();
    let is_client = |name: &str| name.bytes().all(|byte| byte.is_ascii_lowercase() || b"_.".contains(&byte));
    let token = bare.split_once('+').filter(|(name, _)| is_client(name)).map_or(bare, |(_, token)| token);
    Zeroizing::new(token.to_owned())
}

/// What a word says of itself, if it could have been a token.
fn telling(word: &str) -> Option<NotAToken> {
    match PoToken::new(word) {
        Err(why @ NotAToken::ColdStartToken) => Some(why),
        Err(why @ (NotAToken::CutShort { .. } | NotAToken::Overlong { .. })) if word.len() >= LONG => {
            Some(why)
        }
        _ => None,
    }
}

fn words(text: &[u8]) -> impl Iterator<Item = Zeroizing<String>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < text.len() {
            let word = word(text, &mut at);
            if !word.is_empty() {
                return Some(word);
            }
            at += 1;
        }
        None
    })
}

/// The values of keys that name a token.
fn values(text: &[u8]) -> impl Iterator<Item = Zeroizing<String>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < text.len() {
            let name = word(text, &mut at);
            let plain = name.replace(['_', '-'], "").to_ascii_lowercase();
            if plain == "pot" || plain.ends_with("potoken") {
                let mut value = after_separators(text, at).unwrap_or(text.len());
                return Some(word(text, &mut value));
            }
            at += usize::from(name.is_empty());
        }
        None
    })
}

fn word(text: &[u8], at: &mut usize) -> Zeroizing<String> {
    let mut word = Zeroizing::new(String::new());
    while let Some((byte, next)) = symbol(text, *at).filter(|(byte, _)| is_word(*byte)) {
        word.push(char::from(byte));
        *at = next;
    }
    word
}
