//! Where each browser finds the host's native manifest.

pub mod flatpak;
mod flatpak_allows;
pub mod listing;
pub mod permission;
pub mod registry;
mod sandboxes;
mod scope;
pub mod state;
mod targets;

pub use sandboxes::Skipped;
pub use scope::Scope;
pub use targets::{Registration, Targets, Wanted, choose, for_browsers, in_folder};
