//! `potbridge config`

pub(super) mod allow;
pub(super) mod change;
mod edit;
mod shown;

use super::output::{cannot_print, say, say_success};
use crate::config::{Config, ConfigError, Mistake};
use crate::error::Error;
use clap::{Args, Subcommand};
use potbridge_protocol::{Code, Problem};
use potbridge_system::dirs::Dirs;
use potbridge_system::regular_file;
use serde::Serialize;
use shown::shown;
use std::io::{self, Write};
use std::path::Path;
use toml_edit::{DocumentMut, Item, Table, Value};

/// Show or change the configuration
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  potbridge config show
  potbridge config set serve.secret true
  potbridge config edit")]
pub(super) struct ConfigCommand {
    /// Print one JSON object
    #[arg(long, global = true)]
    pub(super) json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print the path of the configuration
    #[command(after_help = "\
Examples:
  cp \"$(potbridge config path)\" backup.toml")]
    Path,
    /// Print the configuration, without passwords in addresses
    #[command(after_help = "\
Examples:
  potbridge config show --json")]
    Show,
    /// Open the configuration in your editor ($VISUAL or $EDITOR), and take it if it is valid
    #[command(after_help = "\
Examples:
  EDITOR=nano potbridge config edit")]
    Edit,
    /// Change one value, if the configuration stays valid
    #[command(after_help = "\
Examples:
  potbridge config set browser.own true
  potbridge config set sink.0.vars.PO_TOKEN web+{token}")]
    Set {
        /// For example `store.path`, `sink.0.path` or `sink.0.vars.PO_TOKEN`
        key: String,
        /// A TOML value; anything else is taken as text
        value: String,
    },
}

impl ConfigCommand {
    pub(super) fn run(self, stdout: &mut impl Write) -> Result<(), Error> {
        let dirs = Dirs::of_environment()?;
        let path = dirs.config.clone();
        match self.command {
            Command::Path if self.json => say_success(stdout, &Located { path: &path }),
            Command::Path => say(stdout, path.display()),
            Command::Show => {
                let text = read(&path)?;
                let config = Config::parse(&text, &path)?;
                let text = shown(&text, &config.download.extra_options);
                if self.json {
                    let mut config: serde_json::Value = toml::from_str(&text)
                        .map_err(|error| ConfigError::invalid(&path, error.message().to_owned()))?;
                    // Without it programs would have to ask whether there is a list.
                    if let serde_json::Value::Object(tables) = &mut config {
                        tables.entry("sink").or_insert_with(|| serde_json::json!([]));
                    }
                    return say_success(stdout, &Shown { path: &path, config });
                }
                write!(stdout, "{text}").map_err(cannot_print)
            }
            Command::Edit => {
                let changed = edit::edit(&dirs)?;
                let did = if changed { "changed" } else { "unchanged" };
                if self.json {
                    say_success(stdout, &Edited { path: &path, changed })
                } else {
                    say(stdout, format!("{did}: {}", path.display()))
                }
            }
            Command::Set { key, value } => {
                change::change(&dirs, |text| {
                    changed(text, &key, &value, &path).map_err(|error| {
                        // If the file was invalid before, that is what to say.
                        Config::parse(text, &path).map_or_else(Error::from, |_| error)
                    })
                })?;
                if self.json { say_success(stdout, &Located { path: &path }) } else { Ok(()) }
            }
        }
    }
}

/// The text with one value changed, if it is a valid configuration then.
fn changed(text: &str, key: &str, value: &str, path: &Path) -> Result<String, Error> {
    let changed = set(text, key, value).map_err(|why| unchanged(key, why.into()))?;
    // All else works whatever these are.
    let are_set = key.starts_with("download.extra_options");
    let check = |config: Config| if are_set { config.download.check(path) } else { Ok(()) };
    match Config::parse(&changed, path).and_then(check) {
        Ok(_) => Ok(changed),
        Err(ConfigError::Invalid { mistake, .. }) => Err(unchanged(key, mistake)),
        Err(other) => Err(other.into()),
    }
}

/// A value that would make the configuration invalid. The value may hold a password, so it is not shown.
fn unchanged(key: &str, mistake: Mistake) -> Error {
    let message = format!("{key} was not changed: {}", mistake.why);
    let hint = mistake.hint.unwrap_or_else(|| "see `potbridge config show`".to_owned());
    Error::Problem(Problem::new(Code::ConfigInvalid, message).with_hint(hint))
}

#[derive(Serialize)]
struct Edited<'a> {
    path: &'a Path,
    changed: bool,
}

#[derive(Serialize)]
struct Located<'a> {
    path: &'a Path,
}

#[derive(Serialize)]
struct Shown<'a> {
    path: &'a Path,
    config: serde_json::Value,
}

fn read(path: &Path) -> Result<String, Error> {
    match regular_file::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        result => result.map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source }.into()),
    }
}

/// The text with one value changed. All else stays as it was.
fn set(text: &str, key: &str, value: &str) -> Result<String, String> {
    // Not its `Display`, which shows the whole line: a password could be in it.
    let mut document: DocumentMut =
        text.parse().map_err(|error: toml_edit::TomlError| error.message().to_owned())?;
    let value: Value = value.parse().unwrap_or_else(|_| Value::from(value));
    let mut item: &mut Item = document.as_item_mut();
    let mut steps = key.split('.').peekable();
    while let Some(step) = steps.next() {
        if step.is_empty() {
            return Err("a name is missing in this key".to_owned());
        }
        if let Ok(index) = step.parse::<usize>() {
            item = item.get_mut(index).ok_or_else(|| format!("there is no number {index}"))?;
            continue;
        }
        let table = item.as_table_like_mut().ok_or_else(|| format!("{step} is not in a table"))?;
        item = table
            .entry(step)
            .or_insert_with(|| if steps.peek().is_some() { Item::Table(Table::new()) } else { Item::None });
    }
    if item.is_table() || item.is_array_of_tables() {
        return Err("this is a table: name one value in it".to_owned());
    }
    let decor = item.as_value().map(|old| old.decor().clone());
    let mut value = value;
    if let Some(decor) = decor {
        *value.decor_mut() = decor;
    }
    *item = Item::Value(value);
    Ok(document.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "# mine\n[[sink]]\nkind = \"env-file\"\npath = \"/a/.env\" # here\n\n[sink.vars]\nA = \"{token}\"\n";

    #[test]
    fn one_value_changes_and_all_else_stays() {
        assert_eq!(set(TEXT, "sink.0.path", "/b/.env").unwrap(), TEXT.replace("/a/", "/b/"));
        assert_eq!(
            set(TEXT, "sink.0.vars.A", "web+{token}").unwrap(),
            TEXT.replace("{token}", "web+{token}")
        );
        assert!(set(TEXT, "sink.0.allow_tracked", "true").unwrap().contains("allow_tracked = true\n"));
        assert_eq!(set("", "store.path", ":memory:").unwrap(), "[store]\npath = \":memory:\"\n");
    }

    #[test]
    fn a_key_without_a_place_is_refused() {
        for key in ["", "sink", "sink.1.path", "sink.0.path.more", "store..path", "sink.vars.A"] {
            assert!(set(TEXT, key, "1").is_err(), "{key}");
        }
    }
}
