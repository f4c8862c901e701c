//! What potbridge's programs know of browsers.

pub mod extension;
mod family;
pub mod home;
pub mod native_manifest;
pub mod receipts;

pub use family::Family;

/// The variable that a browser hands to its host if all of it is removed when it is closed: profile, configuration and state.
pub const TEMPORARY: &str = "POTBRIDGE_TEMPORARY";
