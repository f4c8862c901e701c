//! Starts, installs and removes potbridge, and opens browsers for it and for its tests.

mod archive;
pub mod artifacts;
pub mod browsers;
pub mod bundle;
mod cargo;
pub mod command_line;
pub mod config_file;
pub mod debian;
pub mod edition;
pub mod env_file;
pub mod error;
mod fragment;
pub mod install;
pub mod launch;
pub mod manifest;
pub mod native_manifest;
pub mod package;
pub mod progress;
pub mod receipts;
pub mod register;
pub mod replace;
pub mod stage;
pub mod start;
pub mod uninstall;
pub mod yt_dlp_plugin;
