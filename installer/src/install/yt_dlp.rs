//! The path of yt-dlp in the configuration.
//!
//! A browser that was started from the desktop has another PATH than a terminal. On macOS it lacks the programs that a
//! person installed. So the configuration names yt-dlp by its path.

use crate::config_file::Config;
use crate::error::{Error, Result};
use crate::receipts::{Addition, FileState, Receipts};
use std::path::{Path, PathBuf};

/// The path of yt-dlp in the configuration.
pub(crate) enum YtDlp {
    /// The configuration names a program that exists. It stays.
    Kept(String),
    /// It was found and is added to the configuration.
    Found(String),
    /// A person's configuration names a program that does not exist.
    Wrong(String),
    /// The configuration names none, and none is on PATH.
    Missing,
}

impl YtDlp {
    /// Whether downloads work, and what to do if they do not.
    pub(crate) fn in_words(&self, config: &str) -> String {
        match self {
            Self::Kept(program) | Self::Found(program) => format!("downloads use {program} (see {config})"),
            Self::Wrong(program) => format!(
                "downloads will fail: {config} has yt_dlp = {program:?}, and there is no such program; \
                 correct the path, or remove the line and run `potbridge-setup install` again"
            ),
            Self::Missing => "yt-dlp is not on your PATH; only downloads need it: install it \
                 (https://github.com/yt-dlp/yt-dlp/wiki/Installation) and run `potbridge-setup install` again"
                .to_owned(),
        }
    }
}

/// Decides by the configuration, and by what an earlier `install` added to it.
pub(super) fn decide(config: &Config, path: &Path, receipts: &Receipts) -> Result<YtDlp> {
    let configured = config.yt_dlp()?;
    if let Some(program) = configured {
        // A name without a folder is looked up by the host.
        if which::which(program).is_ok() {
            return Ok(YtDlp::Kept(program.to_owned()));
        }
        if !is_ours(program, path, receipts)? {
            return Ok(YtDlp::Wrong(program.to_owned()));
        }
    }
    let Ok(found) = which::which("yt-dlp") else {
        return Ok(configured.map_or(YtDlp::Missing, |program| YtDlp::Wrong(program.to_owned())));
    };
    // Links are not followed, since they stay when yt-dlp is updated.
    let found: PathBuf = std::path::absolute(&found).unwrap_or(found);
    match found.to_str() {
        Some(text) => Ok(YtDlp::Found(text.to_owned())),
        None => Err(Error::NotUtf8(found)),
    }
}

/// Whether an earlier `install` wrote this path.
fn is_ours(program: &str, config: &Path, receipts: &Receipts) -> Result<bool> {
    let made = match receipts.of(config) {
        Some(receipt) => receipt.state()? == FileState::AsMade,
        None => false,
    };
    let added = || {
        let wrote =
            |addition: &Addition| addition.config == config && addition.yt_dlp.as_deref() == Some(program);
        receipts.additions.iter().any(wrote)
    };
    Ok(made || added())
}
