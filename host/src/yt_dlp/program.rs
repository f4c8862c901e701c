//! Where yt-dlp is.

use crate::config::DownloadConfig;
use std::path::PathBuf;

/// yt-dlp is not where the configuration says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotFound {
    /// The configuration names a path, and no program is there.
    #[error("yt-dlp is not at {}, where [download] yt_dlp of the configuration says", .0.display())]
    AtPath(PathBuf),
    /// The configuration names a path, and what is there may not be run.
    #[error("yt-dlp is at {}, but it may not be run", .0.display())]
    NotRunnable(PathBuf),
    /// The configuration names a program, and none of this name is on the PATH.
    #[error("{} is not on the PATH of this program", .0.display())]
    OnPath(PathBuf),
}

impl NotFound {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::AtPath(_) => "install it there, or change that line",
            Self::NotRunnable(_) => "let this user run it (`chmod +x`), or change yt_dlp in [download]",
            Self::OnPath(_) => {
                "install yt-dlp, and run `potbridge-setup install`, which writes its path as yt_dlp into [download] of the configuration"
            }
        }
    }
}

/// The program that the configuration means.
///
/// # Errors
/// [`NotFound`].
pub fn yt_dlp(config: &DownloadConfig) -> Result<PathBuf, NotFound> {
    let named = &config.yt_dlp;
    which::which(named).map_err(|_| {
        if named.is_file() && named.is_absolute() {
            NotFound::NotRunnable(named.clone())
        } else if named.components().count() > 1 {
            NotFound::AtPath(named.clone())
        } else {
            NotFound::OnPath(named.clone())
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_is_named_with_the_place_it_was_sought_in() {
        for (named, error) in [
            ("/nowhere/yt-dlp", NotFound::AtPath("/nowhere/yt-dlp".into())),
            ("no-such-yt-dlp", NotFound::OnPath("no-such-yt-dlp".into())),
        ] {
            let config = DownloadConfig { yt_dlp: named.into(), ..DownloadConfig::default() };
            assert_eq!(yt_dlp(&config), Err(error));
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_program_that_may_not_be_run_is_not_called_missing() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let config = DownloadConfig { yt_dlp: file.path().to_owned(), ..DownloadConfig::default() };
        let error = yt_dlp(&config).unwrap_err();
        assert_eq!(error, NotFound::NotRunnable(file.path().to_owned()));
        assert!(error.to_string().ends_with("may not be run") && error.hint().contains("chmod"));
    }
}
