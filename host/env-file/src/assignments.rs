//! Finds the assignments in the bytes of a `.env` file.

use std::ops::Range;

use crate::{
    Reader,
    continued::Joined,
    lines::{is_blank, is_line_end, line_end, next_line, skip_blanks, trim_blanks},
    reader::reads_mark,
};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// One `NAME=value` of a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Assignment<'a> {
    /// The name.
    pub name: &'a [u8],
    /// The value, without the quotes and blanks around it. What is escaped in it stays escaped.
    pub value: &'a [u8],
}

/// The assignments in the text of a `.env` file that `reader` sees, in order.
///
/// An assignment is a line `[export] NAME = value` that is no comment and is not inside the quoted value of another
/// variable. To docker and systemd a value ends where its line ends, and to docker quotes mean nothing. Shells and
/// systemd join a line that ends in a backslash with the next one, which is no assignment then, nor is it one if no
/// reader is named. Some readers know more: python-dotenv quoted names (`'NAME'=value`), npm's dotenv `NAME: value`, shells several assignments on one
/// line. Those are not seen.
///
/// ```
/// let text = b"# note\nexport A='b c' # more\nD=e\n";
/// let found: Vec<_> = env_file::assignments(text, None).map(|found| (found.name, found.value)).collect();
/// assert_eq!(found, [(&b"A"[..], &b"b c"[..]), (b"D", b"e")]);
/// ```
pub fn assignments(text: &[u8], reader: Option<Reader>) -> impl Iterator<Item = Assignment<'_>> {
    spans(text, reader).filter(|span| span.read && !span.joined).map(move |span| {
        let value = match (&text[span.value], reader) {
            (value, Some(Reader::Docker)) => value,
            ([b'\'', inner @ .., b'\''] | [b'"', inner @ .., b'"'], _) => inner,
            (value, _) => value,
        };
        Assignment { name: &text[span.name], value }
    })
}

/// The value that `name` is assigned last: the one that counts for every reader.
#[must_use]
pub fn last_value<'a>(text: &'a [u8], name: &str, reader: Option<Reader>) -> Option<&'a [u8]> {
    assignments(text, reader).filter(|found| found.name == name.as_bytes()).last().map(|found| found.value)
}

/// Where an assignment is in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) name: Range<usize>,
    /// With its quotes, without the blanks around it. If there is no value, it is empty and right after the `=`.
    pub(crate) value: Range<usize>,
    /// Whether the reader takes such a line for an assignment. Docker and systemd do not if `export` is before it, and some do
    /// not if a byte order mark is.
    pub(crate) read: bool,
    /// Whether the line is joined to the one before it. Then it is a part of that one, and assigns nothing.
    pub(crate) joined: bool,
    /// Where the line after the value begins, if the value has several, and who joins it to them if the value is another.
    pub(crate) holds: Option<(usize, Joined)>,
}

/// The places of all assignments, also of those that the reader does not see: because of an `export`, or because their
/// line is joined to another.
///
/// Takes one pass and linear time.
pub(crate) struct Spans<'a> {
    text: &'a [u8],
    reader: Option<Reader>,
    /// Where the next line begins, and who joins it to the one before.
    at: usize,
    joined: Joined,
}

pub(crate) fn spans(text: &[u8], reader: Option<Reader>) -> Spans<'_> {
    Spans { text, reader, at: first_line(text), joined: Joined::default() }
}

impl Spans<'_> {
    /// Goes on after the value of `span`, as if it were another.
    #[cfg(feature = "files")]
    pub(crate) fn without_value_of(&mut self, span: &Span) {
        if let Some(rest) = span.holds {
            (self.at, self.joined) = rest;
        }
    }
}

impl Iterator for Spans<'_> {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        let (text, reader) = (self.text, self.reader);
        while self.at < text.len() {
            let (line, is_joined) = (self.at, self.joined.by(reader));
            let mut found = span_at(text, line, reader);
            let value_end = found.as_ref().map_or(line, |found| found.value.end);
            let end = line_end(text, value_end);
            let quoted = found.as_ref().is_some_and(|found| is_quoted(&text[found.value.clone()]));
            self.joined = self.joined.next(text, line, if quoted { value_end } else { line }, end);
            self.at = next_line(text, end);
            if let Some(found) = &mut found {
                found.joined = is_joined;
                let is_marked = line > 0 && line == first_line(text);
                found.read &= !is_marked || !reads_mark(reader);
                if value_end == end && self.joined.by(reader) {
                    go_on(text, found, self.at, self.joined, reader);
                }
            }
            if found.is_some() {
                return found;
            }
        }
        None
    }
}

/// Ends a value whose line goes on in the one that begins at `next`, which is `joined` to it.
///
/// If no reader is named, it goes on only in what is neither an assignment nor a comment: that has a meaning of its own to
/// those who do not join lines.
fn go_on(text: &[u8], span: &mut Span, next: usize, joined: Joined, reader: Option<Reader>) {
    let without_backslash = |from: usize, end: usize| from + trim_blanks(&text[from..end - 1]).len();
    // Then the backslash stays: it is what makes the next line a part of this one.
    let ends_word = |joined: Joined| reader == Some(Reader::Shell) && !joined.within_word();
    if span.joined || ends_word(joined) {
        span.value.end = without_backslash(span.value.start, span.value.end);
        // To a shell `A=b` before a command counts for that command alone.
        span.joined = span.joined || !only_assignments_follow(text, next, joined, reader);
        return;
    }
    let (mut line, mut joined) = (next, joined);
    while line < text.len() && joined.by(reader) {
        let end = line_end(text, line);
        if reader.is_none() && has_meaning(text, line, end) {
            break;
        }
        let rest = &text[line..end];
        joined = joined.next(text, line, line, end);
        if joined.by(reader) && ends_word(joined) {
            span.value.end = without_backslash(line, end);
            let next = next_line(text, end);
            span.joined |= !only_assignments_follow(text, next, joined, reader);
            span.holds = Some((next, joined));
            return;
        }
        match if reader == Some(Reader::Systemd) { trim_blanks(rest).len() } else { bare_length(rest, b"") } {
            0 => {}
            length => span.value.end = line + length,
        }
        line = next_line(text, end);
    }
    span.holds = Some((line, Joined::default()));
}

/// Whether the lines that are joined from `line` on are nothing but assignments, comments and blanks.
fn only_assignments_follow(text: &[u8], mut line: usize, mut joined: Joined, reader: Option<Reader>) -> bool {
    while line < text.len() && joined.by(reader) {
        let end = line_end(text, line);
        if !has_meaning(text, line, end) {
            return false;
        }
        joined = joined.next(text, line, line, end);
        line = next_line(text, end);
    }
    true
}

/// Whether a line is an assignment, a comment or blank.
fn has_meaning(text: &[u8], line: usize, end: usize) -> bool {
    let start = skip_blanks(text, line);
    start >= end || text[start] == b'#' || span_at(text, line, None).is_some()
}

fn is_quoted(value: &[u8]) -> bool {
    matches!(value, [b'\'', .., b'\''] | [b'"', .., b'"'] | [b'`', .., b'`'])
}

/// Where the first line begins: after the UTF-8 byte order mark, if there is one.
pub(crate) fn first_line(text: &[u8]) -> usize {
    if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 }
}

fn span_at(text: &[u8], line: usize, reader: Option<Reader>) -> Option<Span> {
    let mut start = skip_blanks(text, line);
    let mut exported = false;
    if let Some(rest) = text[start..].strip_prefix(b"export")
        && rest.first().copied().is_some_and(is_blank)
    {
        start = skip_blanks(text, text.len() - rest.len());
        exported = true;
    }
    let length = text[start..]
        .iter()
        .position(|&byte| is_blank(byte) || is_line_end(byte) || b"=#\"'`".contains(&byte))?;
    let name = start..start + length;
    let equals = skip_blanks(text, name.end);
    if name.is_empty() || text.get(equals) != Some(&b'=') {
        return None;
    }
    let common = || value_at(text, equals + 1, &text[name.clone()]);
    let (value, knows_export) = match reader {
        Some(Reader::Docker) => (equals + 1..line_end(text, equals), false),
        Some(Reader::Systemd) => (to_line_end(text, equals + 1, common()), false),
        _ => (common(), true),
    };
    Some(Span { name, value, read: knows_export || !exported, joined: false, holds: None })
}

/// `value` and what follows it on its line, without the blanks at the end.
fn to_line_end(text: &[u8], after_equals: usize, value: Range<usize>) -> Range<usize> {
    let end = line_end(text, value.end);
    let length = trim_blanks(&text[after_equals..end]).len();
    let start = if value.is_empty() { after_equals } else { value.start };
    start..start.max(after_equals + length)
}

fn value_at(text: &[u8], after_equals: usize, name: &[u8]) -> Range<usize> {
    let start = skip_blanks(text, after_equals);
    if let Some(&quote @ (b'"' | b'\'' | b'`')) = text.get(start) {
        let end = closing_quote(text, start, quote, true, name)
            .or_else(|| (quote == b'\'').then(|| closing_quote(text, start, quote, false, name))?);
        if let Some(end) = end {
            return start..end;
        }
    }
    let line = &text[start..line_end(text, start)];
    let commented = start > after_equals && line.first() == Some(&b'#');
    match if commented { 0 } else { bare_length(line, name) } {
        0 => after_equals..after_equals,
        length => start..start + length,
    }
}

/// The place after the quote that closes the one at `open`.
///
/// It closes only if nothing but blanks, a shell's `; export NAME` and a comment follow it. With `escapes` a backslash
/// takes the meaning of the next byte, as in node, python-dotenv and a shell's double quotes, but not in its single
/// quotes.
///
/// Over a whole file this takes linear time: the byte before an opening quote is `=` or a blank, so a search that begins
/// earlier with the same quote always stops there.
fn closing_quote(text: &[u8], open: usize, quote: u8, escapes: bool, name: &[u8]) -> Option<usize> {
    let mut at = open + 1;
    loop {
        match *text.get(at)? {
            b'\\' if escapes => at += 2,
            byte if byte == quote => break,
            _ => at += 1,
        }
    }
    let next = skip_blanks(text, at + 1);
    let closes = match text.get(next) {
        None | Some(b'#') => true,
        Some(b';') => bare_length(&text[next..line_end(text, next)], name) == 0,
        Some(&byte) => is_line_end(byte),
    };
    closes.then_some(at + 1)
}

/// How many bytes of `line`, the rest of a line, are the value.
///
/// It ends before a comment after a blank and before a shell's `; export NAME`. The blanks before those are not part of
/// it.
fn bare_length(line: &[u8], name: &[u8]) -> usize {
    let comment = line.windows(2).position(|pair| is_blank(pair[0]) && pair[1] == b'#');
    let value = trim_blanks(&line[..comment.unwrap_or(line.len())]);
    without_export(value, name).unwrap_or(value).len()
}

/// `value` without the `; export NAME` at its end. `None` if there is none.
fn without_export<'a>(value: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let rest = value.strip_suffix(name)?;
    let exported = trim_blanks(rest);
    if exported.len() == rest.len() {
        return None;
    }
    let statement = trim_blanks(exported.strip_suffix(b"export")?);
    Some(trim_blanks(statement.strip_suffix(b";")?))
}

#[cfg(test)]
mod tests;
