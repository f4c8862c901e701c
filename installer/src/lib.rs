//! Starts, installs and removes potbridge.

pub mod artifacts;
pub mod browsers;
pub mod checks;
pub mod cli;
pub mod config_file;
mod debian;
mod doctor;
mod edit;
mod env_path;
pub mod error;
mod folders;
mod install;
pub mod outcome;
pub mod progress;
mod reading;
pub mod receipts;
pub mod registration;
mod shared_programs;
mod start;
mod temporary_folder;
pub mod temporary_install;
mod uninstall;
