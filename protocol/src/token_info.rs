//! What may be shown of a token.

use crate::lifetime::{EXPIRES_MS, FRESH_MS};
use crate::{Capture, Certainty, Context, Source, VideoId};
use serde::{Deserialize, Serialize};

/// A capture without its secret: for messages, lists and people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TokenInfo {
    /// The fingerprint: the first four and last two characters.
    pub fingerprint: String,
    /// The video it is good for, if that is known.
    pub video_id: Option<VideoId>,
    /// How sure the video is.
    pub certainty: Certainty,
    /// The kind of request it was made for.
    pub context: Context,
    /// The player that sent it.
    pub client: Option<String>,
    /// Where in the traffic it was found.
    pub source: Source,
    /// Whether it is a private window's.
    #[serde(default)]
    pub private: bool,
    /// Milliseconds since 1970.
    pub captured_at: u64,
    /// Until when it is fresh: milliseconds since 1970.
    pub fresh_until: u64,
    /// When it expires: milliseconds since 1970.
    pub expires_at: u64,
}

impl From<&Capture> for TokenInfo {
    fn from(capture: &Capture) -> Self {
        Self {
            fingerprint: capture.token.fingerprint(),
            video_id: capture.binding.video_id.clone(),
            certainty: capture.binding.certainty,
            context: capture.context,
            client: capture.client.as_ref().map(|client| client.name().to_owned()),
            source: capture.source,
            private: capture.session.private,
            captured_at: capture.captured_at,
            fresh_until: capture.captured_at.saturating_add(FRESH_MS),
            expires_at: capture.captured_at.saturating_add(EXPIRES_MS),
        }
    }
}
