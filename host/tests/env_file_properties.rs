//! `.env` files of every shape: whatever is in them, only the variable's own values change.
#![allow(clippy::unwrap_used)]

use std::fs;

use potbridge::sink::{
    Change, Variable,
    env_file::{EnvFile, Reader},
};
use proptest::{collection::vec, prelude::*, sample::select};
use tempfile::TempDir;

const NAME: &str = "YT_DLP_PO_TOKEN";
/// Stands for the new value.
const HERE: u8 = 1;

/// A part of a file: as it is, after the variable was set to [`HERE`], and after it was cleared.
#[derive(Debug, Clone, Default)]
struct Piece {
    old: Vec<u8>,
    set: Vec<u8>,
    cleared: Vec<u8>,
    /// Whether the variable is assigned in it.
    own: bool,
}

impl Piece {
    fn kept(bytes: impl AsRef<[u8]>) -> Self {
        let bytes = bytes.as_ref().to_vec();
        Self { old: bytes.clone(), set: bytes.clone(), cleared: bytes, own: false }
    }

    fn then(mut self, next: Self) -> Self {
        self.old.extend(next.old);
        self.set.extend(next.set);
        self.cleared.extend(next.cleared);
        self.own |= next.own;
        self
    }
}

fn blanks() -> impl Strategy<Value = &'static str> {
    prop_oneof![4 => Just(""), 1 => Just(" "), 1 => Just("\t"), 1 => Just("  \t ")]
}

fn line_end() -> impl Strategy<Value = &'static str> {
    prop_oneof![4 => Just("\n"), 3 => Just("\r\n"), 1 => Just("\r")]
}

/// Text of one line without quotes and backslashes; with Latin-1 bytes, assignments and comment signs in it.
fn words() -> impl Strategy<Value = Vec<u8>> {
    const WORDS: &[&[u8]] = &[
        b"word",
        b" ",
        b"caf\xe9",
        b"\xc3\xa9",
        b"#x",
        b"=",
        b"YT_DLP_PO_TOKEN=no",
        b"export ",
        b"$HOME",
        b";",
    ];
    let word = select(WORDS);
    vec(word, 0..5).prop_map(|words| words.concat())
}

/// What a value without quotes can be: one or more words with nothing in them that ends it.
fn bare() -> impl Strategy<Value = Vec<u8>> {
    const BARE: &[&[u8]] = &[b"Mold-_=", b"a#b", b"it's", b"\xe9", b"a\"b\"", b"C:\\dir\\x"];
    let word = select(BARE);
    vec(word, 1..3).prop_map(|words| words.join(&b" "[..]))
}

/// A value in quotes, over several lines and with assignments, escapes and the other quotes in it.
fn quoted() -> impl Strategy<Value = Vec<u8>> {
    let quote = prop_oneof![Just('"'), Just('\''), Just('`')];
    (
        quote,
        vec(
            (words(), prop_oneof![Just(""), Just("\\Q"), Just("\""), Just("'"), Just("`")], line_end()),
            0..4,
        ),
    )
        .prop_map(|(quote, parts)| {
            let mut text = vec![quote as u8];
            for (words, sign, line_end) in parts {
                text.extend(words);
                if !sign.contains(quote) {
                    text.extend(sign.replace('Q', &quote.to_string()).bytes());
                }
                text.extend(line_end.bytes());
            }
            text.push(quote as u8);
            text
        })
}

/// Blanks and a comment, or only blanks, or nothing.
fn after_value() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        3 => blanks().prop_map(|blanks| blanks.as_bytes().to_vec()),
        1 => (prop_oneof![Just(" #"), Just("\t# "), Just("   #")], words())
            .prop_map(|(sign, words)| [sign.as_bytes(), &words].concat()),
    ]
}

fn before_value(name: impl Strategy<Value = &'static str>) -> impl Strategy<Value = String> {
    (blanks(), prop_oneof![2 => Just(""), 1 => Just("export "), 1 => Just("export\t ")], name, blanks())
        .prop_map(|(indentation, export, name, space)| format!("{indentation}{export}{name}{space}="))
}

fn others() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        Just("A"),
        Just("YT_DLP_PO_TOKEN_2"),
        Just("XYT_DLP_PO_TOKEN"),
        Just("a.b-c"),
        Just("exported")
    ]
}

fn other_line() -> impl Strategy<Value = Vec<u8>> {
    let assignment =
        (before_value(others()), blanks(), prop_oneof![bare(), quoted(), Just(Vec::new())], after_value())
            .prop_map(|(name, space, value, after)| {
                [name.as_bytes(), space.as_bytes(), &value, &after].concat()
            });
    let comment = (blanks(), words(), prop_oneof![Just(""), Just("\""), Just(" A='")])
        .prop_map(|(space, words, sign)| [space.as_bytes(), b"#", &words, sign.as_bytes()].concat());
    const ELSE: &[&[u8]] = &[
        b"",
        b"   ",
        b"#YT_DLP_PO_TOKEN=commented",
        b"YT_DLP_PO_TOKEN",
        b"export YT_DLP_PO_TOKEN",
        b"YT_DLP_PO_TOKEN+=more",
        b"caf\xe9 au lait",
        b"=nothing",
        b"A=\"closed\" and more",
    ];
    let else_ = select(ELSE);
    prop_oneof![3 => assignment, 2 => comment, 2 => else_.prop_map(<[u8]>::to_vec)]
}

fn own_line() -> impl Strategy<Value = Piece> {
    let value = prop_oneof![3 => bare(), 3 => quoted()];
    let full = (before_value(Just(NAME)), blanks(), value, after_value(), any::<bool>()).prop_map(
        |(name, space, value, after, touching)| {
            let quoted = matches!(value[0], b'"' | b'\'' | b'`');
            let comment = after.trim_ascii_start().starts_with(b"#");
            let after = if touching && quoted && comment { after.trim_ascii_start() } else { &after[..] };
            let blank: &[u8] = if after.starts_with(b"#") { b" " } else { b"" };
            let empty: &[u8] = if comment { b"\"\"" } else { b"" };
            let start = [name.as_bytes(), space.as_bytes()].concat();
            Piece {
                old: [&start, &value[..], after].concat(),
                set: [&start, &[HERE][..], blank, after].concat(),
                cleared: [&start, empty, blank, after].concat(),
                own: true,
            }
        },
    );
    let exported = (before_value(Just(NAME)), bare(), blanks()).prop_map(|(name, value, space)| {
        let line = |value: &[u8]| {
            let end = format!("{space}; export {NAME}");
            [name.as_bytes(), value, end.as_bytes()].concat()
        };
        Piece { old: line(&value), set: line(&[HERE]), cleared: line(b""), own: true }
    });
    let empty = (before_value(Just(NAME)), after_value()).prop_map(|(name, after)| {
        let line = |value: &[u8]| [name.as_bytes(), value, &after].concat();
        Piece { old: line(b""), set: line(&[HERE]), cleared: line(b""), own: true }
    });
    prop_oneof![4 => full, 1 => exported, 1 => empty]
}

fn files() -> impl Strategy<Value = Piece> {
    let line = prop_oneof![3 => other_line().prop_map(Piece::kept), 1 => own_line()];
    let lines = vec((line, line_end()), 0..9);
    (prop_oneof![4 => Just(""), 1 => Just("\u{feff}")], lines, any::<bool>()).prop_map(
        |(mark, lines, ended)| {
            let last = lines.len().wrapping_sub(1);
            let pieces = lines.into_iter().enumerate().map(|(number, (line, line_end))| {
                line.then(Piece::kept(if number == last && !ended { "" } else { line_end }))
            });
            pieces.fold(Piece::kept(mark), Piece::then)
        },
    )
}

/// Anything made of the signs that matter.
fn soup() -> impl Strategy<Value = Vec<u8>> {
    const SIGNS: &[&str] = &[
        NAME,
        "=",
        "\"",
        "'",
        "`",
        "\\",
        " ",
        "#",
        "\n",
        "\n",
        "\r",
        "\t",
        "export ",
        "A=",
        "A",
        ";",
        "; export YT_DLP_PO_TOKEN",
        "\u{feff}",
        "é",
        ":",
    ];
    vec(select(SIGNS), 0..60).prop_map(|signs| signs.concat().into_bytes())
}

/// The readers that know comments after a value, quotes and `export`.
const IN_COMMON: &[Reader] =
    &[Reader::Shell, Reader::Compose, Reader::Node, Reader::Dotenv, Reader::PythonDotenv];

fn token() -> impl Strategy<Value = String> {
    "M[A-Za-z0-9_-]{110}(=|==)?"
}

/// One of these readers, and a value that it takes and not all others do.
fn values_for(readers: &'static [Reader]) -> impl Strategy<Value = (Reader, String)> {
    const SIGNS: &[&str] =
        &["M", "=", ";", " ", "#", "\"", "`", "&", "{", "}", "é", "; export YT_DLP_PO_TOKEN"];
    let value = vec(select(SIGNS), 0..12).prop_map(|signs| signs.concat());
    (select(readers), value).prop_map(|(reader, value)| (reader, format!(" M{value}; ")))
}

struct File {
    _folder: TempDir,
    file: EnvFile,
}

impl File {
    fn with(content: &[u8]) -> Self {
        let folder = TempDir::new().unwrap();
        let file = EnvFile { path: folder.path().join(".env"), allow_tracked: false, reader: None };
        fs::write(&file.path, content).unwrap();
        Self { _folder: folder, file }
    }

    fn set(&self, value: &str) -> Change {
        self.file.set(&[Variable { name: NAME, value }]).unwrap().change
    }

    fn read_by(mut self, reader: Reader) -> Self {
        self.file.reader = Some(reader);
        self
    }

    fn clear(&self) -> Change {
        self.file.clear(&[NAME]).unwrap().change
    }

    fn read(&self) -> Vec<u8> {
        fs::read(&self.file.path).unwrap()
    }
}

fn written(template: &[u8], token: &str) -> Vec<u8> {
    let parts: Vec<&[u8]> = template.split(|&byte| byte == HERE).collect();
    parts.join(token.as_bytes())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn setting_changes_every_own_value_and_no_other_byte(piece in files(), token in token()) {
        let file = File::with(&piece.old);
        prop_assert_eq!(file.set(&token), Change::Written);
        let new = file.read();
        if piece.own {
            prop_assert_eq!(new.escape_ascii().to_string(), written(&piece.set, &token).escape_ascii().to_string());
        } else {
            let added = new.strip_prefix(&piece.old[..]).expect("what was there is still there");
            let line = added.trim_ascii();
            let expected = format!("{NAME}={token}");
            prop_assert_eq!(line, expected.as_bytes());
            let text = piece.old.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&piece.old);
            let needs_break = !text.is_empty() && !text.ends_with(b"\n") && !text.ends_with(b"\r");
            let end = &added[added.trim_ascii_end().len()..];
            let begin = &added[..added.len() - added.trim_ascii_start().len()];
            prop_assert!([&b"\n"[..], b"\r\n", b"\r"].contains(&end));
            prop_assert_eq!(begin, if needs_break { end } else { b"" });
        }
        prop_assert_eq!(file.set(&token), Change::Unchanged);
        prop_assert_eq!(file.read(), new);
    }

    #[test]
    fn clearing_empties_every_own_value_and_changes_no_other_byte(piece in files()) {
        let file = File::with(&piece.old);
        let change = file.clear();
        prop_assert_eq!(file.read().escape_ascii().to_string(), piece.cleared.escape_ascii().to_string());
        prop_assert_eq!(change == Change::Unchanged, piece.old == piece.cleared);
        prop_assert_eq!(file.clear(), Change::Unchanged);
    }

    #[test]
    fn whatever_the_file_holds_setting_twice_is_setting_once(soup in soup(), token in token()) {
        let file = File::with(&soup);
        file.set(&token);
        let new = file.read();
        prop_assert!(new.windows(token.len()).any(|part| part == token.as_bytes()));
        prop_assert_eq!(file.set(&token), Change::Unchanged);
        file.clear();
        prop_assert_eq!(file.clear(), Change::Unchanged);
        file.set(&token);
        prop_assert_eq!(file.set(&token), Change::Unchanged);
    }

    #[test]
    fn a_value_for_one_reader_changes_no_other_byte(piece in files(), (reader, value) in values_for(IN_COMMON)) {
        let file = File::with(&piece.old).read_by(reader);
        prop_assert_eq!(file.set(&value), Change::Written);
        let new = file.read();
        if piece.own {
            let expected = written(&piece.set, &format!("'{value}'"));
            prop_assert_eq!(new.escape_ascii().to_string(), expected.escape_ascii().to_string());
        }
        prop_assert_eq!(file.set(&value), Change::Unchanged);
        file.clear();
        let cleared = file.read();
        if piece.own {
            let expected = written(&piece.set, "");
            let without_marks = |text: &[u8]| text.escape_ascii().to_string().replace("\\\"\\\"", "");
            prop_assert_eq!(without_marks(&cleared), without_marks(&expected));
        }
        prop_assert_eq!(file.clear(), Change::Unchanged);
    }

    #[test]
    fn whatever_the_file_holds_and_whoever_reads_it_setting_twice_is_setting_once(
        soup in soup(),
        (reader, value) in values_for(&Reader::ALL),
        (other, next) in values_for(&Reader::ALL),
    ) {
        let file = File::with(&soup).read_by(reader);
        file.set(&value);
        let new = file.read();
        prop_assert!(new.windows(value.len()).any(|part| part == value.as_bytes()));
        prop_assert_eq!(file.set(&value), Change::Unchanged);
        file.clear();
        prop_assert_eq!(file.clear(), Change::Unchanged);
        let file = file.read_by(other);
        file.set(&next);
        prop_assert_eq!(file.set(&next), Change::Unchanged);
    }
}
