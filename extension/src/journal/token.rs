//! What the journal knows of a token.

use potbridge_protocol::youtube::MUSIC_HOST;
use potbridge_protocol::{Capture, Cpn, ShortText, TokenInfo, VideoId};

/// The client of YouTube Music's player. Of whom a media server's token is, only the client tells.
const MUSIC_CLIENT: &str = "WEB_REMIX";

/// What is known of a token, without the token.
#[derive(Debug)]
pub(super) struct Token {
    /// The name of its entry.
    pub(super) id: String,
    pub(super) cpn: Option<Cpn>,
    pub(super) container: Option<ShortText>,
    pub(super) video_id: Option<VideoId>,
    /// Whether it is one of YouTube Music's player.
    pub(super) music: bool,
    pub(super) captured_at: u64,
}

/// A playback of one container.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Playback {
    pub(super) cpn: Cpn,
    pub(super) container: Option<ShortText>,
}

impl Token {
    pub(super) fn new(id: String, capture: &Capture, info: &TokenInfo) -> Self {
        Self {
            id,
            cpn: capture.cpn.clone(),
            container: capture.session.container.clone(),
            video_id: info.video_id.clone(),
            music: is_music(capture.host.as_str(), info.client.as_deref()),
            captured_at: capture.captured_at,
        }
    }

    pub(super) fn is_unnamed_of(&self, playback: &Playback) -> bool {
        self.video_id.is_none()
            && self.cpn.as_ref() == Some(&playback.cpn)
            && self.container == playback.container
    }
}

pub(super) fn is_music(host: &str, client: Option<&str>) -> bool {
    host == MUSIC_HOST || client == Some(MUSIC_CLIENT)
}
