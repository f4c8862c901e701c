//! Finds the assignments in the bytes of a `.env` file.

use std::ops::Range;

use super::Reader;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// One live `NAME=value`, as places in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Assignment {
    pub(super) name: Range<usize>,
    /// With its quotes, without the blanks before and after it. Empty, right after the `=`, where there is no value.
    pub(super) value: Range<usize>,
    /// Whether the reader takes it for an assignment: docker and systemd do not where `export` stands before it.
    pub(super) read: bool,
}

/// All live assignments of `text`, in order, in one pass.
///
/// Live is what the readers' common ground takes for an assignment: a line `[export] NAME = value` that neither is a
/// comment nor lies inside another variable's quoted value. Only python-dotenv's quoted names (`'NAME'=value`), npm
/// dotenv's `NAME: value` and several assignments on one shell line are not common ground and not seen. To docker and
/// systemd a value ends where its line does, and to docker quotes mean nothing.
pub(super) fn assignments(text: &[u8], reader: Option<Reader>) -> impl Iterator<Item = Assignment> {
    let mut at = first_line(text);
    std::iter::from_fn(move || {
        while at < text.len() {
            let found = assignment_at(text, at, reader);
            at = next_line(text, found.as_ref().map_or(at, |found| found.value.end));
            if found.is_some() {
                return found;
            }
        }
        None
    })
}

/// Where the first line begins: after a UTF-8 byte order mark.
pub(super) fn first_line(text: &[u8]) -> usize {
    if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 }
}

/// Whether only blanks stand between `from` and a comment.
pub(super) fn comment_follows(text: &[u8], from: usize) -> bool {
    text.get(skip_blanks(text, from)) == Some(&b'#')
}

fn assignment_at(text: &[u8], line: usize, reader: Option<Reader>) -> Option<Assignment> {
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
    Some(Assignment { name, value, read: knows_export || !exported })
}

/// `value` and what follows it on its line, but for blanks at the end.
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

/// The place after the quote that closes the one at `open`, where nothing but blanks, a shell's `; export NAME` and a
/// comment follow it.
///
/// `escapes`: a backslash takes the next byte's meaning, as in Node, python-dotenv and double quotes in a shell. In a
/// shell's single quotes it does not.
///
/// Takes linear time over a whole file: a byte before an opening quote is `=` or a blank, so that a search that
/// begins earlier with the same quote always stops there.
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

/// How much of `line`, the rest of a line, is the value: up to a comment after a blank, without the blanks before it,
/// and without a shell's `; export NAME`.
fn bare_length(line: &[u8], name: &[u8]) -> usize {
    let comment = line.windows(2).position(|pair| is_blank(pair[0]) && pair[1] == b'#');
    let value = trim_blanks(&line[..comment.unwrap_or(line.len())]);
    without_export(value, name).unwrap_or(value).len()
}

/// `value` without `; export NAME` at its end, if that is there.
fn without_export<'a>(value: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let rest = value.strip_suffix(name)?;
    let exported = trim_blanks(rest);
    if exported.len() == rest.len() {
        return None;
    }
    let statement = trim_blanks(exported.strip_suffix(b"export")?);
    Some(trim_blanks(statement.strip_suffix(b";")?))
}

fn trim_blanks(bytes: &[u8]) -> &[u8] {
    let length = bytes.iter().rposition(|&byte| !is_blank(byte)).map_or(0, |last| last + 1);
    &bytes[..length]
}

fn skip_blanks(text: &[u8], from: usize) -> usize {
    text[from..].iter().position(|&byte| !is_blank(byte)).map_or(text.len(), |length| from + length)
}

fn line_end(text: &[u8], from: usize) -> usize {
    text[from..].iter().position(|&byte| is_line_end(byte)).map_or(text.len(), |length| from + length)
}

fn next_line(text: &[u8], from: usize) -> usize {
    let end = line_end(text, from);
    match text[end..] {
        [b'\r', b'\n', ..] => end + 2,
        [_, ..] => end + 1,
        [] => end,
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | 0x0b | 0x0c)
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values_of_k(text: &str) -> Vec<&str> {
        assignments(text.as_bytes(), None)
            .filter(|found| &text[found.name.clone()] == "K")
            .map(|found| &text[found.value])
            .collect()
    }

    #[test]
    fn a_bare_value_ends_before_trailing_blanks_and_a_comment() {
        assert_eq!(values_of_k("K=old"), ["old"]);
        assert_eq!(values_of_k("K=old \t\r\n"), ["old"]);
        assert_eq!(values_of_k("K=old  # note\n"), ["old"]);
        assert_eq!(values_of_k("K=old\t#note # more\n"), ["old"]);
        assert_eq!(values_of_k("K=old#part\n"), ["old#part"]);
        assert_eq!(values_of_k("K=#part\n"), ["#part"]);
        assert_eq!(values_of_k("K=two words\n"), ["two words"]);
    }

    #[test]
    fn a_missing_value_stands_right_after_the_equals_sign() {
        for text in ["K=", "K=\n", "K=   \n", "K= # note\n", "K= ; export K\n"] {
            let found: Vec<_> = assignments(text.as_bytes(), None).collect();
            assert_eq!(found, [Assignment { name: 0..1, value: 2..2, read: true }], "{text:?}");
        }
    }

    #[test]
    fn spaces_export_and_indentation_do_not_hide_a_variable() {
        for text in ["K=old", "  K=old", "\tK = old", "export K=old", " export \t K  =\told"] {
            assert_eq!(values_of_k(text), ["old"], "{text:?}");
        }
    }

    #[test]
    fn every_live_occurrence_is_found_and_no_commented_one() {
        assert_eq!(
            values_of_k("K=a\n#K=b\n  # K=c\nX=#K=d\nKK=e\nexport K=f\nK\nK+=g\nK=h"),
            ["a", "f", "h"]
        );
    }

    #[test]
    fn lines_end_in_any_of_three_ways() {
        assert_eq!(values_of_k("K=a\nK=b\r\nK=c\rK=d\n\rK=e"), ["a", "b", "c", "d", "e"]);
    }

    #[test]
    fn a_byte_order_mark_is_not_part_of_the_first_name() {
        assert_eq!(values_of_k("\u{feff}K=old\n"), ["old"]);
        assert_eq!(values_of_k("K=a\n\u{feff}K=b\n"), ["a"]);
    }

    #[test]
    fn a_quoted_value_includes_its_quotes_and_may_span_lines() {
        assert_eq!(values_of_k("K=\"a # b\" # note\n"), ["\"a # b\""]);
        assert_eq!(values_of_k("K='a\nK=b'\r\nK=c"), ["'a\nK=b'", "c"]);
        assert_eq!(values_of_k("K=`a\n\n`  \nK=c"), ["`a\n\n`", "c"]);
        assert_eq!(values_of_k("K=\"a\\\"b\"\n"), ["\"a\\\"b\""]);
        assert_eq!(values_of_k("K='a\\'b'\n"), ["'a\\'b'"]);
        assert_eq!(values_of_k("K=\"a\"#note\n"), ["\"a\""]);
    }

    #[test]
    fn an_assignment_inside_another_variables_quotes_is_not_one() {
        for quote in ["\"", "'", "`"] {
            let text = format!("A={quote}one\nK=inside\n#{quote} # end\nK=outside\n");
            assert_eq!(values_of_k(&text), ["outside"], "{text:?}");
        }
    }

    #[test]
    fn a_single_quoted_value_may_end_in_a_backslash() {
        assert_eq!(values_of_k("A='C:\\dir\\'\nK=b\n"), ["b"]);
        assert_eq!(values_of_k("A='C:\\dir\\'\nB='x'\nK=b\n"), ["b"]);
    }

    #[test]
    fn a_quote_that_does_not_close_is_part_of_a_bare_value() {
        assert_eq!(values_of_k("K=\"a\nK=b\n"), ["\"a", "b"]);
        assert_eq!(values_of_k("K='a' b # c\nK=d\n"), ["'a' b", "d"]);
        assert_eq!(values_of_k("A=\"\nK=b\n"), ["b"]);
        assert_eq!(values_of_k("K=don't\nK=b\n"), ["don't", "b"]);
        assert_eq!(values_of_k("K=\"\\"), ["\"\\"]);
    }

    #[test]
    fn a_shells_export_after_the_value_is_not_part_of_it() {
        assert_eq!(values_of_k("K=old; export K\n"), ["old"]);
        assert_eq!(values_of_k("K=old ;export\tK # note\n"), ["old"]);
        assert_eq!(values_of_k("K=\"old\"; export K\n"), ["\"old\""]);
        assert_eq!(values_of_k("K='old # ;'; export K # note\nK=b\n"), ["'old # ;'", "b"]);
        assert_eq!(values_of_k("K='old'; export KK\n"), ["'old'; export KK"]);
        assert_eq!(values_of_k("K=old; export KK\n"), ["old; export KK"]);
        assert_eq!(values_of_k("K=old; exportK\n"), ["old; exportK"]);
    }

    fn read_by(reader: Reader, text: &str) -> Vec<(&str, bool)> {
        let found = assignments(text.as_bytes(), Some(reader));
        found.map(|found| (&text[found.value], found.read)).collect()
    }

    #[test]
    fn to_docker_a_value_is_the_rest_of_its_line() {
        for (text, value) in [
            ("K=old\r\n", "old"),
            ("K= old # note \n", " old # note "),
            ("K='old' # note", "'old' # note"),
            ("K=\"open\n", "\"open"),
            ("K=old; export K\n", "old; export K"),
            ("K=  \n", "  "),
        ] {
            assert_eq!(read_by(Reader::Docker, text), [(value, true)], "{text:?}");
        }
        assert_eq!(read_by(Reader::Docker, "A=\"\nK=a\n\"\n#K=b\n"), [("\"", true), ("a", true)]);
        assert_eq!(read_by(Reader::Docker, "export K=a\n"), [("a", false)]);
    }

    #[test]
    fn to_systemd_a_value_ends_with_a_line_and_may_hold_others_in_quotes() {
        for (text, value) in [
            ("K=old # note\r\n", "old # note"),
            ("K= 'old' # note \n", "'old' # note"),
            ("K='old\nmore' more\n", "'old"),
            ("K='old\nmore'\n", "'old\nmore'"),
            ("K= # note\n", " # note"),
            ("K=old; export K\n", "old; export K"),
            ("K=  \n", ""),
        ] {
            assert_eq!(read_by(Reader::Systemd, text)[0], (value, true), "{text:?}");
        }
        assert_eq!(
            read_by(Reader::Systemd, "A='\nK=no\n'\nexport K=a\n"),
            [("'\nK=no\n'", true), ("a", false)]
        );
    }

    #[test]
    fn hostile_text_is_scanned_in_linear_time() {
        for line in ["A=\"\n", "A='\\\n", "A=\"\\\"\n", "A=' `\" #\n", "=", "\r"] {
            let text = line.repeat(1 << 18);
            let started = std::time::Instant::now();
            assignments(text.as_bytes(), None).count();
            assert!(started.elapsed().as_secs() < 20, "{line:?} took {:?}", started.elapsed());
        }
    }
}
