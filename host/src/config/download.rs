//! `[download]`: how downloads are made.

use super::error::{ConfigError, Mistake};
use super::extra_options;
use super::js_runtime::JsRuntime;
use super::path::{absolute, for_yt_dlp};
use super::raw::RawDownload;
use std::path::{Path, PathBuf};

/// How downloads are made. A browser chooses none of this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DownloadConfig {
    /// The folder that files go to. By default it is `Downloads` in the home folder.
    pub dir: Option<PathBuf>,
    /// yt-dlp: a path, or a name that is looked up on the PATH.
    pub yt_dlp: PathBuf,
    /// ffmpeg: the program, or the folder that it and ffprobe are in. Without it the PATH is searched.
    pub ffmpeg: Option<PathBuf>,
    /// What solves YouTube's JavaScript puzzles. Without it the PATH is searched for deno.
    pub js_runtime: Option<JsRuntime>,
    /// How many run at once. The others wait.
    pub concurrent: usize,
    /// More of yt-dlp's options. [`DownloadConfig::check`] says whether they are allowed.
    pub extra_options: Vec<String>,
}

impl Default for DownloadConfig {
    fn default() -> Self {
        Self {
            dir: None,
            yt_dlp: PathBuf::from("yt-dlp"),
            ffmpeg: None,
            js_runtime: None,
            concurrent: 2,
            extra_options: Vec::new(),
        }
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
        let ffmpeg = self.ffmpeg.map(|path| absolute(path, "of ffmpeg")).transpose()?;
        ffmpeg.as_deref().map_or(Ok(()), |path| for_yt_dlp(path, "ffmpeg"))?;
        let js_runtime = self.js_runtime.as_deref().map(JsRuntime::parse).transpose()?;
        let concurrent = self.concurrent.unwrap_or(default.concurrent);
        if concurrent == 0 {
            return Err("concurrent of [download] is 0: no download would ever begin".to_owned());
        }
        let dir = self.dir.map(|dir| absolute(dir, "of downloads")).transpose()?;
        dir.as_deref().map_or(Ok(()), check_folder)?;
        Ok(DownloadConfig { dir, yt_dlp, ffmpeg, js_runtime, concurrent, extra_options: self.extra_options })
    }
}

impl DownloadConfig {
    /// Whether the options are allowed. If not, there is no download, and all else works.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`] names the option, and never its value. `config` is the file that it stands in.
    pub fn check(&self, config: &Path) -> Result<(), ConfigError> {
        extra_options::check(&self.extra_options).map_err(|why| ConfigError::invalid(config, why))
    }

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

/// Checks that yt-dlp takes a folder as it is written.
///
/// yt-dlp replaces variables in a folder's name, and strips spaces around it (2026.10.26, `expand_path`).
///
/// # Errors
/// Says what is wrong with the folder.
pub fn check_folder(dir: &Path) -> Result<(), String> {
    let cannot = |why| Err(format!("the folder {} cannot be given to yt-dlp: {why}", dir.display()));
    let Some(text) = dir.to_str() else {
        return cannot("its name is not UTF-8");
    };
    if !dir.is_absolute() {
        cannot("it is not an absolute path")
    } else if text.contains('$') || (cfg!(windows) && text.contains('%')) {
        cannot("yt-dlp takes what follows '$' for the name of a variable")
    } else if text.trim() != text || text.contains(char::is_control) {
        cannot("it has a space at its end, or a control character")
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_yt_dlp_would_read_otherwise_is_refused() {
        for dir in ["/home/me/Videos & more", "/srv/it's/100 %"] {
            assert_eq!(check_folder(Path::new(dir)), Ok(()), "{dir}");
        }
        for dir in ["Videos", "~/Videos", "/srv/$HOME", "/srv/x ", "/srv/a\nb", ""] {
            assert!(check_folder(Path::new(dir)).is_err(), "{dir}");
        }
    }
}
