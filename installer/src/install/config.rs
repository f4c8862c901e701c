//! What `install` adds to the host's configuration.

use crate::config_file::{Config, Sink};
use crate::env_path;
use crate::error::{Error, Result};
use crate::install::files::{PlannedFile, WRITING};
use crate::install::programs::{self, Programs};
use crate::reading::read_text;
use crate::receipts::{Addition, DownloadReceipt, FileState, Receipts};
use atomic_file::{Snapshot, Target};
use serde::Serialize;
use std::path::{Path, PathBuf};

const PRIVATE_MODE: u32 = 0o600;

/// The largest configuration that is read, in bytes.
const LARGEST: u64 = 1 << 20;

/// What the person asked for.
#[derive(Debug)]
pub(crate) struct Wanted<'a> {
    pub(crate) env_file: Option<&'a Path>,
    pub(crate) keyring: bool,
    pub(crate) extension_ids: &'a [String],
    /// Whether programs may have videos opened: the plugin for yt-dlp was asked for.
    pub(crate) on_demand: bool,
}

/// The configuration that `install` will write.
pub(super) struct PlannedConfig {
    pub(super) change: Change,
    /// The sinks that were asked for, in words.
    pub(super) sinks: Vec<String>,
    /// Whether it has a sink.
    pub(super) has_a_sink: bool,
    /// The ids of other extensions that the host accepts.
    pub(super) extension_ids: Vec<String>,
    pub(super) programs: Programs,
    pub(super) on_demand: Option<OnDemand>,
}

/// What becomes of the consent that programs may have videos opened, if it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum OnDemand {
    /// It is written now.
    Allowed,
    /// It stood there before.
    AllowedBefore,
    /// The configuration says no, and that stays.
    Refused,
    /// It could not be written.
    NotWritten,
}

pub(super) enum Change {
    /// The file is `install`'s own.
    Own(PlannedFile),
    /// The file is the person's. The additions can be removed.
    Persons(PlannedFile, Vec<Addition>),
    /// There is nothing to add.
    None,
}

/// The configuration at `path`. `None` if there is none.
///
/// # Errors
/// If it cannot be read or is not TOML.
pub(crate) fn read(path: &Path) -> Result<Option<Config>> {
    text(path)?.map(|text| Config::parse(path, &text)).transpose()
}

/// Decides what the configuration at `path` becomes.
pub(super) fn plan(wanted: &Wanted<'_>, path: &Path, receipts: &Receipts) -> Result<PlannedConfig> {
    let first = read(path)?.unwrap_or_else(|| Config::new(path));
    // That takes seconds, in which a person may write.
    let programs = programs::find(&first, path, receipts)?;
    let snapshot = snapshot(path)?;
    let existing = text(path)?;
    let mut config = match &existing {
        Some(text) => Config::parse(path, text)?,
        None => Config::new(path),
    };
    let mut additions = Vec::new();
    let sinks = add_sinks(wanted, &mut config, path, &mut additions)?;
    for id in wanted.extension_ids {
        if config.add_extension_id(id)? {
            additions.push(Addition { extension_id: Some(id.clone()), ..addition(path) });
        }
    }
    for (key, text) in programs.to_write() {
        if config.download(key)? != first.download(key)? {
            continue;
        }
        let with_table = !config.has_downloads() || receipts.made_download_table(path);
        config.set_download(key, text)?;
        let download = Some(DownloadReceipt { key, value: text.to_owned(), with_table });
        additions.push(Addition { download, ..addition(path) });
    }
    let on_demand = wanted.on_demand.then(|| consent(&mut config, path, &mut additions)).transpose()?;
    Ok(PlannedConfig {
        on_demand,
        has_a_sink: config.has_a_sink(),
        extension_ids: config.extension_ids(),
        change: match change(existing, &config, path, additions, receipts)? {
            Change::Own(file) => Change::Own(file.if_still(snapshot)),
            Change::Persons(file, additions) => Change::Persons(file.if_still(snapshot), additions),
            Change::None => Change::None,
        },
        sinks,
        programs,
    })
}

/// The file as it is now. `None` if its folder is missing too.
fn snapshot(path: &Path) -> Result<Option<Snapshot>> {
    if !path.parent().is_some_and(Path::is_dir) {
        return Ok(None);
    }
    let target = Target::find(path)?;
    atomic_file::repair(&target, &WRITING)?;
    Ok(Some(Snapshot::read(&target, usize::MAX)?))
}

fn text(path: &Path) -> Result<Option<String>> {
    match path.metadata() {
        // A FIFO or a device may have no end.
        Ok(found) if !found.is_file() => return Err(Error::config(path, "this is no regular file")),
        Ok(found) if found.len() > LARGEST => return Err(Error::config(path, "this is too large")),
        _ => {}
    }
    read_text(path)
}

fn add_sinks(
    wanted: &Wanted<'_>,
    config: &mut Config,
    path: &Path,
    additions: &mut Vec<Addition>,
) -> Result<Vec<String>> {
    let mut sinks = Vec::new();
    if let Some(file) = wanted.env_file {
        let file: PathBuf = env_path::absolute(file)?;
        let text = file.to_str().ok_or_else(|| Error::NotUtf8(file.clone()))?.to_owned();
        if config.add_sink(Sink::EnvFile(&text))? {
            additions.push(Addition { env_file: Some(text.clone()), ..addition(path) });
        }
        sinks.push(text);
    }
    if wanted.keyring {
        if config.add_sink(Sink::Keyring)? {
            additions.push(Addition { keyring: true, ..addition(path) });
        }
        sinks.push("the keyring".to_owned());
    }
    Ok(sinks)
}

/// Adds the consent, unless the configuration has one or says no.
fn consent(config: &mut Config, path: &Path, additions: &mut Vec<Addition>) -> Result<OnDemand> {
    match config.on_demand_allow()? {
        Some(true) => Ok(OnDemand::AllowedBefore),
        Some(false) => Ok(OnDemand::Refused),
        None => {
            config.allow_on_demand()?;
            additions.push(Addition { on_demand: true, ..addition(path) });
            Ok(OnDemand::Allowed)
        }
    }
}

fn change(
    existing: Option<String>,
    config: &Config,
    path: &Path,
    additions: Vec<Addition>,
    receipts: &Receipts,
) -> Result<Change> {
    let Some(text) = existing else {
        if additions.is_empty() {
            return Ok(Change::None);
        }
        let text = config.text_with_head();
        return Ok(Change::Own(PlannedFile::new(path, text.into_bytes(), PRIVATE_MODE)));
    };
    let is_own = match receipts.of(path) {
        Some(receipt) => receipt.state()? == FileState::AsMade,
        None => false,
    };
    if is_own {
        let text = if additions.is_empty() { text } else { config.text() };
        return Ok(Change::Own(PlannedFile::new(path, text.into_bytes(), PRIVATE_MODE)));
    }
    if additions.is_empty() {
        return Ok(Change::None);
    }
    Ok(Change::Persons(PlannedFile::new(path, config.text().into_bytes(), None), additions))
}

fn addition(config: &Path) -> Addition {
    Addition { config: config.to_owned(), ..Addition::default() }
}
