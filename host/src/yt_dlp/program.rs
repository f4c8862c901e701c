//! Where yt-dlp is.

use crate::config::DownloadConfig;
use crate::error::Error;
use std::path::PathBuf;

/// The program that the configuration means.
///
/// # Errors
/// Where there is none; the text says where it was looked for, and what to do.
pub fn yt_dlp(config: &DownloadConfig) -> Result<PathBuf, Error> {
    which::which(&config.yt_dlp).map_err(|_| {
        let named = config.yt_dlp.display();
        Error::YtDlpMissing(if config.yt_dlp.components().count() > 1 {
            format!("yt-dlp is not at {named}, where [download] yt_dlp of the configuration says: install it there, or change that")
        } else {
            format!("{named} is not on the PATH of this program: install yt-dlp, and name its path as yt_dlp in [download] of the configuration, which `potbridge-setup install` does")
        })
    })
}
