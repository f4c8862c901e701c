//! Changes values in the bytes of a `.env` file and leaves every other byte as it is.

use std::{collections::HashMap, ops::Range};

use zeroize::Zeroizing;

use crate::{
    LARGEST, Reader, Variable,
    assignments::{first_line, spans},
    lines::skip_blanks,
    reader::reads_mark,
};

/// The new text is larger than [`LARGEST`].
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooLarge;

/// `old` with each variable set wherever it is assigned, and a line added for each that is assigned nowhere.
///
/// The values are encoded already. Of two variables with the same name the later one counts.
pub(crate) fn set(
    old: &[u8],
    variables: &[Variable<'_>],
    reader: Option<Reader>,
) -> Result<Zeroizing<Vec<u8>>, TooLarge> {
    let new = set_once(old, variables, reader)?;
    // If the quote of another variable is never closed, the quotes of the old value may have stopped it there.
    set_once(&new, variables, reader)
}

fn set_once(
    old: &[u8],
    variables: &[Variable<'_>],
    reader: Option<Reader>,
) -> Result<Zeroizing<Vec<u8>>, TooLarge> {
    let values: HashMap<&[u8], &[u8]> =
        variables.iter().map(|variable| (variable.name.as_bytes(), variable.value.as_bytes())).collect();
    let mut missing = values.clone();
    // Whether it is joined or not, what such a line assigns counts for some: for those who join none, for systemd from 254 on
    // below a comment, for a shell after `A=b \`. So the last assignment is one that all see.
    let mut edits = edits(old, &values, reader, Joined::Stay, |name, joined| {
        if !joined {
            missing.remove(name);
        } else if let Some((&name, &value)) = values.get_key_value(name) {
            missing.insert(name, value);
        }
    });
    edits.extend(added_lines(old, variables, &mut missing, reader));
    apply(old, &edits)
}

/// `old` with the value of each name removed wherever it is assigned, and where it would be if lines were not joined.
pub(crate) fn clear(
    old: &[u8],
    names: &[&str],
    reader: Option<Reader>,
) -> Result<Zeroizing<Vec<u8>>, TooLarge> {
    let values = names.iter().map(|name| (name.as_bytes(), b"".as_slice())).collect();
    apply(old, &edits(old, &values, reader, Joined::Change, |_, _| ()))
}

/// The parts that replace `range` of the old text.
struct Edit<'a> {
    range: Range<usize>,
    parts: [&'a [u8]; 3],
}

/// What happens to an assignment in a line that is a part of another one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Joined {
    Stay,
    Change,
}

/// The edits that give each name its value. `found` is told of every assignment, and whether its line is joined.
fn edits<'a>(
    old: &'a [u8],
    values: &HashMap<&[u8], &'a [u8]>,
    reader: Option<Reader>,
    of_joined: Joined,
    mut found: impl FnMut(&[u8], bool),
) -> Vec<Edit<'a>> {
    let mut edits = Vec::new();
    let mut spans = spans(old, reader);
    while let Some(span) = spans.next() {
        let name = &old[span.name.clone()];
        let Some(value) = values.get(name) else { continue };
        if span.read {
            found(name, span.joined);
        }
        if !span.joined || of_joined == Joined::Change {
            spans.without_value_of(&span);
            edits.extend(edit(old, span.value, value));
        }
    }
    edits
}

/// The edit that gives an assignment a new value. `None` if both values are empty.
///
/// If the closing quote of the old value touches a comment, a blank is added: shells and python-dotenv take a `#` for a
/// comment only after a blank. An empty value before a comment is written as `""`: python-dotenv (up to 1.1) would take
/// the comment for the value.
fn edit<'a>(old: &[u8], range: Range<usize>, value: &'a [u8]) -> Option<Edit<'a>> {
    if range.is_empty() && value.is_empty() {
        return None;
    }
    let touches_comment = old.get(range.end) == Some(&b'#');
    let value = if value.is_empty() && comment_follows(old, range.end) { b"\"\"" } else { value };
    let blank: &[u8] = if touches_comment { b" " } else { b"" };
    Some(Edit { range, parts: [value, blank, b""] })
}

/// Whether a comment follows `from`, with nothing but blanks between.
fn comment_follows(text: &[u8], from: usize) -> bool {
    text.get(skip_blanks(text, from)) == Some(&b'#')
}

fn added_lines<'a>(
    old: &[u8],
    variables: &[Variable<'a>],
    missing: &mut HashMap<&[u8], &'a [u8]>,
    reader: Option<Reader>,
) -> Vec<Edit<'a>> {
    let end = old.len()..old.len();
    let line_end = usual_line_end(old);
    let mut lines = Vec::new();
    for variable in variables {
        if let Some(value) = missing.remove(variable.name.as_bytes()) {
            for parts in [[variable.name.as_bytes(), b"=", value], [line_end, b"", b""]] {
                lines.push(Edit { range: end.clone(), parts });
            }
        }
    }
    if !lines.is_empty() {
        let breaks = breaks_needed(old, reader);
        lines.splice(0..0, (0..breaks).map(|_| Edit { range: end.clone(), parts: [line_end, b"", b""] }));
    }
    lines
}

/// How many line ends must be between `old` and a line added to it.
///
/// One if the last line has none, and one more if that line ends in a backslash: a shell would join the new line to it. The last
/// line may be a byte order mark alone.
fn breaks_needed(old: &[u8], reader: Option<Reader>) -> usize {
    let text = &old[first_line(old)..];
    let line = text.strip_suffix(b"\n").or_else(|| text.strip_suffix(b"\r"));
    let backslashes = line.unwrap_or(text).iter().rev().take_while(|&&byte| byte == b'\\').count();
    let is_begun = !text.is_empty() || (!old.is_empty() && reads_mark(reader));
    usize::from(line.is_none() && is_begun) + backslashes % 2
}

/// The line end that most lines have, or `\n` if there is none.
fn usual_line_end(text: &[u8]) -> &'static [u8] {
    let line_feeds = text.iter().filter(|&&byte| byte == b'\n').count();
    let returns = text.iter().filter(|&&byte| byte == b'\r').count();
    let both = text.windows(2).filter(|pair| pair == b"\r\n").count();
    let alone = (line_feeds - both, returns - both);
    if both > alone.0 && both >= alone.1 {
        b"\r\n"
    } else if alone.1 > alone.0 {
        b"\r"
    } else {
        b"\n"
    }
}

fn apply(old: &[u8], edits: &[Edit<'_>]) -> Result<Zeroizing<Vec<u8>>, TooLarge> {
    let removed: usize = edits.iter().map(|edit| edit.range.len()).sum();
    let added: usize = edits.iter().flat_map(|edit| edit.parts).map(<[u8]>::len).sum();
    let size = old.len() - removed + added;
    if size > LARGEST {
        return Err(TooLarge);
    }
    // With its full capacity from the start: growing would leave copies of values behind in memory.
    let mut new = Zeroizing::new(Vec::with_capacity(size));
    let mut copied = 0;
    for edit in edits {
        new.extend_from_slice(&old[copied..edit.range.start]);
        for part in edit.parts {
            new.extend_from_slice(part);
        }
        copied = edit.range.end;
    }
    new.extend_from_slice(&old[copied..]);
    Ok(new)
}

#[cfg(test)]
mod tests;
