//! A token together with what is known of it.

use crate::checked_text::checked_text;
use crate::{Cpn, PoToken, ShortText, VideoId};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use std::fmt;

/// One token as one request carried it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Capture {
    /// The token.
    pub token: PoToken,
    /// The kind of request it was made for.
    pub context: Context,
    /// The player that sent it, where the request says so.
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
    /// Whether it was read inside the page, because the browser hid the body. A page could forge such a token.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub page_hooked: bool,
    /// When the request was made: milliseconds since 1970, by the browser's clock.
    pub captured_at: u64,
}

/// What one request said of a playback: which video it plays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Playing {
    /// The playback.
    pub cpn: Cpn,
    /// The video.
    pub video_id: VideoId,
    /// Whose playback it is.
    pub session: Session,
    /// When the request was made: milliseconds since 1970.
    pub at: u64,
}

/// The kind of request that a token was made for, in yt-dlp's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Context {
    /// The `/player` request.
    Player,
    /// Media, from googlevideo.com.
    Gvs,
    /// Captions.
    Subs,
}

impl Context {
    /// The word itself.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Player => "player",
            Self::Gvs => "gvs",
            Self::Subs => "subs",
        }
    }
}

impl fmt::Display for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// No context has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no such context: it is one of player, gvs, subs")]
pub struct NotAContext;

impl std::str::FromStr for Context {
    type Err = NotAContext;

    fn from_str(text: &str) -> Result<Self, NotAContext> {
        [Self::Player, Self::Gvs, Self::Subs]
            .into_iter()
            .find(|context| context.as_str() == text)
            .ok_or(NotAContext)
    }
}

/// Where in the traffic a token was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
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
    /// The word itself.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PlayerRequest => "player-request",
            Self::GetWatch => "get-watch",
            Self::ReelItemWatch => "reel-item-watch",
            Self::MediaUrl => "media-url",
            Self::Sabr => "sabr",
            Self::Onesie => "onesie",
            Self::Timedtext => "timedtext",
            Self::Pasted => "pasted",
            Self::Other => "other",
        }
    }
}

impl From<&str> for Source {
    fn from(text: &str) -> Self {
        [
            Self::PlayerRequest,
            Self::GetWatch,
            Self::ReelItemWatch,
            Self::MediaUrl,
            Self::Sabr,
            Self::Onesie,
            Self::Timedtext,
            Self::Pasted,
        ]
        .into_iter()
        .find(|source| source.as_str() == text)
        .unwrap_or(Self::Other)
    }
}

/// A player's name and version in YouTube's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RawClient")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Client {
    name: String,
    version: Option<String>,
}

#[derive(Deserialize)]
struct RawClient {
    name: String,
    #[serde(default)]
    version: Option<String>,
}

/// The text is no client's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a client name: it is made of up to 40 letters, digits and '_', as in WEB_REMIX")]
pub struct NotAClient;

impl Client {
    /// A client by the name requests give it (`WEB`) or yt-dlp gives it (`web`), and its version
    /// (`2.20260911.01.00`). A version of another shape is dropped.
    ///
    /// # Errors
    /// [`NotAClient`] where the name is not made of letters, digits and `_`.
    pub fn new(name: &str, version: Option<&str>) -> Result<Self, NotAClient> {
        let of = |text: &str, also: &[u8]| {
            (1..=40).contains(&text.len())
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || also.contains(&byte))
        };
        if !of(name, b"_") {
            return Err(NotAClient);
        }
        Ok(Self {
            name: name.to_owned(),
            version: version.filter(|text| of(text, b".-_")).map(ToOwned::to_owned),
        })
    }

    /// Its name: `WEB`, `WEB_REMIX`, `MWEB`, …
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its version: `2.20260911.01.00`.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }
}

impl TryFrom<RawClient> for Client {
    type Error = NotAClient;

    fn try_from(raw: RawClient) -> Result<Self, NotAClient> {
        Self::new(&raw.name, raw.version.as_deref())
    }
}

/// What a token is good for, and how sure that is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Binding {
    /// The video.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub video_id: Option<VideoId>,
    /// The visitor whose session it is, where nobody is logged in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub visitor_data: Option<VisitorData>,
    /// How sure the video is.
    pub certainty: Certainty,
    /// Whether the page was in the experiment that binds every token to its video, as its own configuration says
    /// (the flag `html5_generate_content_po_token`). Elsewhere a token may be bound to the whole session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub content_bound: Option<bool>,
}

/// How sure we are of what a token is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Certainty {
    /// Surmised from weak evidence, such as what a person said or a tab's address.
    Guess,
    /// Likely, but not said by the request.
    Probable,
    /// The request itself names it.
    Certain,
}

impl Certainty {
    /// The word itself.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Guess => "guess",
            Self::Probable => "probable",
            Self::Certain => "certain",
        }
    }
}

impl From<&str> for Certainty {
    /// Anything unknown is no more than a guess.
    fn from(text: &str) -> Self {
        [Self::Certain, Self::Probable]
            .into_iter()
            .find(|certainty| certainty.as_str() == text)
            .unwrap_or(Self::Guess)
    }
}

/// A visitor's id as requests carry it.
///
/// Seen as 44 base64 characters, 48 percent-encoded, unpadded, and about 520 (2026). Kept decoded and
/// without padding, so that two spellings of one visitor are equal.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct VisitorData(String);

/// The text is not visitor data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not visitor data: it is up to 4096 characters of base64")]
pub struct NotVisitorData;

impl VisitorData {
    /// Takes visitor data in any of its spellings.
    ///
    /// # Errors
    /// [`NotVisitorData`] where something other than base64 is in it.
    pub fn new(text: &str) -> Result<Self, NotVisitorData> {
        let decoded = percent_encoding::percent_decode_str(text).decode_utf8().map_err(|_| NotVisitorData)?;
        let bare = decoded.trim_end_matches('=');
        let shaped = (1..=4096).contains(&bare.len())
            && bare.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_+/".contains(&byte));
        if !shaped {
            return Err(NotVisitorData);
        }
        Ok(Self(bare.to_owned()))
    }

    /// As YouTube's pages and requests spell it, and others are used to paste it: padded, and percent-encoded.
    #[must_use]
    pub fn percent_encoded(&self) -> String {
        let padding = "%3D".repeat(self.0.len().wrapping_neg() % 4);
        self.0.replace('+', "%2B").replace('/', "%2F") + &padding
    }

    /// The visitor's id in it: the first field of the protobuf message that it is, 11 characters. (yt-dlp 2026.10.26,
    /// `pot/utils.py`, takes it so.)
    #[must_use]
    pub fn visitor_id(&self) -> Option<String> {
        let bytes = URL_SAFE_NO_PAD.decode(self.0.replace('+', "-").replace('/', "_")).ok()?;
        let id = bytes.strip_prefix(&[0x0a, 11])?.get(..11)?;
        let id = std::str::from_utf8(id).ok()?;
        id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)).then(|| id.to_owned())
    }
}

checked_text!(VisitorData, NotVisitorData);

impl fmt::Debug for VisitorData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VisitorData(…)")
    }
}

/// Whose token it is: tokens of two sessions are never mixed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Session {
    /// The browser profile, by a random name that the extension gave itself; empty for a pasted token.
    #[serde(default)]
    pub profile: ShortText,
    /// The container, by the browser's own name for it (`firefox-container-1`), where it is not the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub container: Option<ShortText>,
    /// Whether somebody is logged in, as the page's own configuration says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub logged_in: Option<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn visitor_data_holds_the_visitors_id() {
        let data = VisitorData::new("CgtmSzRyTVlHM09aTCiYl8fABjIKCgJJThIEGgAgaA%3D%3D").unwrap();
        assert_eq!(data.visitor_id().as_deref(), Some("fK4rMYG3OZL"));
        for other in ["CgtmSzRy", "AAAA", "CgsAAAAAAAAAAAAAAAAo"] {
            assert_eq!(VisitorData::new(other).unwrap().visitor_id(), None, "{other}");
        }
    }

    #[test]
    fn two_spellings_of_one_visitor_are_equal() {
        let encoded = VisitorData::new("CgtmSzRyTVlHM09aTCiYl8fABjIKCgJJThIEGgAgaA%3D%3D").unwrap();
        let padded = VisitorData::new("CgtmSzRyTVlHM09aTCiYl8fABjIKCgJJThIEGgAgaA==").unwrap();
        let bare = VisitorData::new("CgtmSzRyTVlHM09aTCiYl8fABjIKCgJJThIEGgAgaA").unwrap();
        assert_eq!(encoded, padded);
        assert_eq!(padded, bare);
        assert_eq!(bare.percent_encoded(), "CgtmSzRyTVlHM09aTCiYl8fABjIKCgJJThIEGgAgaA%3D%3D");
        let whole = VisitorData::new("Cgt+SzRyTVlHM09aTC/Yl8fABjIKCgJJThIEGgAgaAb=").unwrap();
        assert_eq!(whole.percent_encoded(), "Cgt%2BSzRyTVlHM09aTC%2FYl8fABjIKCgJJThIEGgAgaAb%3D");
    }

    #[test]
    fn names_that_could_carry_more_than_a_name_are_refused() {
        for name in ["", "WEB\nX=1", "WEB;rm", "a b", &"W".repeat(41)] {
            assert_eq!(Client::new(name, None), Err(NotAClient), "{name:?}");
        }
        assert_eq!(Client::new("WEB", Some("1;2")).unwrap().version(), None);
        assert!(VisitorData::new("a\nb").is_err());
    }

    #[test]
    fn a_place_of_a_later_version_is_tolerated() {
        assert_eq!(serde_json::from_str::<Source>("\"telepathy\"").unwrap(), Source::Other);
    }
}
