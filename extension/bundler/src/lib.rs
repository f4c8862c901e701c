//! Builds the extension and the programs from their source, and packs them.
//!
//! This is the only crate that runs cargo or links wasm-bindgen. What a person installs does neither.

pub mod archive;
pub mod bundle;
mod cargo;
pub mod cli;
pub mod edition;
mod error;
pub mod extension;
mod files;
mod fragment;
pub mod manifest;
pub mod metadata;
pub mod package;
mod parts;
mod programs;
mod release;
mod target;
mod unpacked;
mod workspace;
pub mod yt_dlp_plugin;

pub use error::{Error, Result};
pub use parts::Parts;
pub use programs::Program;
pub use target::Target;
pub use unpacked::build;
pub use workspace::Workspace;
