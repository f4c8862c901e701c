//! The places in the text of a configuration. All else of it stays.

use clap::ValueEnum;
use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, Value};

/// The table of a place.
const SINK: &str = "sink";

/// The kinds of places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Kind {
    /// Variables in a .env file
    EnvFile,
    /// Entries of the system's keyring
    Keyring,
    /// Keys of a redis server
    Redis,
    /// The standard input of a program
    Command,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::EnvFile => "env-file",
            Self::Keyring => "keyring",
            Self::Redis => "redis",
            Self::Command => "command",
        }
    }

    /// What names a place of this kind.
    pub(super) fn wants(self) -> &'static str {
        match self {
            Self::EnvFile => "file",
            Self::Keyring => "service",
            Self::Redis => "address",
            Self::Command => "program",
        }
    }
}

/// A place to add.
#[derive(Debug)]
pub(super) struct NewSink {
    pub(super) kind: Kind,
    pub(super) place: Vec<String>,
    pub(super) vars: Vec<(String, String)>,
    pub(super) on_update: Option<String>,
    pub(super) keys: Vec<(String, String)>,
}

impl NewSink {
    fn table(&self) -> Table {
        let mut table = Table::new();
        let mut set = |key: &str, value: Value| {
            table.insert(key, Item::Value(value));
        };
        set("kind", self.kind.name().into());
        match (self.kind, self.place.as_slice()) {
            (Kind::Command, words) => set("command", Value::Array(words.iter().collect::<Array>())),
            (_, []) => {}
            (Kind::EnvFile, [place, ..]) => set("path", place.into()),
            (Kind::Keyring, [place, ..]) => set("service", place.into()),
            (Kind::Redis, [place, ..]) => set("url", place.into()),
        }
        if let Some(command) = &self.on_update {
            set("on_update", command.into());
        }
        for (key, value) in &self.keys {
            set(key, value.parse().unwrap_or_else(|_| Value::from(value)));
        }
        if !self.vars.is_empty() {
            let mut vars = Table::new();
            for (name, template) in &self.vars {
                vars.insert(name, Item::Value(template.into()));
            }
            table.insert("vars", Item::Table(vars));
        }
        table
    }
}

/// The text with one place more, behind the others.
pub(super) fn add(text: &str, new: &NewSink) -> Result<String, String> {
    let mut document = parsed(text)?;
    let mut table = new.table();
    match document.entry(SINK).or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new())) {
        Item::ArrayOfTables(tables) => {
            if !text.trim().is_empty() {
                table.decor_mut().set_prefix("\n");
            }
            tables.push(table);
        }
        Item::Value(Value::Array(tables)) => tables.push(table.into_inline_table()),
        _ => return Err("a sink is a table: write [[sink]]".to_owned()),
    }
    Ok(document.to_string())
}

/// The text without one place. A comment directly above it goes with it, and others stay.
pub(super) fn remove(text: &str, index: usize) -> Result<String, String> {
    let mut document = parsed(text)?;
    let item = document.get_mut(SINK).ok_or("there is no sink")?;
    match item {
        Item::ArrayOfTables(tables) => {
            let removed = tables.get(index).ok_or("there is no such sink")?;
            let comments = comments_apart(removed);
            tables.remove(index);
            let next = tables.get_mut(index);
            let is_last = next.is_none();
            if let Some(next) = next {
                let own = prefix(next);
                next.decor_mut().set_prefix(format!("{comments}{}", own.trim_start_matches('\n')));
            }
            if tables.is_empty() {
                document.remove(SINK);
            }
            if is_last && comments.contains('#') {
                let trailing = document.trailing().as_str().unwrap_or_default().to_owned();
                document.set_trailing(format!("{comments}{trailing}"));
            }
        }
        Item::Value(Value::Array(tables)) => {
            tables.remove(index);
        }
        _ => return Err("a sink is a table: write [[sink]]".to_owned()),
    }
    Ok(document.to_string())
}

/// What stands above a table and is set apart from it by an empty line.
fn comments_apart(table: &Table) -> String {
    let prefix = prefix(table);
    prefix.rfind("\n\n").map_or_else(String::new, |end| prefix[..end + 2].to_owned())
}

fn prefix(table: &Table) -> String {
    table.decor().prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default().to_owned()
}

fn parsed(text: &str) -> Result<DocumentMut, String> {
    // Not its `Display`, which shows the whole line: a password could be in it.
    text.parse().map_err(|error: toml_edit::TomlError| error.message().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
# All of it is mine.

# The backend's.
[[sink]]
kind = \"env-file\" # here
path = \"/a/.env\"

[sink.vars]
A = \"{token}\"

[[sink]]
kind = \"keyring\"

# Logs.
[log]
level = \"debug\"
";

    fn env_file(vars: &[(&str, &str)]) -> NewSink {
        NewSink {
            kind: Kind::EnvFile,
            place: vec!["/b/.env".to_owned()],
            vars: vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            on_update: None,
            keys: vec![("allow_tracked".to_owned(), "true".to_owned())],
        }
    }

    #[test]
    fn a_place_is_added_behind_the_others_and_all_else_stays() {
        let added = "[[sink]]\nkind = \"env-file\"\npath = \"/b/.env\"\nallow_tracked = true\n";
        let expected = TEXT.replace("kind = \"keyring\"\n", &format!("kind = \"keyring\"\n\n{added}"));
        assert_eq!(add(TEXT, &env_file(&[])).unwrap(), expected);
        let vars = "\n[sink.vars]\nA = \"{token}\"\n";
        assert_eq!(add("", &env_file(&[("A", "{token}")])).unwrap(), format!("{added}{vars}"));
        let inline = "sink = [{ kind = \"keyring\" }]\n";
        let expected = "sink = [{ kind = \"keyring\" }, { kind = \"env-file\", path = \"/b/.env\", allow_tracked = true }]\n";
        assert_eq!(add(inline, &env_file(&[])).unwrap(), expected);
    }

    #[test]
    fn a_place_is_removed_with_its_own_comment_alone() {
        let rest = "[[sink]]\nkind = \"keyring\"\n\n# Logs.\n[log]\nlevel = \"debug\"\n";
        assert_eq!(remove(TEXT, 0).unwrap(), format!("# All of it is mine.\n\n{rest}"));
        assert_eq!(remove(TEXT, 1).unwrap(), TEXT.replace("\n[[sink]]\nkind = \"keyring\"\n", ""));
        assert_eq!(remove("# mine\n\n[[sink]]\nkind = \"keyring\"\n", 0).unwrap(), "# mine\n\n");
    }
}
