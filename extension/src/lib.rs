//! What one request of YouTube's player says: its address and body in, at most one capture out, and which video a
//! playback plays.
//!
//! Pure, and bounded for hostile input: no clock, no storage, no network. [`observe`] is the whole way in;
//! the `wasm` module hands it to the browser.

mod address;
mod body;
mod hearing;
mod innertube;
mod media_url;
mod observe;
mod onesie;
mod sabr;
mod said;
#[cfg(test)]
mod shapes;
mod stats;
mod streamer_context;
mod timedtext;
mod tolerant;
mod wasm;

pub use body::Unreadable;
pub use hearing::{Heard, Hearing};
pub use observe::{Circumstances, Observed, Oddity, observe};
