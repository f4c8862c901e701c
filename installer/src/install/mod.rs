//! The parts of `install`.

pub(crate) mod ask;
pub(crate) mod check;
pub(crate) mod config;
mod env_files;
pub(crate) mod files;
pub(crate) mod flatpak_override;
pub(crate) mod paths;
pub(crate) mod plan;
mod programs;
pub(crate) mod register;
pub(crate) mod report;
pub(crate) mod runtimes;
pub(crate) mod shell_variables;
pub(crate) mod whose;
