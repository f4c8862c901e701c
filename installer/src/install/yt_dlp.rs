//! Where yt-dlp is, for downloads that a browser asks for. A browser that was started from the desktop has a PATH of
//! its own, on macOS one without the programs that a person installed; so its place is written down.

use crate::config_file::Config;
use crate::error::{Error, Result};
use crate::receipts::{Addition, Condition, Receipts};
use std::path::{Path, PathBuf};

/// What the configuration says of yt-dlp, or is to say.
pub(super) enum YtDlp {
    /// The configuration says something that can be used, and keeps it.
    Kept(String),
    /// It is here, and the configuration is to say so.
    Found(String),
    /// The configuration names a place, where nothing is; a person wrote that.
    Wrong(String),
    /// Nobody says where it is, and it is not on PATH.
    Missing,
}

impl YtDlp {
    /// What becomes of downloads, and what to do where they cannot be.
    pub(super) fn in_words(&self, config: &str) -> String {
        match self {
            Self::Kept(program) | Self::Found(program) => format!("downloads use {program} (see {config})"),
            Self::Wrong(program) => format!(
                "downloads will fail: {config} says yt_dlp = {program:?}, and there is no such program; \
                 put the right place there, or take the line out and install again"
            ),
            Self::Missing => "yt-dlp is not on your PATH; tokens need none. For downloads, install it \
                 (https://github.com/yt-dlp/yt-dlp/wiki/Installation) and run `potbridge-setup install` again"
                .to_owned(),
        }
    }
}

/// Decides by what the configuration says, and what an earlier `install` wrote into it.
pub(super) fn decide(config: &Config, path: &Path, receipts: &Receipts) -> Result<YtDlp> {
    let said = config.yt_dlp()?;
    if let Some(program) = said {
        // A name without a folder is looked up by the host, wherever it runs: a person's decision.
        if which::which(program).is_ok() {
            return Ok(YtDlp::Kept(program.to_owned()));
        }
        if !is_ours(program, path, receipts)? {
            return Ok(YtDlp::Wrong(program.to_owned()));
        }
    }
    let Ok(found) = which::which("yt-dlp") else {
        return Ok(said.map_or(YtDlp::Missing, |program| YtDlp::Wrong(program.to_owned())));
    };
    // Not where links lead to: they stay when yt-dlp is updated.
    let found: PathBuf = std::path::absolute(&found).unwrap_or(found);
    match found.to_str() {
        Some(text) => Ok(YtDlp::Found(text.to_owned())),
        None => Err(Error::NotUtf8(found)),
    }
}

/// Whether an earlier `install` said that yt-dlp is there.
fn is_ours(program: &str, config: &Path, receipts: &Receipts) -> Result<bool> {
    let made = match receipts.of(config) {
        Some(receipt) => receipt.condition()? == Condition::AsMade,
        None => false,
    };
    let added = || {
        let wrote =
            |addition: &Addition| addition.config == config && addition.yt_dlp.as_deref() == Some(program);
        receipts.additions.iter().any(wrote)
    };
    Ok(made || added())
}
