//! What one request of YouTube's player says: its address and body in, at most one capture out, and which video a
//! playback plays.
//!
//! The crate is pure and bounded for hostile input: no clock, no storage, no network. [`observe`] reads one request,
//! [`Observer`] reads a browser's requests one after another. The `wasm` module hands both to the browser.

mod dedup;
mod observe;
mod requests;
#[cfg(test)]
mod test_data;
mod wasm;

pub use dedup::{News, Observer};
pub use observe::{Miss, Observation, RequestMetadata, observe};
pub use requests::body::Unreadable;
