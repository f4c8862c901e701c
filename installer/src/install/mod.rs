//! The parts of `install` and `uninstall`.

mod config;
mod files;
pub(crate) mod paths;
pub(crate) mod plan;
pub(crate) mod report;
pub(crate) mod take_back;
mod yt_dlp;
