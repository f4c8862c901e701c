use serde::{Deserialize, Serialize};

use crate::media_form::{Client, MediaHost, MediaId, SabrForm};

/// The player's requests at each event, in order.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Events {
    /// A page with a video was loaded in full
    #[serde(default)]
    pub load: Vec<Step>,
    /// The page moved to another video without a full load
    #[serde(default, rename = "move")]
    pub moved: Vec<Step>,
    /// A video really plays for the first time: the browser decides whether it does by itself, or after a click on `#play`
    #[serde(default)]
    pub play: Vec<Step>,
    /// Captions are shown: after a click on `#captions`, and for each further video until the next click
    #[serde(default)]
    pub captions: Vec<Step>,
    /// The video's media source is open
    ///
    /// The `sabr` and `media-url` steps for this video are sent one after the other whenever the buffer needs more, and bring
    /// what it plays. Without one, the media come from the page's own site. Other steps are sent once, or if they have
    /// `every_ms` again and again while the video really plays.
    #[serde(default)]
    pub media: Vec<Step>,
    /// The playback was reloaded in place, after `reload_after` media requests; the steps of `media` follow
    #[serde(default)]
    pub reload: Vec<Step>,
    /// The video came to its end
    #[serde(default)]
    pub end: Vec<Step>,
}

impl Events {
    /// Each event's name with its steps.
    pub(crate) fn all(&self) -> [(&'static str, &[Step]); 7] {
        [
            ("load", &self.load),
            ("move", &self.moved),
            ("play", &self.play),
            ("captions", &self.captions),
            ("media", &self.media),
            ("reload", &self.reload),
            ("end", &self.end),
        ]
    }
}

/// One request of the player's.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The kind of request
    pub request: RequestKind,
    /// The video that it is for
    #[serde(default)]
    pub about: About,
    /// What it is sent with
    #[serde(default)]
    pub carrier: Carrier,
    /// The type of its body; if absent, a string for text and a `Uint8Array` for protobuf
    #[serde(default)]
    pub body: Option<Body>,
    /// Its token
    #[serde(default)]
    pub token: Token,
    /// Its token until the video really plays, if that is another one
    #[serde(default)]
    pub token_until_playing: Option<Token>,
    /// How often it is sent
    #[serde(default)]
    pub every: Every,
    /// Milliseconds of media that it brings, or between repetitions while the video plays; only in `media`
    ///
    /// If absent, media of the whole video come, and other steps are not repeated.
    #[serde(default)]
    pub every_ms: Option<u32>,
    /// Milliseconds by which it is late; it is not sent if its playback has ended by then
    #[serde(default)]
    pub delay_ms: Option<u32>,
    /// Whether it is broken off before an answer can come
    #[serde(default)]
    pub cancelled: bool,
    /// The client, if another extension sends it in the page in that client's name; only for `player`
    #[serde(default)]
    pub client: Option<Client>,
    /// The domain of the media host; only for `sabr` and `media-url`; if absent, `googlevideo.com`
    #[serde(default)]
    pub media_host: Option<MediaHost>,
    /// The `id` in the address; only for `sabr` and `media-url`; if absent, an opaque one
    #[serde(default)]
    pub media_id: Option<MediaId>,
    /// Whether the same body is then sent to a second host; only for `sabr`
    #[serde(default)]
    pub redirected: bool,
    /// The form of the body; only for `sabr`; if absent, the fields are in the order of their numbers
    #[serde(default)]
    pub form: Option<SabrForm>,
    /// Where the token stands; only for `media-url`
    #[serde(default)]
    pub pot_in: Option<PotIn>,
    /// The report; only for `stats`; if absent, `playback`
    #[serde(default)]
    pub report: Option<Report>,
    /// The HTTP method; only for `stats`; if absent, GET; a beacon always posts
    #[serde(default)]
    pub method: Option<StatsMethod>,
}

/// A kind of request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RequestKind {
    /// `POST /youtubei/v1/player`
    Player,
    /// `POST /youtubei/v1/get_watch`: the same under `playerRequest`, the context at top level only
    GetWatch,
    /// `POST /youtubei/v1/reel/reel_item_watch`, of Shorts: as `get-watch`
    ReelItemWatch,
    /// `POST /videoplayback?…&sabr=1` to a media host: the token in a protobuf body, no video named
    Sabr,
    /// `GET /videoplayback` from a media host: the token in the URL, no video named
    MediaUrl,
    /// `POST /initplayback?…&id=` to a media host: the token in a protobuf body
    Onesie,
    /// `GET /initplayback?…&id=` to a media host, with a random number: it only opens a connection
    OnesieWarmUp,
    /// `POST /youtubei/v1/player/heartbeat`, of a live stream: no token
    Heartbeat,
    /// `POST /youtubei/v1/player/ad_break`: no token
    AdBreak,
    /// `GET /api/timedtext`: the token in the URL
    Timedtext,
    /// `GET` or `POST /api/stats/REPORT`: no token; it names the video of a `cpn`
    Stats,
    /// A downloader's `POST /youtubei/v1/player`, which asks for a video's formats
    Extraction,
    /// A downloader's `GET` of a media URL from an answer
    Download,
    /// A downloader's `GET` of captions by a URL from an answer
    CaptionsDownload,
}

impl RequestKind {
    /// Whether only downloaders send it.
    pub(crate) fn is_downloaders(self) -> bool {
        matches!(self, Self::Extraction | Self::Download | Self::CaptionsDownload)
    }

    /// Its name in scenarios and in the program's output.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Player => "player",
            Self::GetWatch => "get-watch",
            Self::ReelItemWatch => "reel-item-watch",
            Self::Sabr => "sabr",
            Self::MediaUrl => "media-url",
            Self::Onesie => "onesie",
            Self::OnesieWarmUp => "onesie-warm-up",
            Self::Heartbeat => "heartbeat",
            Self::AdBreak => "ad-break",
            Self::Timedtext => "timedtext",
            Self::Stats => "stats",
            Self::Extraction => "extraction",
            Self::Download => "download",
            Self::CaptionsDownload => "captions-download",
        }
    }
}

/// The video that a request is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum About {
    /// The page's video
    #[default]
    This,
    /// The next video of a playlist, asked for ahead with the `cpn` of its later playback
    Next,
    /// The page's video while an ad plays before it, asked for ahead with the `cpn` of its later playback
    Content,
}

/// How a request is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Carrier {
    /// `fetch(url, {body})`
    #[default]
    Fetch,
    /// `fetch(new Request(url, {body}))`
    RequestObject,
    /// The same after a `.clone()` of the request
    ClonedRequest,
    /// `XMLHttpRequest`
    Xhr,
    /// `navigator.sendBeacon`: always POST, and without headers of its own
    Beacon,
    /// `fetch` in a dedicated worker of the page
    Worker,
    /// `fetch` in the page, through the page's service worker, which from then on handles all requests of its origin
    ServiceWorker,
}

/// The type of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Body {
    /// A string
    String,
    /// A `Uint8Array`
    TypedArray,
    /// An `ArrayBuffer`
    ArrayBuffer,
    /// A `Uint8Array` of gzip, with `Content-Encoding: gzip`
    Gzip,
    /// A `Uint8Array` of zstd, with `Content-Encoding: zstd`
    Zstd,
    /// A `Blob` without a type
    Blob,
    /// A `ReadableStream` with `duplex: "half"`; Firefox does not support it and sends the text `[object ReadableStream]`
    Stream,
}

/// Where a token stands in a media URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PotIn {
    /// `?…&pot=T`, the padding as `=`
    Query,
    /// `?…&pot=T`, the padding as `%3D`
    QueryEscaped,
    /// `/videoplayback/…/pot/T/…`
    Path,
}

/// A report of `/api/stats/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Report {
    /// `/api/stats/playback`
    Playback,
    /// `/api/stats/qoe`
    Qoe,
    /// `/api/stats/watchtime`
    Watchtime,
    /// `/api/stats/delayplay`
    Delayplay,
}

/// The HTTP method of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum StatsMethod {
    /// Everything in the URL
    Get,
    /// With a body
    Post,
}

/// The token of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Token {
    /// `0x32`, a length, and random bytes of a length that was seen; the same token if a video comes again
    #[default]
    Real,
    /// The cold-start token: `0x22`, a length, the masked time and binding
    ColdStart,
    /// The fallback token, well formed and worthless: 82 bytes
    Fallback,
    /// A real token that is bound to the video, whatever the page says: 83 bytes
    Video,
    /// A real token that is bound to the session, whatever the page says: 116 to 122 bytes
    Session,
    /// A real token without its last bytes
    Malformed,
    /// The text `backoff`, which a minter that failed puts there
    Backoff,
    /// The text `SDF:notready`, likewise
    NotReady,
    /// No token: in JSON, `serviceIntegrityDimensions` is empty
    Absent,
}

/// How often a step is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Every {
    /// At each event
    #[default]
    Time,
    /// At one event after the other: of all steps with this value, each event sends the next one
    Turn,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_has_one_name_in_output_and_scenarios() {
        for kind in [
            RequestKind::Player,
            RequestKind::GetWatch,
            RequestKind::ReelItemWatch,
            RequestKind::Sabr,
            RequestKind::MediaUrl,
            RequestKind::Onesie,
            RequestKind::OnesieWarmUp,
            RequestKind::Heartbeat,
            RequestKind::AdBreak,
            RequestKind::Timedtext,
            RequestKind::Stats,
            RequestKind::Extraction,
            RequestKind::Download,
            RequestKind::CaptionsDownload,
        ] {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.word());
        }
    }
}
