//! What stands beside a token: its video, its visitor, its client.
//!
//! They are found by their keys, in whatever notation. If a text has several, as an archive of requests has, those count that
//! stand in the same braces as the token, from the innermost braces outwards.

use super::symbols::{after_separators, before, is_word, symbol};
use potbridge_protocol::{Client, VideoId, VisitorData};
use std::ops::Range;

/// A key of interest, and the place of its value.
struct Fact {
    at: usize,
    key: Key,
    value: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    Video,
    Visitor,
    /// Of a video or a visitor: its value tells.
    Binding,
    Client,
    Version,
}

/// Names of keys, without case and signs. Longer names may end in them.
const KEYS: [(&str, Key); 7] = [
    ("videoid", Key::Video),
    ("docid", Key::Video),
    ("visitordata", Key::Visitor),
    ("visitorid", Key::Visitor),
    ("contentbinding", Key::Binding),
    ("clientname", Key::Client),
    ("clientversion", Key::Version),
];

/// Longer names are none of these keys.
const LONGEST_KEY: usize = 64;

/// The shortest visitor data that is taken for some. The shortest seen has 42 characters.
const SHORTEST_VISITOR: usize = 16;

/// The most braces around a token that are looked into.
const MAX_BRACES: usize = 16;

/// How far from a token something may stand beside it, in bytes. An archive of requests has tens of MiB.
const FAR: usize = 256 * 1024;

/// Reads the value of a key, if it is one of those that are looked for.
type Reader<'a> = dyn Fn(&Fact) -> Option<String> + 'a;

/// The values of a text's keys.
pub(super) struct Beside<'a> {
    text: &'a [u8],
    facts: Vec<Fact>,
}

impl<'a> Beside<'a> {
    pub(super) fn new(text: &'a [u8]) -> Self {
        Self { text, facts: facts(text) }
    }

    /// The video beside a token at these places.
    pub(super) fn video_id(&self, places: &[Range<usize>]) -> Option<VideoId> {
        let id = self.nearest(places, &|fact| {
            let fits = matches!(fact.key, Key::Video | Key::Binding);
            fits.then(|| self.symbols(fact.value, is_word, 12)).filter(|id| VideoId::new(id).is_ok())
        });
        VideoId::new(&id?).ok()
    }

    /// The visitor beside a token at these places.
    pub(super) fn visitor_data(&self, places: &[Range<usize>]) -> Option<VisitorData> {
        let data = self.nearest(places, &|fact| {
            let fits = matches!(fact.key, Key::Visitor | Key::Binding);
            let data = fits.then(|| self.symbols(fact.value, |_| true, 4096))?;
            let is_long = data.len() >= SHORTEST_VISITOR && !data.bytes().all(|byte| byte.is_ascii_digit());
            // Two spellings of one visitor are equal.
            is_long.then(|| VisitorData::new(&data).ok()).flatten().map(|data| data.as_str().to_owned())
        });
        VisitorData::new(&data?).ok()
    }

    /// The client beside a token at these places, by YouTube's name.
    pub(super) fn client(&self, places: &[Range<usize>]) -> Option<Client> {
        let named = |key| {
            self.nearest(places, &|fact| {
                let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
                let rest = self.text[fact.value..].iter().copied();
                let name: Vec<u8> = rest.take(40).take_while(|byte| fits(*byte)).collect();
                let is_name = key != Key::Client || name.first().is_some_and(u8::is_ascii_alphabetic);
                (fact.key == key && is_name).then(|| String::from_utf8(name).ok()).flatten()
            })
        };
        Client::new(&named(Key::Client)?, named(Key::Version).as_deref()).ok()
    }

    fn symbols(&self, from: usize, fits: fn(u8) -> bool, most: usize) -> String {
        let mut at = from;
        let mut all = String::new();
        while all.len() < most
            && let Some((byte, next)) = symbol(self.text, at).filter(|(byte, _)| fits(*byte))
        {
            all.push(char::from(byte));
            at = next;
        }
        all
    }

    /// The value that stands in the fewest braces with the token at one of these places.
    fn nearest(&self, places: &[Range<usize>], read: &Reader<'_>) -> Option<String> {
        let all = places.iter().filter_map(|place| self.nearest_to(place, read));
        all.min_by_key(|(braces, _)| *braces).and_then(|(_, value)| value)
    }

    /// Keeps of different values that stand in no braces those in the lines around the token, or else those in its document.
    ///
    /// None if there are some on both sides of the token: nobody knows whose they are.
    fn retain_block(&self, values: &mut Vec<(&Fact, String)>, token: &Range<usize>, scope: &Range<usize>) {
        for empty_too in [true, false] {
            let block = block(self.text, token, scope, empty_too);
            if values.iter().any(|(fact, _)| block.contains(&fact.at)) {
                values.retain(|(fact, _)| block.contains(&fact.at));
                let differ = values.iter().any(|(_, other)| *other != values[0].1);
                let before = values.iter().filter(|(fact, _)| fact.at < token.start).count();
                if differ && before > 0 && before < values.len() {
                    values.clear();
                }
                return;
            }
        }
        values.clear();
    }

    /// How many braces around a place hold the first values, and the value among them; of several in the same braces the
    /// nearest.
    ///
    /// No value if different ones stand in braces of their own, so that none is known to be the token's.
    fn nearest_to(&self, token: &Range<usize>, read: &Reader<'_>) -> Option<(usize, Option<String>)> {
        let mut scope = token.clone();
        for count in 0..MAX_BRACES {
            let braces = enclosing(self.text, &scope);
            scope = braces.clone().unwrap_or_else(|| around(self.text, token));
            let first = self.facts.partition_point(|fact| fact.at < scope.start);
            let inside = self.facts[first..].iter().take_while(|fact| fact.at < scope.end);
            let mut values: Vec<(&Fact, String)> =
                inside.filter_map(|fact| Some((fact, read(fact)?))).collect();
            if let Some((_, value)) = values.first() {
                if values.iter().any(|(_, other)| other != value) {
                    let inner = inner(self.text, &scope, braces.is_some());
                    values.retain(|(fact, _)| !is_in(&inner, fact.at));
                    if braces.is_none() {
                        self.retain_block(&mut values, token, &scope);
                    }
                }
                let nearest = values.into_iter().min_by_key(|(fact, _)| fact.at.abs_diff(token.start));
                return Some((
                    if braces.is_some() { count } else { MAX_BRACES },
                    nearest.map(|(_, value)| value),
                ));
            }
            braces?;
        }
        None
    }
}

/// A line that begins another document (YAML).
const SEPARATOR: &[u8] = b"---";

/// The braces in a part of a text that are in no others there. `is_braced` says that braces are around the part itself.
fn inner(text: &[u8], part: &Range<usize>, is_braced: bool) -> Vec<Range<usize>> {
    let edge = usize::from(is_braced);
    let mut open: Vec<usize> = Vec::new();
    let mut all: Vec<Range<usize>> = Vec::new();
    let from = part.start + edge;
    for (ahead, byte) in text[from..part.end - edge].iter().enumerate() {
        let at = from + ahead;
        match byte {
            b'{' => open.push(at),
            b'}' => {
                if let Some(start) = open.pop() {
                    while all.last().is_some_and(|last| last.start > start) {
                        all.pop();
                    }
                    all.push(start..at + 1);
                }
            }
            _ => {}
        }
    }
    all
}

fn is_in(ranges: &[Range<usize>], at: usize) -> bool {
    let next = ranges.partition_point(|range| range.start <= at);
    next.checked_sub(1).is_some_and(|before| ranges[before].contains(&at))
}

/// The lines around a place up to the next separators: those of documents, or empty ones too.
fn block(text: &[u8], place: &Range<usize>, scope: &Range<usize>, empty_too: bool) -> Range<usize> {
    let separates = |line: &[u8]| {
        let line = line.trim_ascii();
        line.starts_with(SEPARATOR) && line.iter().all(|byte| *byte == b'-') || empty_too && line.is_empty()
    };
    let mut start = place.start;
    while start > scope.start {
        let from = text[scope.start..start]
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(scope.start, |at| scope.start + at);
        if separates(&text[from..start]) && start < place.start {
            break;
        }
        start = from;
    }
    let line_end = |from: usize| {
        text[from..scope.end].iter().position(|byte| *byte == b'\n').map_or(scope.end, |at| from + at)
    };
    let mut end = line_end(place.end.min(scope.end));
    while end < scope.end {
        let next = line_end(end + 1);
        if separates(&text[end..next]) {
            break;
        }
        end = next;
    }
    start..end
}

/// What is not far from a place.
fn around(text: &[u8], place: &Range<usize>) -> Range<usize> {
    place.start.saturating_sub(FAR)..text.len().min(place.end + FAR)
}

/// The innermost braces around a place, if they are not far.
fn enclosing(text: &[u8], place: &Range<usize>) -> Option<Range<usize>> {
    let Range { start: first, end: last } = around(text, place);
    let start = first + text[first..place.start].iter().rposition(unmatched(b'}', b'{'))?;
    let length = text[place.end..last].iter().position(unmatched(b'{', b'}'))?;
    Some(start..place.end + length + 1)
}

/// Whether a byte closes more than was opened.
fn unmatched(opens: u8, closes: u8) -> impl FnMut(&u8) -> bool {
    let mut depth = 0usize;
    move |byte| {
        if *byte == opens {
            depth += 1;
        } else if *byte == closes {
            if depth == 0 {
                return true;
            }
            depth -= 1;
        }
        false
    }
}

/// Every key of interest, in order.
fn facts(text: &[u8]) -> Vec<Fact> {
    let mut all = Vec::new();
    let mut from = 0;
    while let Some(ahead) = text[from..].iter().position(|byte| is_word(*byte)) {
        let start = from + ahead;
        let end = start + text[start..].iter().take_while(|byte| is_word(**byte)).count();
        let name = &text[start..end];
        let key = if name.len() <= LONGEST_KEY { key(text, start, name) } else { None };
        if let Some((at, key)) = key
            && let Some(value) = after_separators(text, end)
        {
            all.push(Fact { at, key, value });
        }
        from = end;
    }
    all
}

fn key(text: &[u8], start: usize, name: &[u8]) -> Option<(usize, Key)> {
    // In the query of an address: `watch?v=`, `timedtext?v=`. The name may begin with the rest of an escape.
    let letter = start + name.len() - 1;
    if text[letter] == b'v' && before(text, letter).is_some_and(|(byte, _)| b"?&;".contains(&byte)) {
        return symbol(text, letter + 1).is_some_and(|(byte, _)| byte == b'=').then_some((start, Key::Video));
    }
    if name.len() < 5 {
        return None;
    }
    let letters = name.iter().filter(|byte| byte.is_ascii_alphanumeric()).map(u8::to_ascii_lowercase);
    let plain: Vec<u8> = letters.collect();
    KEYS.iter().find(|(name, _)| plain.ends_with(name.as_bytes())).map(|(_, key)| (start, *key))
}
