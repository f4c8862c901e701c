//! The programs that yt-dlp runs: ffmpeg and a JavaScript runtime, where the configuration says that they are.

use crate::config::DownloadConfig;
use std::path::Path;

/// The options that name them. `extra_options` that stand behind them count more.
///
/// A path that leads to nothing is left out, and logged: yt-dlp searches the PATH then. With such a path it would go
/// on without the program (2026.10.26, `_determine_executables`, `_determine_runtime_path`).
#[must_use]
pub fn options(config: &DownloadConfig) -> Vec<String> {
    let mut options = Vec::new();
    if let Some(path) = config.ffmpeg.as_deref().filter(|path| is_there(path, "ffmpeg")) {
        options.extend(["--ffmpeg-location".to_owned(), path.display().to_string()]);
    }
    if let Some(runtime) = &config.js_runtime
        && runtime.path().is_none_or(|path| is_there(path, "js_runtime"))
    {
        // Deno would be taken before it, if there is one on the PATH.
        options.extend(["--no-js-runtimes".to_owned(), "--js-runtimes".to_owned(), runtime.to_string()]);
    }
    options
}

fn is_there(path: &Path, key: &str) -> bool {
    let exists = path.exists();
    if !exists {
        log::warn!("{key} of [download] is {}, which does not exist: the PATH is searched", path.display());
    }
    exists
}
