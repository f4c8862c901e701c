//! The token store: the tokens known on this machine.
//!
//! It is one small SQLite database, `tokens.db`, which every host and command shares. SQLite writes its log ahead (WAL)
//! and syncs it only at a checkpoint. A killed process loses nothing. A power cut may lose the last moments.
//!
//! It is a cache, and nobody waits for it: `access.rs` says what is done while its file cannot be used.

mod access;
mod aside;
mod clear;
mod cleared;
mod counters;
mod deliveries;
mod erase;
mod error;
mod given;
mod join;
#[cfg(unix)]
mod kept;
mod known;
mod locks;
mod memory;
mod names;
mod opening;
mod owner;
mod photo;
mod place;
mod query;
mod refused;
mod rows;
mod schema;
#[cfg(test)]
pub(crate) mod tests;
mod tidy;
mod token_store;
mod trouble;

pub use deliveries::{Held, HeldToken};
pub use error::StoreError;
pub use query::TokenQuery;
pub use refused::Refused;
pub use token_store::{SESSION, TokenStore};
