//! The token store: the tokens known on this machine.
//!
//! It is one small SQLite database, `tokens.db`, which every host and command shares. SQLite writes its log ahead (WAL)
//! and syncs it only at a checkpoint. A killed process loses nothing. A power cut may lose the last moments.

mod counters;
mod deliveries;
mod error;
mod given;
mod join;
mod known;
mod names;
mod query;
mod refused;
mod rows;
mod schema;
#[cfg(test)]
pub(crate) mod tests;
mod tidy;
mod token_store;

pub use deliveries::{Held, HeldToken};
pub use error::StoreError;
pub use query::TokenQuery;
pub use refused::Refused;
pub use token_store::TokenStore;
