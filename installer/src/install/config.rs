//! What `install` adds to the host's configuration.

use crate::config_file::{Config, Sink};
use crate::env_path;
use crate::error::{Error, Result};
use crate::install::files::PlannedFile;
use crate::install::yt_dlp::{self, YtDlp};
use crate::receipts::{Addition, FileState, Receipts};
use fs_err as fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

const PRIVATE_MODE: u32 = 0o600;

/// What the person asked for.
#[derive(Debug)]
pub(crate) struct Wanted<'a> {
    pub(crate) env_file: Option<&'a Path>,
    pub(crate) keyring: bool,
    pub(crate) extension_ids: &'a [String],
}

/// The configuration that `install` will write.
pub(super) struct PlannedConfig {
    pub(super) change: Change,
    /// The sinks that were asked for, in words.
    pub(super) sinks: Vec<String>,
    /// The ids of other extensions that the host accepts.
    pub(super) extension_ids: Vec<String>,
    pub(super) yt_dlp: YtDlp,
}

pub(super) enum Change {
    /// The file is `install`'s own.
    Own(PlannedFile),
    /// The file is the person's. The additions can be removed.
    Persons(PlannedFile, Vec<Addition>),
    /// The person's file has everything already.
    None,
}

/// Decides what the configuration at `path` becomes.
pub(super) fn plan(wanted: &Wanted<'_>, path: &Path, receipts: &Receipts) -> Result<PlannedConfig> {
    let existing = match fs::read_to_string(path) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error.into()),
    };
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
    let yt_dlp = yt_dlp::decide(&config, path, receipts)?;
    if let YtDlp::Found(program) = &yt_dlp {
        let download_table = !config.has_downloads() || receipts.made_download_table(path);
        config.set_yt_dlp(program)?;
        additions.push(Addition { yt_dlp: Some(program.clone()), download_table, ..addition(path) });
    }
    Ok(PlannedConfig {
        change: change(existing, &config, path, additions, receipts)?,
        sinks,
        extension_ids: config.extension_ids(),
        yt_dlp,
    })
}

/// Adds the wanted sinks, or `./.env` if there is no sink at all.
fn add_sinks(
    wanted: &Wanted<'_>,
    config: &mut Config,
    path: &Path,
    additions: &mut Vec<Addition>,
) -> Result<Vec<String>> {
    let mut sinks = Vec::new();
    let default = (!config.has_a_sink() && !wanted.keyring).then_some(Path::new(".env"));
    if let Some(file) = wanted.env_file.or(default) {
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

fn change(
    existing: Option<String>,
    config: &Config,
    path: &Path,
    additions: Vec<Addition>,
    receipts: &Receipts,
) -> Result<Change> {
    let Some(text) = existing else {
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
