//! A token together with what is known of it.

use crate::binding::{Binding, Certainty};
use crate::client::Client;
use crate::context::Context;
use crate::{Cpn, PoToken, ShortText, VideoId};
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

/// One token as one request carried it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Capture {
    /// The token.
    pub token: PoToken,
    /// The kind of request it was made for.
    pub context: Context,
    /// The player that sent it, if the request says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub client: Option<Client>,
    /// The host the request went to, `www.youtube.com`; empty for a pasted token.
    pub host: ShortText,
    /// Where in the traffic it was found.
    pub source: Source,
    /// What it is good for.
    pub binding: Binding,
    /// The playback it was sent for, by which another request may tell the video.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub cpn: Option<Cpn>,
    /// Whose it is.
    pub session: Session,
    /// Whether the request names another client than the page's own. Another extension may have sent it, so the token counts
    /// less than the player's own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub foreign_client: bool,
    /// Whether it was read inside the page, because the browser hid the body. A page could forge such a token.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub page_hooked: bool,
    /// When the request was made: milliseconds since 1970, by the browser's clock.
    pub captured_at: u64,
}

/// Which video a playback plays, as a request or the page said it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Playing {
    /// The playback.
    pub cpn: Cpn,
    /// The video.
    pub video_id: VideoId,
    /// How sure that is: `certain` if a request said it, `probable` if the page did.
    #[serde(default = "certain")]
    pub certainty: Certainty,
    /// Whose playback it is.
    pub session: Session,
    /// When that was: milliseconds since 1970.
    pub at: u64,
}

fn certain() -> Certainty {
    Certainty::Certain
}

/// Where in the traffic a token was found.
#[derive(Clone, Copy, Debug, EnumString, Eq, Hash, IntoStaticStr, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Source {
    /// The body of `POST /youtubei/v1/player`.
    PlayerRequest,
    /// The body of `POST /youtubei/v1/get_watch`: www, moving from video to video.
    GetWatch,
    /// The body of `POST /youtubei/v1/reel/reel_item_watch`: Shorts.
    ReelItemWatch,
    /// The address of a media request: `pot=` in the query, or the segment after `/pot/`.
    MediaUrl,
    /// The protobuf body of a media request (SABR).
    Sabr,
    /// The protobuf body of `POST …/initplayback` (Onesie).
    Onesie,
    /// The address of a captions request.
    Timedtext,
    /// A person pasted it.
    Pasted,
    /// A place this version does not know yet.
    #[serde(other)]
    Other,
}

impl Source {
    /// The word itself: `media-url`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The source of this name; [`Source::Other`] if this version knows none.
    #[must_use]
    pub fn named(name: &str) -> Self {
        name.parse().unwrap_or(Self::Other)
    }
}

/// Whose token it is: a browser profile, a container, and whether it is a private window's.
///
/// Tokens of two sessions are never mixed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Session {
    /// The browser profile, by a random name that the extension gave itself; empty for a pasted token.
    #[serde(default)]
    pub profile: ShortText,
    /// The container, by the browser's own name for it (`firefox-container-1`), if it is not the default one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub container: Option<ShortText>,
    /// Whether it is a private window's: Chromium's incognito, Firefox's private browsing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub private: bool,
    /// Whether somebody is logged in, as the page's own configuration says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub logged_in: Option<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_of_a_later_version_is_tolerated() {
        assert_eq!(serde_json::from_str::<Source>("\"telepathy\"").unwrap(), Source::Other);
        assert_eq!(Source::named("telepathy"), Source::Other);
        assert_eq!(Source::named(Source::GetWatch.as_str()), Source::GetWatch);
    }
}
