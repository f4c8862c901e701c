//! The configuration: where tokens go, decided on this side alone.
//!
//! `raw.rs` holds what is written in the file. [`Config`] is what the program works with.

mod browser;
mod display;
mod download;
mod error;
pub mod extra_options;
mod js_runtime;
mod keys;
mod on_demand;
mod on_expire;
mod path;
mod raw;
mod read;
mod serve;
mod sink;
mod store;
mod template;
#[cfg(test)]
mod tests;
mod valid_parts;
mod variables;

pub use browser::{BrowserConfig, Proxy, ProxyScheme, idle_time};
pub use display::Display;
pub use download::{DownloadConfig, check_folder};
pub use error::{ConfigError, Mistake};
pub use js_runtime::JsRuntime;
pub use on_demand::{ALLOW, consent};
pub use on_expire::OnExpire;
pub use path::folder_argument;
pub use serve::{ServeConfig, listen_address, reported_version};
pub use sink::{Sink, SinkConfig};
pub use store::{FILE as STORE_FILE, StoreConfig};
pub use template::{NoSuchPlaceholder, Part, Placeholder, Template};
pub use valid_parts::ValidParts;
pub use variables::{VariableName, Variables};

use log::LevelFilter;
use potbridge_system::regular_file;
use raw::RawConfig;
use std::io;
use std::path::Path;

/// The configuration that the program works with.
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
    /// The browser of potbridge's own.
    pub browser: BrowserConfig,
    /// Whether programs may have videos opened. `None`: each browser's user decides.
    pub on_demand_allow: Option<bool>,
    /// How much is logged, if the environment does not say it.
    pub log_level: Option<LevelFilter>,
    /// Whether tokens of private windows are given and delivered like others.
    pub private_windows: bool,
    /// The ids of extensions that are let in besides potbridge's own.
    pub extension_ids: Vec<String>,
}

impl Config {
    /// Reads the configuration file.
    ///
    /// Without a file it is the default configuration, which writes nowhere.
    ///
    /// # Errors
    /// [`ConfigError`] names the file and the line in it.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        match regular_file::read_to_string(path) {
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
        read::read(text).and_then(Self::resolve).map_err(|mistake| ConfigError::invalid(path, mistake))
    }

    fn resolve(raw: RawConfig) -> Result<Self, Mistake> {
        let mut sinks: Vec<SinkConfig> = Vec::new();
        for sink in raw.sinks {
            let line = sink.line;
            let sink = SinkConfig { private_windows: raw.private_windows.deliver, ..sink.resolve()? };
            let place = |sink: &SinkConfig| (sink.sink.kind(), sink.sink.place());
            if sinks.iter().any(|other| place(other) == place(&sink)) {
                let place = sink.sink.place();
                let why = format!("two sinks write to {place}");
                let hint = Some("put their variables into one".to_owned());
                return Err(Mistake { line, why, hint });
            }
            sinks.push(sink);
        }
        Ok(Self {
            sinks,
            store: raw.store.resolve()?,
            download: raw.download.resolve()?,
            serve: raw.serve.resolve()?,
            browser: raw.browser.resolve()?,
            on_demand_allow: raw.on_demand.allow,
            log_level: raw.log.level,
            private_windows: raw.private_windows.deliver,
            extension_ids: raw.extension_ids,
        })
    }

    /// The variables for a process's environment: those of all sinks.
    ///
    /// If two sinks have a variable of one name, the first counts. Without a sink it is the variable that
    /// yt-dl-backend reads.
    #[must_use]
    pub fn environment(&self) -> Variables {
        let mut all = Variables::new();
        for (name, template) in self.sinks.iter().flat_map(|sink| &sink.vars) {
            all.entry(name.clone()).or_insert_with(|| template.clone());
        }
        if all.is_empty() { variables::default_variables() } else { all }
    }
}
