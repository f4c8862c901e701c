//! The parts of `start`.

pub(crate) mod browser_choice;
pub(crate) mod demo;
pub(crate) mod event;
mod host;
pub(crate) mod network;
pub(crate) mod token_watcher;
