//! The configuration: where tokens go, decided on this side alone.

mod download;
mod raw;
mod serve;
mod template;

pub use download::DownloadConfig;
pub use serve::{ServeConfig, listen_address, reported_version};
pub use template::{NoSuchPlaceholder, Part, Placeholder, Template};

use crate::sink::Sink;
use download::RawDownload;
use env_file::is_variable_name;
use potbridge_system::dirs::Dirs;
use potbridge_system::subprocess::Subprocess;
use raw::RawSink;
use serde::Deserialize;
use serve::RawServe;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

/// What the configuration file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// Where tokens are written.
    pub sinks: Vec<SinkConfig>,
    /// Where tokens are kept.
    pub store: StoreConfig,
    /// How downloads are made.
    pub download: DownloadConfig,
    /// How `serve` answers.
    pub serve: ServeConfig,
    /// Extensions that are let in besides potbridge's own, by their ids.
    pub extension_ids: Vec<String>,
    /// Keys that this version does not know, or that mean nothing where they stand.
    pub unknown: Vec<String>,
}

/// One place to write to, what to write there, and what to do then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SinkConfig {
    /// The place.
    pub sink: Sink,
    /// The variables and their values.
    pub vars: Variables,
    /// Run after a change.
    pub on_update: Option<Subprocess>,
}

/// Variables and the templates of their values.
pub type Variables = BTreeMap<VariableName, Template>;

/// The store's part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct StoreConfig {
    /// The database, or `:memory:` to keep it inside the host; `tokens.db` in the state folder by default.
    pub path: Option<PathBuf>,
}

impl StoreConfig {
    /// The database, or `:memory:`.
    #[must_use]
    pub fn place(&self, dirs: &Dirs) -> PathBuf {
        self.path.clone().unwrap_or_else(|| dirs.state.join("tokens.db"))
    }

    /// Whether it is kept inside the host, where no other process can read it.
    #[must_use]
    pub fn is_in_memory(&self) -> bool {
        self.path.as_ref().is_some_and(|path| path.as_os_str() == ":memory:")
    }
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

/// The file as it is written.
#[derive(Deserialize)]
struct RawConfig {
    #[serde(default, rename = "sink")]
    sinks: Vec<RawSink>,
    #[serde(default)]
    store: StoreConfig,
    #[serde(default)]
    download: RawDownload,
    #[serde(default)]
    serve: RawServe,
    #[serde(default)]
    extension_ids: Vec<String>,
}

fn default_variables() -> Variables {
    let token = Template::new("{token}").unwrap_or_else(|_| unreachable!("{{token}} is a placeholder"));
    BTreeMap::from([(VariableName("YT_DLP_PO_TOKEN".to_owned()), token)])
}

/// The configuration cannot be used.
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

impl ConfigError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "let this user read it, or name another file in POTBRIDGE_CONFIG",
            Self::Invalid { .. } => "correct that line; docs/BACKENDS.md shows every key",
        }
    }
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
        let invalid = |why: String| ConfigError::Invalid { path: path.to_owned(), why };
        // Not its `Display`, which shows the whole line: a password could be in it.
        let unclear = |error: toml::de::Error| {
            let before = error.span().and_then(|span| text.get(..span.start));
            let place = before.map_or(String::new(), |text| format!("line {}: ", text.split('\n').count()));
            invalid(format!("{place}{}", error.message()))
        };
        let mut unknown = Vec::new();
        let reader = toml::Deserializer::parse(text).map_err(unclear)?;
        let RawConfig { sinks: written, mut store, download, serve, extension_ids } =
            serde_ignored::deserialize(reader, |key| unknown.push(key.to_string())).map_err(unclear)?;
        let mut sinks: Vec<SinkConfig> = Vec::new();
        for (number, sink) in written.into_iter().enumerate() {
            let (sink, rest) = sink.resolve().map_err(&invalid)?;
            unknown.extend(rest.iter().map(|key| format!("sink.{number}.{key}")));
            let place = |sink: &SinkConfig| (sink.sink.kind(), sink.sink.place());
            if sinks.iter().any(|other| place(other) == place(&sink)) {
                let twice = format!("two sinks write to {}: put their variables into one", sink.sink.place());
                return Err(invalid(twice));
            }
            sinks.push(sink);
        }
        store.path = store
            .path
            .map(|path| if path.as_os_str() == ":memory:" { Ok(path) } else { whole(path, "of the store") })
            .transpose()
            .map_err(&invalid)?;
        let download = download.resolve().map_err(&invalid)?;
        let serve = serve.resolve().map_err(&invalid)?;
        Ok(Self { sinks, store, download, serve, extension_ids, unknown })
    }
}

impl Config {
    /// The variables for a process's environment: those of the sinks, of two of one name the first. Where there is no
    /// sink, the one that yt-dl-backend reads.
    #[must_use]
    pub fn environment(&self) -> Variables {
        let mut all = Variables::new();
        for (name, template) in self.sinks.iter().flat_map(|sink| &sink.vars) {
            all.entry(name.clone()).or_insert_with(|| template.clone());
        }
        if all.is_empty() { default_variables() } else { all }
    }
}

/// A path that means the same file wherever it is read.
fn whole(path: PathBuf, of: &str) -> Result<PathBuf, String> {
    let path = match (path.strip_prefix("~"), dirs::home_dir()) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path,
    };
    if path.is_absolute() {
        Ok(path)
    } else {
        Err(format!("the path {} {of} is not absolute", path.display()))
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
        let [SinkConfig { sink: Sink::EnvFile(file), vars, on_update: None }] = config.sinks.as_slice()
        else {
            panic!("{config:?}")
        };
        assert_eq!((file.path.as_path(), file.allow_tracked), (Path::new("/srv/.env"), false));
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
            ("[store]\npath = \"tokens.db\"", "tokens.db of the store is not absolute"),
            ("[[sink]]\nkind = \"command\"", "needs a command"),
            ("[[sink]]\nkind = \"command\"\ncommand = []", "command is empty"),
            ("[[sink]]\nkind = \"env-file\"\npath = \"/x\"\non_update = \" \"", "command is empty"),
            (
                "[[sink]]\nkind = \"env-file\"\npath = \"/x\"\n[[sink]]\nkind = \"env-file\"\npath = \"/x\"",
                "two sinks write to /x",
            ),
            ("\nsink = ", "line 2"),
        ] {
            let error = parsed(text).unwrap_err();
            assert!(error.contains(why) && error.contains("/c.toml"), "{text}: {error}");
        }
    }

    #[test]
    fn keys_of_a_later_version_are_reported_and_do_no_harm() {
        let config = parsed("[upload]\ndir = \"/d\"\n[store]\nwings = 2").unwrap();
        assert_eq!(config.unknown, ["store.wings", "upload"]);
    }

    #[test]
    fn the_environment_has_the_variables_of_all_sinks_the_first_of_each_name() {
        let names = |text| parsed(text).unwrap().environment();
        let two = names(
            "[[sink]]\nkind = \"env-file\"\npath = \"/x\"\nvars = { A = \"1\" }\n\
             [[sink]]\nkind = \"command\"\ncommand = \"cat\"\nvars = { A = \"2\", B = \"3\" }",
        );
        let two: Vec<_> = two.iter().map(|(name, template)| (name.as_str(), template)).collect();
        let template = |text| Template::new(text).unwrap();
        assert_eq!(two, [("A", &template("1")), ("B", &template("3"))]);
        assert_eq!(names(""), default_variables());
    }

    #[test]
    fn a_key_that_belongs_to_another_kind_of_sink_is_reported() {
        let config =
            parsed("[[sink]]\nkind = \"command\"\ncommand = \"cat\"\npath = \"/x\"\nfoo = 1").unwrap();
        assert_eq!(config.unknown, ["sink.0.foo", "sink.0.path"]);
    }

    #[test]
    fn a_line_that_cannot_be_read_is_not_shown() {
        let error = parsed("[[sink]]\nkind = \"redis\"\nurl = redis://me:s3cr3t@db\n").unwrap_err();
        assert!(error.contains("line 3") && !error.contains("s3cr3t"), "{error}");
    }

    #[test]
    fn no_file_is_the_default() {
        assert_eq!(Config::load(Path::new("/nowhere/config.toml")).unwrap(), Config::default());
    }
}
