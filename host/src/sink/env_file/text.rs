//! Changes values in the bytes of a `.env` file and leaves every other byte as it is.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
};

use zeroize::Zeroizing;

use super::{
    LARGEST, Reader,
    scan::{assignments, comment_follows, first_line},
};
use crate::sink::Variable;

/// The new text is larger than [`LARGEST`].
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooLarge;

/// `old` with every live occurrence of each variable set, and a line added for each that has none.
///
/// Values are as they are to stand in the file. Of two variables of the same name the later one counts.
pub(super) fn set(
    old: &[u8],
    variables: &[Variable<'_>],
    reader: Option<Reader>,
) -> Result<Zeroizing<Vec<u8>>, TooLarge> {
    let new = set_once(old, variables, reader)?;
    // Where another variable's quote is never closed, the old value's quotes may have kept it from reaching further.
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
    let mut edits = edits(old, &values, reader, |name| {
        missing.remove(name);
    });
    edits.extend(added_lines(old, variables, &mut missing));
    apply(old, &edits)
}

/// `old` with the value of every live occurrence of each name taken out.
pub(super) fn clear(
    old: &[u8],
    names: &[&str],
    reader: Option<Reader>,
) -> Result<Zeroizing<Vec<u8>>, TooLarge> {
    let values = names.iter().map(|name| (name.as_bytes(), b"".as_slice())).collect();
    apply(old, &edits(old, &values, reader, |_| ()))
}

/// What each name is assigned last, without its quotes; a name that is not assigned is left out.
pub(super) fn get(
    text: &[u8],
    names: &[&str],
    reader: Option<Reader>,
) -> BTreeMap<String, Zeroizing<String>> {
    let mut found = BTreeMap::new();
    for assignment in assignments(text, reader).filter(|assignment| assignment.read) {
        let Some(name) = names.iter().find(|name| name.as_bytes() == &text[assignment.name.clone()]) else {
            continue;
        };
        let value = &text[assignment.value];
        let value = match (value, reader) {
            (value, Some(Reader::Docker)) => value,
            ([b'\'', inner @ .., b'\''] | [b'"', inner @ .., b'"'], _) => inner,
            (value, _) => value,
        };
        found.insert((*name).to_owned(), Zeroizing::new(String::from_utf8_lossy(value).into_owned()));
    }
    found
}

/// What takes the place of `range` in the old text.
struct Edit<'a> {
    range: Range<usize>,
    parts: [&'a [u8]; 3],
}

fn edits<'a>(
    old: &'a [u8],
    values: &HashMap<&[u8], &'a [u8]>,
    reader: Option<Reader>,
    mut found: impl FnMut(&[u8]),
) -> Vec<Edit<'a>> {
    let mut edits = Vec::new();
    for assignment in assignments(old, reader) {
        let name = &old[assignment.name];
        if let Some(value) = values.get(name) {
            if assignment.read {
                found(name);
            }
            edits.extend(edit(old, assignment.value, value));
        }
    }
    edits
}

/// Two things besides the value are sometimes needed. A blank, where the old value's closing quote touched a comment:
/// shells and python-dotenv take a `#` for a comment only after one. And `""` for an empty value in front of a comment,
/// which python-dotenv (up to 1.1) would otherwise take for the value.
fn edit<'a>(old: &[u8], range: Range<usize>, value: &'a [u8]) -> Option<Edit<'a>> {
    if range.is_empty() && value.is_empty() {
        return None;
    }
    let touches_comment = old.get(range.end) == Some(&b'#');
    let value = if value.is_empty() && comment_follows(old, range.end) { b"\"\"" } else { value };
    let blank: &[u8] = if touches_comment { b" " } else { b"" };
    Some(Edit { range, parts: [value, blank, b""] })
}

fn added_lines<'a>(
    old: &[u8],
    variables: &[Variable<'a>],
    missing: &mut HashMap<&[u8], &'a [u8]>,
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
        let breaks = breaks_needed(old);
        lines.splice(0..0, (0..breaks).map(|_| Edit { range: end.clone(), parts: [line_end, b"", b""] }));
    }
    lines
}

/// How many line ends must stand between `old` and a line added to it: one if its last line has none, and one more if
/// that line ends in a backslash, since a shell would join the new line to it.
fn breaks_needed(old: &[u8]) -> usize {
    let text = &old[first_line(old)..];
    let line = text.strip_suffix(b"\n").or_else(|| text.strip_suffix(b"\r"));
    let backslashes = line.unwrap_or(text).iter().rev().take_while(|&&byte| byte == b'\\').count();
    usize::from(line.is_none() && !text.is_empty()) + backslashes % 2
}

/// The line end that most lines have; `\n` where there is none.
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
    let gone: usize = edits.iter().map(|edit| edit.range.len()).sum();
    let come: usize = edits.iter().flat_map(|edit| edit.parts).map(<[u8]>::len).sum();
    let size = old.len() - gone + come;
    if size > LARGEST {
        return Err(TooLarge);
    }
    // Of the right size from the start: growing would leave copies of the value behind in memory.
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
mod tests {
    use super::*;

    fn set_k(old: &str) -> String {
        let variable = Variable { name: "K", value: "Mnew=" };
        String::from_utf8(set(old.as_bytes(), &[variable], None).unwrap().to_vec()).unwrap()
    }

    fn clear_k(old: &str) -> String {
        String::from_utf8(clear(old.as_bytes(), &["K"], None).unwrap().to_vec()).unwrap()
    }

    #[test]
    fn what_was_set_is_got_again() {
        let got = |text: &str, reader| {
            get(text.as_bytes(), &["K", "L"], reader).get("K").map(|value| value.to_string())
        };
        for (text, value) in [
            ("K=old\nexport K='a;b' # note\r\n", Some("a;b")),
            ("K=\"a b\"\n", Some("a b")),
            ("K=\n", Some("")),
            ("#K=old\nL=1\n", None),
        ] {
            assert_eq!(got(text, None).as_deref(), value, "{text}");
        }
        assert_eq!(got("K='a'\n", Some(Reader::Docker)).as_deref(), Some("'a'"));
    }

    #[test]
    fn only_the_value_changes() {
        for (old, new) in [
            ("K=old\n", "K=Mnew=\n"),
            ("A=1\r\nexport K = old # note\r\nB=2", "A=1\r\nexport K = Mnew= # note\r\nB=2"),
            ("K=\"old\nmore\"\n", "K=Mnew=\n"),
            ("K=a\nK='b'\n#K=c\n", "K=Mnew=\nK=Mnew=\n#K=c\n"),
            ("K= # note\n", "K=Mnew= # note\n"),
            ("K=old; export K\n", "K=Mnew=; export K\n"),
            ("\u{feff}K=old", "\u{feff}K=Mnew="),
        ] {
            assert_eq!(set_k(old), new);
            assert_eq!(set_k(new), new);
        }
    }

    #[test]
    fn a_comment_that_touched_the_closing_quote_stays_a_comment() {
        assert_eq!(set_k("K=\"old\"#note\n"), "K=Mnew= #note\n");
    }

    #[test]
    fn a_missing_variable_is_added_as_a_line_in_the_files_own_style() {
        for (old, new) in [
            ("", "K=Mnew=\n"),
            ("\u{feff}", "\u{feff}K=Mnew=\n"),
            ("A=1\n", "A=1\nK=Mnew=\n"),
            ("A=1", "A=1\nK=Mnew=\n"),
            ("A=1\r\nB=2", "A=1\r\nB=2\r\nK=Mnew=\r\n"),
            ("A=1\rB=2\r", "A=1\rB=2\rK=Mnew=\r"),
            ("A=1\nB=2\nC=3\r\n", "A=1\nB=2\nC=3\r\nK=Mnew=\n"),
        ] {
            assert_eq!(set_k(old), new);
            assert_eq!(set_k(new), new);
        }
    }

    #[test]
    fn an_added_line_is_not_joined_to_one_that_ends_in_a_backslash() {
        assert_eq!(set_k("A=C:\\\n"), "A=C:\\\n\nK=Mnew=\n");
        assert_eq!(set_k("A=C:\\"), "A=C:\\\n\nK=Mnew=\n");
        assert_eq!(set_k("A=C:\\\\\n"), "A=C:\\\\\nK=Mnew=\n");
    }

    #[test]
    fn an_open_quote_that_reaches_over_the_variable_once_its_quotes_are_gone_does_not_hide_it() {
        let new = "A=\"open\nK=Mnew=\nB=\"\nK=Mnew=\n";
        assert_eq!(set_k("A=\"open\nK=\"old\"\nB=\"\n"), new);
        assert_eq!(set_k(new), new);
    }

    #[test]
    fn a_quoted_value_is_replaced_whole_whatever_stands_around_it() {
        for (old, new) in [
            ("K=Mold\n", "K='a # \"b;'\n"),
            ("export K=\"old\" # note\r\n", "export K='a # \"b;' # note\r\n"),
            ("K='old'#note\n", "K='a # \"b;' #note\n"),
            ("K='old'; export K # note\n", "K='a # \"b;'; export K # note\n"),
            ("K='old\nmore'\nB=1\n", "K='a # \"b;'\nB=1\n"),
            ("K= # note\n", "K='a # \"b;' # note\n"),
            ("A=1", "A=1\nK='a # \"b;'\n"),
        ] {
            let variable = Variable { name: "K", value: "'a # \"b;'" };
            let set = |old: &str| set(old.as_bytes(), &[variable], Some(Reader::Shell)).unwrap();
            assert_eq!(set(old).escape_ascii().to_string(), new.as_bytes().escape_ascii().to_string());
            assert_eq!(set(new).as_slice(), new.as_bytes());
            assert_eq!(clear_k(new), clear_k(new).replace("a # \"b;", ""), "{new:?}");
            assert!(!clear_k(new).contains("b;"), "{new:?}");
        }
    }

    #[test]
    fn what_follows_a_value_goes_where_its_reader_takes_it_for_a_part() {
        for reader in [Reader::Docker, Reader::Systemd] {
            let variable = Variable { name: "K", value: "Mnew=" };
            for (old, new) in [
                ("K=\"old\" # note\r\nB=1\n", "K=Mnew=\r\nB=1\n"),
                ("K=old; export K\n", "K=Mnew=\n"),
                ("export K=old\n", "export K=Mnew=\nK=Mnew=\n"),
            ] {
                for text in [old, new] {
                    assert_eq!(
                        set(text.as_bytes(), &[variable], Some(reader)).unwrap().as_slice(),
                        new.as_bytes()
                    );
                }
            }
            assert_eq!(clear(b"K='a' # b\n", &["K"], Some(reader)).unwrap().as_slice(), b"K=\n");
        }
    }

    #[test]
    fn several_variables_are_set_at_once_and_added_in_order() {
        let variables = [("B", "1"), ("A", "2"), ("C", "3")].map(|(name, value)| Variable { name, value });
        let new = set(b"A=old\n", &variables, None).unwrap();
        assert_eq!(new.as_slice(), b"A=2\nB=1\nC=3\n");
    }

    #[test]
    fn clearing_empties_the_value_and_adds_nothing() {
        assert_eq!(clear_k("A=1\nexport K='old'\n"), "A=1\nexport K=\n");
        assert_eq!(clear_k("A=1\n"), "A=1\n");
        assert_eq!(clear_k("K=\nK=  \nK= # note\n"), "K=\nK=  \nK= # note\n");
    }

    #[test]
    fn a_value_cleared_in_front_of_a_comment_does_not_make_the_comment_the_value() {
        let cleared = "K=\"\" # note\n";
        assert_eq!(clear_k("K=old # note\n"), cleared);
        assert_eq!(clear_k(cleared), cleared);
        assert_eq!(set_k(cleared), "K=Mnew= # note\n");
    }

    #[test]
    fn text_that_would_outgrow_the_limit_is_refused() {
        let old = "K=\n".repeat(LARGEST / 4);
        let variable = Variable { name: "K", value: "Mnew=" };
        assert_eq!(set(old.as_bytes(), &[variable], None), Err(TooLarge));
    }
}
