//! yt-dlp: how it is called, what it prints, and what its failures mean.

pub mod cookie_file;
pub mod cookies;
pub mod extractor_args;
pub mod failures;
pub mod helpers;
pub mod options;
pub mod output;
pub mod plugin;
pub mod printed;
pub mod process;
pub mod program;
pub mod progress;
pub(crate) mod proxy;
pub(crate) mod secrets;
pub mod severity;
pub mod subtitles;
pub(crate) mod version;
#[cfg(unix)]
pub mod watchdog;
#[cfg(not(unix))]
#[path = "watchdog_not_unix.rs"]
pub mod watchdog;
