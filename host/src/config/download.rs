//! `[download]`: how downloads are made.

use super::error::{ConfigError, Mistake};
use super::path::absolute;
use super::raw::RawDownload;
use crate::yt_dlp::options;
use std::path::{Path, PathBuf};

/// How downloads are made. A browser chooses none of this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DownloadConfig {
    /// The folder that files go to. By default it is `Downloads` in the home folder.
    pub dir: Option<PathBuf>,
    /// yt-dlp: a path, or a name that is looked up on the PATH.
    pub yt_dlp: PathBuf,
    /// How many run at once. The others wait.
    pub concurrent: usize,
    /// More of yt-dlp's options.
    pub extra_options: Vec<String>,
}

impl Default for DownloadConfig {
    fn default() -> Self {
        Self { dir: None, yt_dlp: PathBuf::from("yt-dlp"), concurrent: 2, extra_options: Vec::new() }
    }
}

impl RawDownload {
    /// The downloads that are meant.
    pub(super) fn resolve(self) -> Result<DownloadConfig, String> {
        let default = DownloadConfig::default();
        let yt_dlp = match self.yt_dlp {
            // A name is looked up on the PATH. A path must mean the same file everywhere.
            Some(program) if program.components().count() > 1 => absolute(program, "of yt-dlp")?,
            Some(program) if program.as_os_str().is_empty() => {
                return Err("yt_dlp of [download] is empty".to_owned());
            }
            Some(program) => program,
            None => default.yt_dlp,
        };
        let concurrent = self.concurrent.unwrap_or(default.concurrent);
        if concurrent == 0 {
            return Err("concurrent of [download] is 0: no download would ever begin".to_owned());
        }
        options::check_extra(&self.extra_options)?;
        let dir = self.dir.map(|dir| absolute(dir, "of downloads")).transpose()?;
        dir.as_deref().map_or(Ok(()), options::check_folder)?;
        Ok(DownloadConfig { dir, yt_dlp, concurrent, extra_options: self.extra_options })
    }
}

impl DownloadConfig {
    /// The folder that files go to.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`] if none is named, and this account has no home folder. `config` is the file to name one
    /// in.
    pub fn folder(&self, config: &Path) -> Result<PathBuf, ConfigError> {
        self.dir
            .clone()
            .or_else(dirs::download_dir)
            .or_else(|| Some(dirs::home_dir()?.join("Downloads")))
            .ok_or_else(|| {
                let why = "this account has no folder for downloads".to_owned();
                let hint = Some("name one as `dir` in [download]".to_owned());
                ConfigError::invalid(config, Mistake { line: None, why, hint })
            })
    }
}
