//! What the configuration says, as far as the checks need it.
//!
//! The host judges the configuration. Of one that it refuses, the rest is as if nothing stood there.

use potbridge_system::regular_file;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// What the configuration says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Configured {
    /// The ids of other extensions that the host lets in.
    pub(super) extension_ids: Vec<String>,
    pub(super) download: Download,
    pub(super) store: Store,
    sink: Vec<toml::Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Download {
    yt_dlp: Option<String>,
    ffmpeg: Option<String>,
    js_runtime: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Store {
    path: Option<PathBuf>,
}

impl Configured {
    pub(super) fn read(path: &Path) -> Self {
        let bytes = regular_file::read(path).unwrap_or_default();
        toml::from_slice(&bytes).unwrap_or_default()
    }

    /// The file of the token store. `None` if it is in memory.
    pub(super) fn store(&self, state: &Path) -> Option<PathBuf> {
        match &self.store.path {
            None => Some(state.join("tokens.db")),
            Some(path) if path.as_os_str() == ":memory:" => None,
            Some(path) => path.to_str().map(|text| with_home(text).into()),
        }
    }

    /// The program of the `command` sink with this place: a path or a name. `None` if a shell runs it.
    pub(super) fn command(&self, place: &str) -> Option<String> {
        let commands = self.sink.iter().filter_map(|sink| sink.get("command")?.as_array());
        let mut words =
            commands.map(|words| words.iter().filter_map(toml::Value::as_str).collect::<Vec<_>>());
        words.find(|words| words.join(" ") == place)?.first().map(|program| with_home(program))
    }

    /// yt-dlp: a path or a name.
    pub(super) fn yt_dlp(&self) -> Option<String> {
        self.download.yt_dlp.as_deref().map(with_home)
    }

    pub(super) fn ffmpeg(&self) -> Option<String> {
        self.download.ffmpeg.as_deref().map(with_home)
    }

    /// As yt-dlp's `--js-runtimes` takes it.
    pub(super) fn js_runtime(&self) -> Option<String> {
        let text = self.download.js_runtime.as_deref()?;
        Some(match text.split_once(':') {
            Some((name, path)) => format!("{name}:{}", with_home(path)),
            None => text.to_owned(),
        })
    }
}

/// `~` at the beginning stands for the home folder.
fn with_home(path: &str) -> String {
    match (path.strip_prefix("~/"), dirs::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest).display().to_string(),
        _ => path.to_owned(),
    }
}
