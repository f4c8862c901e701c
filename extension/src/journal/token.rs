//! What the journal knows of a token.

use potbridge_protocol::youtube::MUSIC_HOST;
use potbridge_protocol::{Capture, Certainty, Context, Cpn, PoToken, Session, ShortText, TokenInfo, VideoId};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// The client of YouTube Music's player. Of whom a media server's token is, only the client tells.
const MUSIC_CLIENT: &str = "WEB_REMIX";

/// What is known of a token, without the token.
#[derive(Debug)]
pub(super) struct Token {
    /// The name of its entry.
    pub(super) id: String,
    /// The same token has the same number.
    pub(super) digest: u64,
    /// Whether it can be bound to a video.
    pub(super) has_video_shape: bool,
    pub(super) cpn: Option<Cpn>,
    pub(super) container: Option<ShortText>,
    pub(super) private: bool,
    pub(super) video_id: Option<VideoId>,
    pub(super) certainty: Certainty,
    /// Whether a program that asks for its video's token is given it: see [`may_be_given`].
    pub(super) may_be_given: bool,
    /// Whether it is one of YouTube Music's player.
    pub(super) music: bool,
    pub(super) captured_at: u64,
}

/// A playback of one container. Private windows are a container of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Playback {
    pub(super) cpn: Cpn,
    pub(super) container: Option<ShortText>,
    pub(super) private: bool,
}

impl Token {
    pub(super) fn new(id: String, capture: &Capture, info: &TokenInfo) -> Self {
        Self {
            id,
            digest: digest(&capture.token),
            has_video_shape: capture.token.has_video_shape(),
            cpn: capture.cpn.clone(),
            container: capture.session.container.clone(),
            private: capture.session.private,
            video_id: info.video_id.clone(),
            certainty: info.certainty,
            may_be_given: may_be_given(
                capture.context == Context::Player,
                capture.binding.content_bound,
                &capture.token,
                capture.foreign_client,
            ),
            music: is_music(capture.host.as_str(), info.client.as_deref()),
            captured_at: capture.captured_at,
        }
    }

    /// Names its video, unless that is known as surely. Whether it is named by it now.
    ///
    /// A token that cannot be bound to a video is not surely one of the video that its playback plays.
    pub(super) fn name(&mut self, video_id: &VideoId, certainty: Certainty) -> bool {
        let certainty = certainty.if_video_shape(self.has_video_shape);
        if self.video_id.is_some() && certainty <= self.certainty {
            return false;
        }
        self.video_id = Some(video_id.clone());
        self.certainty = certainty;
        true
    }

    pub(super) fn is_of(&self, playback: &Playback) -> bool {
        self.cpn.as_ref() == Some(&playback.cpn)
            && (&self.container, self.private) == (&playback.container, playback.private)
    }

    /// Whether both are the same token of the same session.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.digest == other.digest && (&self.container, self.private) == (&other.container, other.private)
    }
}

impl Playback {
    pub(super) fn new(cpn: Cpn, session: &Session) -> Self {
        Self { cpn, container: session.container.clone(), private: session.private }
    }
}

pub(super) fn digest(token: &PoToken) -> u64 {
    let mut hasher = DefaultHasher::new();
    token.expose().hash(&mut hasher);
    hasher.finish()
}

/// Whether the host gives a token to a program that asks for one of the video.
///
/// The player's own may be one of the session, which is not given for media. One of a client that is not the page's own may
/// be another extension's.
pub(super) fn may_be_given(
    of_player: bool,
    content_bound: Option<bool>,
    token: &PoToken,
    foreign_client: bool,
) -> bool {
    !foreign_client && (!of_player || token.is_bound_to_video(Context::Player, content_bound))
}

pub(super) fn is_music(host: &str, client: Option<&str>) -> bool {
    host == MUSIC_HOST || client == Some(MUSIC_CLIENT)
}
