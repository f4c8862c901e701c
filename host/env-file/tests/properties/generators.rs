//! What the files are made of.

use env_file::Reader;
use proptest::{collection::vec, prelude::*, sample::select};

pub const NAME: &str = "TOKEN";
/// Stands for the new value.
pub const HERE: u8 = 1;

/// A part of a file: as it is, after the variable was set to [`HERE`], and after it was cleared.
#[derive(Debug, Clone, Default)]
pub struct Piece {
    pub old: Vec<u8>,
    pub set: Vec<u8>,
    pub cleared: Vec<u8>,
    /// Whether the variable is assigned in it.
    pub own: bool,
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
    const WORDS: &[&[u8]] =
        &[b"word", b" ", b"caf\xe9", b"\xc3\xa9", b"#x", b"=", b"TOKEN=no", b"export ", b"$HOME", b";"];
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
    prop_oneof![Just("A"), Just("TOKEN_2"), Just("XTOKEN"), Just("a.b-c"), Just("exported")]
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
        b"#TOKEN=commented",
        b"TOKEN",
        b"export TOKEN",
        b"TOKEN+=more",
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

pub fn files() -> impl Strategy<Value = Piece> {
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
pub fn soup() -> impl Strategy<Value = Vec<u8>> {
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
        "; export TOKEN",
        "\u{feff}",
        "é",
        ":",
        "\\\n",
    ];
    vec(select(SIGNS), 0..60).prop_map(|signs| signs.concat().into_bytes())
}

/// The readers that know comments after a value, quotes and `export`.
pub const IN_COMMON: &[Reader] =
    &[Reader::Shell, Reader::Compose, Reader::Node, Reader::Dotenv, Reader::PythonDotenv];

pub fn token() -> impl Strategy<Value = String> {
    "M[A-Za-z0-9_-]{110}(=|==)?"
}

/// One of these readers, and a value that it takes and not all others do.
pub fn values_for(readers: &'static [Reader]) -> impl Strategy<Value = (Reader, String)> {
    const SIGNS: &[&str] = &["M", "=", ";", " ", "#", "\"", "`", "&", "{", "}", "é", "; export TOKEN"];
    let value = vec(select(SIGNS), 0..12).prop_map(|signs| signs.concat());
    (select(readers), value).prop_map(|(reader, value)| (reader, format!(" M{value}; ")))
}

/// Lines that may end in backslashes, and so may be joined with the next one.
#[cfg(unix)]
pub fn continued() -> impl Strategy<Value = String> {
    const LINES: &[&str] = &[
        "A=x",
        "# note",
        "; note",
        "A=\"x\"",
        "A='x'",
        "TOKEN=Mold",
        "  TOKEN='Mold'",
        "TOKEN=",
        "A=x # note",
        "",
        " ",
    ];
    const ENDS: &[&str] = &["", "\\", " \\", "\\\\", "\\\\\\"];
    let line = (select(LINES), select(ENDS))
        // A shell takes what follows `TOKEN= ` for a command, whatever is written there.
        .prop_filter("a blank before a value", |(line, end)| !(line.ends_with('=') && end.starts_with(' ')))
        .prop_map(|(line, end)| format!("{line}{end}\n"));
    vec(line, 0..7).prop_map(|lines| lines.concat())
}
