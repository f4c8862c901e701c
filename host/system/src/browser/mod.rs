//! What potbridge's programs know of browsers.

pub mod extension;
mod family;
pub mod home;
pub mod native_manifest;
pub mod receipts;

pub use family::Family;
