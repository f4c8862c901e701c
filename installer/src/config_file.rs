//! Changes the host's configuration. What a person wrote in it stays as it is.

mod line_ends;

use crate::error::{Error, Result};
use line_ends::LineEnds;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, TableLike, TomlError, value};

const SINKS: &str = "sink";
const IDS: &str = "extension_ids";
const DOWNLOADS: &str = "download";
const ON_DEMAND: &str = "on_demand";
const ALLOW: &str = "allow";
const HEAD: &str = "\
# What potbridge does with a token. `potbridge config show` shows the values in use.

";

/// A sink that this program adds.
#[derive(Clone, Copy, Debug)]
pub enum Sink<'a> {
    /// A `.env` file with this path.
    EnvFile(&'a str),
    /// The system's keyring.
    Keyring,
}

impl<'a> Sink<'a> {
    fn keys(self) -> Vec<(&'static str, &'a str)> {
        match self {
            Self::EnvFile(path) => vec![("kind", "env-file"), ("path", path)],
            Self::Keyring => vec![("kind", "keyring")],
        }
    }

    fn is(self, table: &dyn TableLike) -> bool {
        self.keys().into_iter().all(|(key, text)| table.get(key).and_then(Item::as_str) == Some(text))
    }
}

/// A key of `[download]` that names a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DownloadKey {
    /// yt-dlp.
    YtDlp,
    /// ffmpeg, or its folder.
    Ffmpeg,
    /// What yt-dlp solves YouTube's JavaScript puzzles with: `NAME:PATH`.
    JsRuntime,
}

impl DownloadKey {
    /// As the configuration has it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::YtDlp => "yt_dlp",
            Self::Ffmpeg => "ffmpeg",
            Self::JsRuntime => "js_runtime",
        }
    }
}

/// A configuration that is being changed.
pub struct Config {
    document: DocumentMut,
    path: PathBuf,
    line_ends: LineEnds,
}

impl Config {
    /// An empty configuration.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        let mut document = DocumentMut::new();
        document.set_trailing("");
        Self { document, path: path.to_owned(), line_ends: LineEnds::default() }
    }

    /// Parses the text of the file at `path`.
    ///
    /// # Errors
    /// If it is not TOML.
    pub fn parse(path: &Path, text: &str) -> Result<Self> {
        let not_toml = |error: TomlError| format!("this is not TOML: {}", error.to_string().trim_end());
        let document = text.parse().map_err(|error| Error::config(path, not_toml(error)))?;
        Ok(Self { document, path: path.to_owned(), line_ends: LineEnds::of(text) })
    }

    /// Its text.
    #[must_use]
    pub fn text(&self) -> String {
        self.line_ends.restored(&self.document.to_string())
    }

    /// Its text as a new file, with a comment at the top.
    #[must_use]
    pub fn text_with_head(&self) -> String {
        format!("{HEAD}{}", self.text().trim_start())
    }

    /// Whether it has a sink.
    #[must_use]
    pub fn has_a_sink(&self) -> bool {
        match self.document.get(SINKS) {
            Some(Item::ArrayOfTables(tables)) => !tables.is_empty(),
            Some(item) => item.as_array().is_some_and(|array| !array.is_empty()),
            None => false,
        }
    }

    /// The kind of each sink, and the service that it names.
    #[must_use]
    pub fn sinks(&self) -> Vec<(String, Option<String>)> {
        let text = |table: &dyn TableLike, key| table.get(key).and_then(Item::as_str).map(str::to_owned);
        let of = |table: &dyn TableLike| Some((text(table, "kind")?, text(table, "service")));
        match self.document.get(SINKS) {
            Some(Item::ArrayOfTables(tables)) => tables.iter().filter_map(|table| of(table)).collect(),
            Some(item) => {
                let tables = item.as_array().into_iter().flatten().filter_map(|one| one.as_inline_table());
                tables.filter_map(|table| of(table)).collect()
            }
            None => Vec::new(),
        }
    }

    /// The path of the store, if it names one.
    #[must_use]
    pub fn store(&self) -> Option<&str> {
        self.document.get("store").and_then(Item::as_table_like)?.get("path")?.as_str()
    }

    /// Adds a sink that it does not have. Returns whether it was added.
    ///
    /// # Errors
    /// If `sink` is not a list of tables.
    pub fn add_sink(&mut self, sink: Sink<'_>) -> Result<bool> {
        let sinks = self.document.entry(SINKS).or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
        match sinks {
            Item::ArrayOfTables(tables) => {
                if tables.iter().any(|table| sink.is(table)) {
                    return Ok(false);
                }
                let keys = sink.keys().into_iter().map(|(key, text)| (key, value(text)));
                tables.push(Table::from_iter(keys));
            }
            Item::Value(toml_edit::Value::Array(array)) => {
                if array.iter().filter_map(toml_edit::Value::as_inline_table).any(|table| sink.is(table)) {
                    return Ok(false);
                }
                array.push(InlineTable::from_iter(sink.keys()));
            }
            _ => return Err(Error::config(&self.path, "`sink` must be a list: [[sink]]")),
        }
        Ok(true)
    }

    /// Removes a sink that is as [`Config::add_sink`] wrote it. Returns whether it was there.
    pub fn remove_sink(&mut self, sink: Sink<'_>) -> bool {
        let as_written = |table: &dyn TableLike| table.len() == sink.keys().len() && sink.is(table);
        let (removed, empty) = match self.document.get_mut(SINKS) {
            Some(Item::ArrayOfTables(tables)) => {
                let before = tables.len();
                tables.retain(|table| !as_written(table));
                (tables.len() < before, tables.is_empty())
            }
            Some(Item::Value(toml_edit::Value::Array(array))) => {
                let before = array.len();
                array.retain(|entry| !entry.as_inline_table().is_some_and(|t| as_written(t)));
                (array.len() < before, array.is_empty())
            }
            _ => (false, false),
        };
        if removed && empty {
            self.document.remove(SINKS);
        }
        removed
    }

    /// A value of `[download]`.
    ///
    /// # Errors
    /// If it is not a string.
    pub fn download(&self, key: DownloadKey) -> Result<Option<&str>> {
        let downloads = self.document.get(DOWNLOADS).and_then(Item::as_table_like);
        let Some(item) = downloads.and_then(|table| table.get(key.as_str())) else {
            return Ok(None);
        };
        let wrong = || Error::config(&self.path, format!("`download.{}` must be a string", key.as_str()));
        item.as_str().map(Some).ok_or_else(wrong)
    }

    /// Sets a value of `[download]`.
    ///
    /// # Errors
    /// If `download` is not a table.
    pub fn set_download(&mut self, key: DownloadKey, text: &str) -> Result<()> {
        self.document
            .entry(DOWNLOADS)
            .or_insert_with(|| Item::Table(Table::new()))
            .as_table_like_mut()
            .ok_or_else(|| Error::config(&self.path, "`download` must be a table: [download]"))?
            .insert(key.as_str(), value(text));
        Ok(())
    }

    /// Whether it has a table `download`.
    #[must_use]
    pub fn has_downloads(&self) -> bool {
        self.document.contains_key(DOWNLOADS)
    }

    /// Removes a value of `[download]` if it is `text`. Returns whether it was.
    ///
    /// With `with_table`, the table `download` is removed too if it is empty.
    pub fn remove_download(&mut self, key: DownloadKey, text: &str, with_table: bool) -> bool {
        if !self.download(key).is_ok_and(|said| said == Some(text)) {
            return false;
        }
        let Some(table) = self.document.get_mut(DOWNLOADS).and_then(Item::as_table_like_mut) else {
            return false;
        };
        table.remove(key.as_str());
        if with_table && table.is_empty() {
            self.document.remove(DOWNLOADS);
        }
        true
    }

    /// Whether programs may have videos opened. `None`: it does not say.
    ///
    /// # Errors
    /// If it is neither true nor false.
    pub fn on_demand_allow(&self) -> Result<Option<bool>> {
        let on_demand = self.document.get(ON_DEMAND).and_then(Item::as_table_like);
        let Some(item) = on_demand.and_then(|table| table.get(ALLOW)) else { return Ok(None) };
        let wrong = || Error::config(&self.path, "`on_demand.allow` must be true or false");
        item.as_bool().map(Some).ok_or_else(wrong)
    }

    /// Says that programs may have videos opened, as `potbridge serve` does.
    ///
    /// # Errors
    /// If `on_demand` is not a table.
    pub fn allow_on_demand(&mut self) -> Result<()> {
        self.document
            .entry(ON_DEMAND)
            .or_insert_with(|| Item::Table(Table::new()))
            .as_table_like_mut()
            .ok_or_else(|| Error::config(&self.path, "`on_demand` must be a table: [on_demand]"))?
            .insert(ALLOW, value(true));
        Ok(())
    }

    /// Removes what [`Config::allow_on_demand`] wrote. Returns whether it was there.
    pub fn remove_on_demand_allow(&mut self) -> bool {
        if !self.on_demand_allow().is_ok_and(|said| said == Some(true)) {
            return false;
        }
        let Some(table) = self.document.get_mut(ON_DEMAND).and_then(Item::as_table_like_mut) else {
            return false;
        };
        table.remove(ALLOW);
        if table.is_empty() {
            self.document.remove(ON_DEMAND);
        }
        true
    }

    /// The ids of other extensions that the host accepts.
    #[must_use]
    pub fn extension_ids(&self) -> Vec<String> {
        self.document
            .get(IDS)
            .and_then(Item::as_array)
            .into_iter()
            .flatten()
            .filter_map(|id| id.as_str().map(str::to_owned))
            .collect()
    }

    /// Adds the id of an extension that the host accepts. Returns whether it was added.
    ///
    /// # Errors
    /// If `extension_ids` is not a list.
    pub fn add_extension_id(&mut self, id: &str) -> Result<bool> {
        if self.extension_ids().iter().any(|known| known == id) {
            return Ok(false);
        }
        self.document
            .entry(IDS)
            .or_insert_with(|| value(Array::new()))
            .as_array_mut()
            .ok_or_else(|| Error::config(&self.path, "`extension_ids` must be a list of strings"))?
            .push(id);
        Ok(true)
    }

    /// Removes the id of an extension. Returns whether it was there.
    pub fn remove_extension_id(&mut self, id: &str) -> bool {
        let Some(ids) = self.document.get_mut(IDS).and_then(Item::as_array_mut) else {
            return false;
        };
        let before = ids.len();
        ids.retain(|known| known.as_str() != Some(id));
        let (removed, empty) = (ids.len() < before, ids.is_empty());
        if removed && empty {
            self.document.remove(IDS);
        }
        removed
    }
}

#[cfg(test)]
mod tests;
