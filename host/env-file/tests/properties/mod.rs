//! Files of every shape: whatever is in them, only the values of the variable change.

mod generators;

#[cfg(unix)]
use env_file::last_value;
use env_file::{Change, EnvFile, Reader, Variable};
#[cfg(unix)]
use generators::continued;
use generators::{HERE, IN_COMMON, NAME, files, soup, token, values_for};
use proptest::prelude::*;
use std::fs;
use tempfile::TempDir;

struct File {
    _folder: TempDir,
    file: EnvFile,
}

impl File {
    fn with(content: &[u8]) -> Self {
        let folder = TempDir::new().unwrap();
        let file = EnvFile::new(folder.path().join(".env"));
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
    fn setting_twice_is_setting_once_whatever_the_file_holds(soup in soup(), token in token()) {
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
        // Some do not see the first line then, and get one of their own.
        prop_assume!(!piece.old.starts_with("\u{feff}".as_bytes()) || matches!(reader, Reader::Compose | Reader::Dotenv | Reader::PythonDotenv));
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
    fn for_every_reader_setting_twice_is_setting_once(
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

    #[cfg(unix)]
    #[test]
    fn a_value_reaches_those_who_join_lines_and_those_who_do_not(
        text in continued(),
        token in token(),
        reader in proptest::sample::select(vec![None, Some(Reader::Shell), Some(Reader::Systemd), Some(Reader::Node)]),
    ) {
        use crate::joined::{read_by_shell, read_by_systemd};

        let file = File::with(text.as_bytes());
        let file = File { file: EnvFile { reader, ..file.file }, ..file };
        file.set(&token);
        let (new, folder) = (file.read(), file.file.path.parent().unwrap());
        let shown = new.escape_ascii().to_string();
        // To a shell a line with a `;` before everything is an error that ends it.
        if matches!(reader, None | Some(Reader::Shell)) && !text.contains("; note") {
            prop_assert_eq!(read_by_shell(folder), &*token, "{}", shown);
        }
        if matches!(reader, None | Some(Reader::Systemd)) && let Some(read) = read_by_systemd(folder) {
            prop_assert_eq!(read, &*token, "{}", shown);
        }
        if matches!(reader, None | Some(Reader::Node)) {
            prop_assert_eq!(last_value(&new, NAME, Some(Reader::Node)), Some(token.as_bytes()), "{}", shown);
        }
        prop_assert_eq!(file.set(&token), Change::Unchanged);
        file.clear();
        let cleared = file.read();
        prop_assert!(!cleared.contains(&b'M'), "{}", cleared.escape_ascii());
        prop_assert_eq!(file.clear(), Change::Unchanged);
    }
}
