//! Where each browser finds the host's native manifest.

pub mod flatpak;
mod sandboxes;
mod targets;

pub use sandboxes::Skipped;
pub use targets::{Registration, Scope, Targets, Wanted, choose, for_browsers, in_folder};
