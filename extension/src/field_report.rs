//! What the player sends, in shapes: for a person who wants to show how YouTube's requests look today.
//!
//! A shape has no value of a request: no token, id, name or number. It says which fields stood where, of which type and
//! how long they were. Requests of the same shape are counted together. A shape is only made while the person has switched
//! the report on.

mod json;
mod protobuf;
mod words;

use crate::requests::body::{Unreadable, decompress};
use crate::requests::{media_url, onesie};
use crate::{PageFacts, has_telling_body};
use potbridge_protocol::youtube::{Address, MEDIA_DOMAINS, MediaAddress, is_media_host, is_player_host};
use std::fmt::Write as _;
use words::{class_of, client, field_name, segment};

/// The most shapes that are kept. Requests of other shapes are counted alone.
const MAX_SHAPES: usize = 300;

/// The most lines of one shape.
const MAX_LINES: usize = 400;

/// The shapes of the requests, while the report is switched on.
#[derive(Debug, Default)]
pub struct FieldReport {
    is_on: bool,
    /// In the order of their heads and labels.
    shapes: Vec<Seen>,
    /// How many requests had a shape too many.
    left_out: u32,
}

/// The requests of one shape.
#[derive(Debug)]
struct Seen {
    times: u32,
    /// Method and address.
    head: String,
    /// The lines without their lengths.
    labels: Vec<String>,
    /// The shortest and the longest of each line that has a length.
    lengths: Vec<Option<(usize, usize)>>,
}

/// The lines of one request. A line of several values has the shortest and the longest one's length.
#[derive(Debug, Default)]
struct Lines(Vec<(String, Option<(usize, usize)>)>);

impl Lines {
    // Not many copies of it: what the browser loads should stay small.
    #[inline(never)]
    fn add(&mut self, label: String, length: Option<usize>) {
        if let Some((_, range)) = self.0.iter_mut().find(|(known, _)| *known == label) {
            *range = joined(*range, length.map(|length| (length, length)));
        } else if self.0.len() < MAX_LINES {
            self.0.push((label, length.map(|length| (length, length))));
        }
    }
}

impl FieldReport {
    /// Switches the report on or off. Switched on, it begins anew; switched off, it keeps what it has.
    pub fn switch(&mut self, on: bool) {
        if on && !self.is_on {
            *self = Self::default();
        }
        self.is_on = on;
    }

    /// Adds the shape of a request.
    pub fn add(&mut self, url: &str, method: &str, body: &[u8], facts: &PageFacts) {
        let Some(address) = Address::of_request(url).filter(|_| self.is_on) else { return };
        let mut lines = Lines::default();
        let head = format!("{} {}", words::method(method), place(&address, &mut lines));
        page(facts, &mut lines);
        if !body.is_empty() {
            self::body(url, &address, body, &mut lines);
        }
        let (labels, lengths): (Vec<_>, Vec<_>) = lines.0.into_iter().unzip();
        let place = self.shapes.binary_search_by(|seen| (&seen.head, &seen.labels).cmp(&(&head, &labels)));
        match place {
            Ok(at) => {
                let seen = &mut self.shapes[at];
                seen.times = seen.times.saturating_add(1);
                for (known, new) in seen.lengths.iter_mut().zip(lengths) {
                    *known = joined(*known, new);
                }
            }
            Err(at) if self.shapes.len() < MAX_SHAPES => {
                self.shapes.insert(at, Seen { times: 1, head, labels, lengths });
            }
            Err(_) => self.left_out = self.left_out.saturating_add(1),
        }
    }

    /// The report as text, in an order that does not depend on that of the requests.
    #[must_use]
    pub fn text(&self) -> String {
        let version = env!("CARGO_PKG_VERSION");
        let mut text = format!("potbridge {version}: what the player sent. Shapes alone, no values.\n");
        for Seen { times, head, labels, lengths } in &self.shapes {
            let _ = writeln!(text, "\n{times} × {head}");
            for (label, length) in labels.iter().zip(lengths) {
                let _ = match length {
                    None => writeln!(text, "  {label}"),
                    Some((short, long)) if short == long => writeln!(text, "  {label}, length {short}"),
                    Some((short, long)) => writeln!(text, "  {label}, length {short} to {long}"),
                };
            }
        }
        if self.left_out > 0 {
            let _ = writeln!(text, "\nLeft out: {} requests of other shapes", self.left_out);
        }
        text
    }
}

#[inline(never)]
fn joined(one: Option<(usize, usize)>, other: Option<(usize, usize)>) -> Option<(usize, usize)> {
    match (one, other) {
        (Some(one), Some(other)) => Some((one.0.min(other.0), one.1.max(other.1))),
        (one, other) => one.or(other),
    }
}

/// Host and path, and the fields of both path and query as lines.
fn place(address: &Address<'_>, lines: &mut Lines) -> String {
    let domain = MEDIA_DOMAINS.iter().find(|domain| address.host.ends_with(**domain));
    let host = match domain {
        Some(domain) if is_media_host(address.host) => format!("*.{domain}"),
        _ if is_player_host(address.host) => address.host.to_owned(),
        _ => "(another host)".to_owned(),
    };
    let media = is_media_host(address.host).then(|| MediaAddress::new(*address));
    let start = media.as_ref().map_or(address.path, MediaAddress::start);
    let path: String = start.split('/').skip(1).map(|part| format!("/{}", segment(part))).collect();
    if media.is_some() {
        let mut fields = address.path[start.len()..].split('/').skip(1);
        while let (Some(name), Some(value)) = (fields.next(), fields.next()) {
            field("path", name, value, lines);
        }
    }
    for part in address.query.split('&').filter(|part| !part.is_empty()) {
        match part.split_once('=') {
            Some((name, value)) => field("query", name, value, lines),
            None => lines.add("query (a word without a value)".to_owned(), Some(part.len())),
        }
    }
    host + &path
}

#[inline(never)]
fn field(place: &str, name: &str, value: &str, lines: &mut Lines) {
    let name = field_name(name);
    lines.add(format!("{place} {name}: {}", class_of(value)), Some(value.len()));
    match name.as_str() {
        "pot" => token_text(&format!("{place} {name}"), value, lines),
        "c" => lines.add(format!("{place} {name} is {}", client(value)), None),
        _ => {}
    }
}

fn token_text(place: &str, text: &str, lines: &mut Lines) {
    if let Ok(bytes) = potbridge_protocol::token::decode(text) {
        token(place, &bytes, lines);
    }
}

/// What stands where a token should be: its length and first byte, and whether it is a cold-start token.
#[inline(never)]
fn token(place: &str, bytes: &[u8], lines: &mut Lines) {
    let Some(first) = bytes.first() else { return };
    let kind = match potbridge_protocol::PoToken::from_bytes(bytes) {
        Ok(token) if token.has_fallback_shape() => "a fallback",
        Ok(_) => "a real token",
        Err(potbridge_protocol::NotAToken::ColdStartToken) => "a cold-start token",
        Err(_) => "no token",
    };
    lines.add(format!("{place} is {kind}, first byte {first:#04x}, in bytes"), Some(bytes.len()));
}

fn page(facts: &PageFacts, lines: &mut Lines) {
    let flag = |name: &str, flag: Option<bool>| match flag {
        None => format!("{name} unknown"),
        Some(flag) => format!("{name} {flag}"),
    };
    let client = facts.client.as_ref().map_or("unknown", |own| client(own.name()));
    let flags = [
        flag("logged in", facts.logged_in),
        flag("bound to content", facts.content_bound),
        flag("bound to session", facts.session_bound),
        format!("client {client}"),
    ];
    lines.add(format!("page: {}", flags.join(", ")), None);
}

fn body(url: &str, address: &Address<'_>, body: &[u8], lines: &mut Lines) {
    let encoding = match body {
        [0x1f, 0x8b, ..] => "gzip",
        [0x28, 0xb5, 0x2f, 0xfd, ..] => "zstd",
        _ => "no compression that can be told",
    };
    lines.add(format!("body: {encoding}"), Some(body.len()));
    let Ok(bytes) = decompress(body) else {
        lines.add("body: cannot be decompressed, or is too large".to_owned(), None);
        return;
    };
    if is_player_host(address.host) {
        if json::add(&bytes, lines).is_err() {
            lines.add(format!("body: {}", Unreadable::json(&bytes)), None);
        }
        return;
    }
    let streamer_context = match MediaAddress::new(*address).start() {
        onesie::PATH => 10,
        media_url::PATH if has_telling_body(url) => 19,
        _ => return,
    };
    if protobuf::add(&bytes, streamer_context, lines).is_none() {
        lines.add(format!("body: {}", Unreadable::protobuf(&bytes)), None);
    }
}

#[cfg(test)]
mod tests;
