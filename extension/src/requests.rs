//! The kinds of request that say something of a token or of a playback: one file for each.
//!
//! Each file reads its kind into [`fields::RequestFields`]. [`crate::observe`] decides which kind a request is.

pub(crate) mod body;
pub(crate) mod fields;
pub(crate) mod media_url;
pub(crate) mod onesie;
pub(crate) mod player;
pub(crate) mod sabr;
pub(crate) mod stats;
mod streamer_context;
pub(crate) mod timedtext;
