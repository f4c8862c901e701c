//! A token request that waits for its token.

use super::token::Token;
use potbridge_protocol::{ShortText, VideoId};

/// The host's `token-request`, as far as it says which token answers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenRequest {
    /// The host's name for it.
    pub id: String,
    /// The video.
    pub video_id: VideoId,
    /// Whether it must be a token of YouTube Music's player.
    pub music: bool,
    /// The container whose session it is for.
    pub container: Option<ShortText>,
    /// With `bypass_cache`: when the request came, in milliseconds since 1970. Earlier tokens were refused.
    pub newer_than: Option<u64>,
}

impl OpenRequest {
    /// Whether a token is one that the request is for.
    pub(super) fn is_answered_by(&self, token: &Token) -> bool {
        token.video_id.as_ref() == Some(&self.video_id)
            && token.music == self.music
            && token.container == self.container
            && !token.private
            && token.may_be_given
            && self.newer_than.is_none_or(|since| token.captured_at >= since)
    }
}
