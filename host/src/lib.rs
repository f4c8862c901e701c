//! Takes PO tokens from the browser and puts them where a backend reads them.
//!
//! A browser starts this program for its extension and talks to it in frames ([`native`]). A person calls it with a
//! command ([`cli`]). Both use the same token [`store`] and the same [`delivery`] to sinks.

pub mod cli;
pub mod config;
pub mod delivery;
pub mod download;
pub mod error;
pub mod ipc;
pub mod native;
pub mod own_browser;
pub mod registration;
pub mod run;
pub mod serve;
pub mod status;
pub mod store;
pub mod yt_dlp;

pub use error::Error;
