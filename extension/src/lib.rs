//! What one request of YouTube's player says: its address and body in, at most one capture out.
//!
//! Pure, and bounded for hostile input: no clock, no storage, no network. [`observe`] is the whole way in;
//! the `wasm` module hands it to the browser.

mod body;
mod innertube;
mod observe;
mod wasm;

pub use body::Unreadable;
pub use observe::{Circumstances, Observation, observe};
