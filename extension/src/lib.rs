//! What one request of YouTube's player says: its address and body in, at most one capture out, and which video a
//! playback plays.
//!
//! The crate is pure and bounded for hostile input: no clock, no storage, no network. [`observe`] reads one request.
//! [`Observer`] reads a browser's requests one after another and says what is new. [`Journal`] joins tokens with the
//! videos of their playbacks, and with the token requests that they answer. The `wasm` module hands all of it to the
//! browser.

mod dedup;
mod field_report;
mod journal;
mod lenient_json;
mod media_bodies;
mod observe;
mod page_facts;
mod requests;
#[cfg(test)]
mod test_data;
mod wasm;

pub use dedup::{News, Observer};
pub use field_report::FieldReport;
pub use journal::{Changes, Entry, Journal, Named, OpenRequest};
pub use observe::{Miss, Observation, RequestMetadata, has_telling_body, observe};
pub use page_facts::{PageFacts, Pages};
pub use requests::body::Unreadable;
