//! The configuration: where tokens go, decided on this side alone.

use crate::projection::Template;
use crate::sink::env_file::is_variable_name;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

/// What the configuration file says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Config {
    /// Where tokens are written.
    #[serde(default, rename = "sink")]
    pub sinks: Vec<SinkConfig>,
    /// Where tokens are kept.
    #[serde(default)]
    pub shelf: ShelfConfig,
    /// Extensions that are let in besides potbridge's own, by their ids.
    #[serde(default)]
    pub extension_ids: Vec<String>,
    /// Keys that this version does not know.
    #[serde(skip)]
    pub unknown: Vec<String>,
}

/// One place to write to.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum SinkConfig {
    /// Variables in a `.env` file.
    EnvFile {
        /// The file: absolute, or beginning with `~/`.
        path: PathBuf,
        /// The variables and their values.
        #[serde(default = "default_variables")]
        vars: BTreeMap<VariableName, Template>,
        /// Write even where git tracks the file.
        #[serde(default)]
        allow_tracked: bool,
    },
}

/// The shelf's part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct ShelfConfig {
    /// The database, or `:memory:` to keep it inside the host; `shelf.db` in the state folder by default.
    pub path: Option<PathBuf>,
}

/// A variable's name: letters, digits and `_`, no digit first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct VariableName(String);

impl VariableName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for VariableName {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        if is_variable_name(&name) {
            Ok(Self(name))
        } else {
            Err(format!("{name:?} is no name for a variable: use letters, digits and _"))
        }
    }
}

fn default_variables() -> BTreeMap<VariableName, Template> {
    let token = Template::new("{token}").unwrap_or_else(|_| unreachable!("{{token}} is a placeholder"));
    BTreeMap::from([(VariableName("YT_DLP_PO_TOKEN".to_owned()), token)])
}

/// Why there is no configuration to go by.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It cannot be read.
    #[error("the configuration {} cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It does not make sense.
    #[error("the configuration {} is not valid: {why}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Where and why.
        why: String,
    },
}

impl Config {
    /// Reads the configuration; without a file, the default one, which writes nowhere.
    ///
    /// # Errors
    /// [`ConfigError`] names the file and the place in it.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&text, path),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(source) => Err(ConfigError::Unreadable { path: path.to_owned(), source }),
        }
    }

    /// Reads the text of a configuration that stands, or is to stand, at `path`.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`].
    pub fn parse(text: &str, path: &Path) -> Result<Self, ConfigError> {
        let invalid =
            |why: String| ConfigError::Invalid { path: path.to_owned(), why: why.trim_end().to_owned() };
        let mut unknown = Vec::new();
        let reader = toml::Deserializer::parse(text).map_err(|error| invalid(error.to_string()))?;
        let mut config: Self = serde_ignored::deserialize(reader, |key| unknown.push(key.to_string()))
            .map_err(|error| invalid(error.to_string()))?;
        config.unknown = unknown;
        for sink in &mut config.sinks {
            let SinkConfig::EnvFile { path: file, vars, .. } = sink;
            *file = at_home(file);
            if !file.is_absolute() {
                return Err(invalid(format!("the path {} of a sink is not absolute", file.display())));
            }
            if vars.is_empty() {
                return Err(invalid(format!("the sink {} has no variables", file.display())));
            }
        }
        if let Some(shelf) = &mut config.shelf.path {
            *shelf = at_home(shelf);
            if !shelf.is_absolute() && shelf.as_os_str() != ":memory:" {
                return Err(invalid(format!("the path {} of the shelf is not absolute", shelf.display())));
            }
        }
        Ok(config)
    }
}

fn at_home(path: &Path) -> PathBuf {
    match (path.strip_prefix("~"), dirs::home_dir()) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Config, String> {
        Config::parse(text, Path::new("/c.toml")).map_err(|error| error.to_string())
    }

    #[test]
    fn a_sink_without_variables_writes_the_one_that_yt_dl_backend_reads() {
        let config = parsed("[[sink]]\nkind = \"env-file\"\npath = \"/srv/.env\"\n").unwrap();
        let [SinkConfig::EnvFile { path, vars, allow_tracked }] = config.sinks.as_slice() else {
            panic!("{config:?}")
        };
        assert_eq!((path.as_path(), *allow_tracked), (Path::new("/srv/.env"), false));
        let names: Vec<_> = vars.keys().map(VariableName::as_str).collect();
        assert_eq!(names, ["YT_DLP_PO_TOKEN"]);
    }

    #[test]
    fn a_mistake_is_named_with_its_place() {
        for (text, why) in [
            ("[[sink]]\nkind = \"envfile\"\npath = \"/x\"", "envfile"),
            ("[[sink]]\nkind = \"env-file\"", "path"),
            ("[[sink]]\nkind = \"env-file\"\npath = \"x/.env\"", "x/.env of a sink is not absolute"),
            ("[[sink]]\nkind = \"env-file\"\npath = \"/x\"\n[sink.vars]\nA = \"{tok}\"", "{tok}"),
            ("[[sink]]\nkind = \"env-file\"\npath = \"/x\"\n[sink.vars]\n\"A B\" = \"1\"", "A B"),
            ("[[sink]]\nkind = \"env-file\"\npath = \"/x\"\nvars = {}", "no variables"),
            ("[shelf]\npath = \"shelf.db\"", "shelf.db of the shelf is not absolute"),
            ("sink = ", "line 1"),
        ] {
            let error = parsed(text).unwrap_err();
            assert!(error.contains(why) && error.contains("/c.toml"), "{text}: {error}");
        }
    }

    #[test]
    fn keys_of_a_later_version_are_reported_and_do_no_harm() {
        let config = parsed("[download]\ndir = \"/d\"\n[shelf]\nwings = 2").unwrap();
        assert_eq!(config.unknown, ["download", "shelf.wings"]);
    }

    #[test]
    fn no_file_is_the_default() {
        assert_eq!(Config::load(Path::new("/nowhere/config.toml")).unwrap(), Config::default());
    }
}
