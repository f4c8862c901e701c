use serde::{Deserialize, Serialize};

/// What the player sends at each event, in order.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Events {
    /// A page was loaded in full with a video on it
    #[serde(default)]
    pub load: Vec<Step>,
    /// The page moved to another video without a load
    #[serde(default, rename = "move")]
    pub moved: Vec<Step>,
    /// A video began to play: by itself on a watch page, by a click on `#play` in an embed
    #[serde(default)]
    pub play: Vec<Step>,
    /// Captions are shown: after a click on `#captions`, and with each further video until the next click
    #[serde(default)]
    pub captions: Vec<Step>,
    /// What fetches the media: right after `play`, and steps with `every_ms` again and again while the video plays
    #[serde(default)]
    pub media: Vec<Step>,
    /// The video came to its end
    #[serde(default)]
    pub end: Vec<Step>,
}

impl Events {
    /// Each event's word with its steps.
    pub(crate) fn all(&self) -> [(&'static str, &[Step]); 6] {
        [
            ("load", &self.load),
            ("move", &self.moved),
            ("play", &self.play),
            ("captions", &self.captions),
            ("media", &self.media),
            ("end", &self.end),
        ]
    }
}

/// One request, in the way the player sends it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Which request
    pub request: RequestKind,
    /// Which video it is about
    #[serde(default)]
    pub about: About,
    /// What it is sent with
    #[serde(default)]
    pub carrier: Carrier,
    /// What its body is handed over as; when absent, JSON and other text as a string and protobuf as a `Uint8Array`
    #[serde(default)]
    pub body: Option<Body>,
    /// The token it carries
    #[serde(default)]
    pub token: Token,
    /// How often
    #[serde(default)]
    pub every: Every,
    /// Sent again after so many milliseconds for as long as the video plays; of `media` only
    #[serde(default)]
    pub every_ms: Option<u32>,
    /// Of `media-url` only: where the token stands
    #[serde(default)]
    pub pot_in: Option<PotIn>,
    /// Of `stats` only: which of the reports; when absent, `playback`
    #[serde(default)]
    pub report: Option<Report>,
    /// Of `stats` only: how it asks; when absent, with GET. A beacon always posts.
    #[serde(default)]
    pub method: Option<StatsMethod>,
}

/// Which request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RequestKind {
    /// `POST /youtubei/v1/player`
    Player,
    /// `POST /youtubei/v1/get_watch`: the same under `playerRequest`, the context at top level only
    GetWatch,
    /// `POST /youtubei/v1/reel/reel_item_watch`, of Shorts: as `get-watch`
    ReelItemWatch,
    /// `POST` of a media host's `/videoplayback?…&sabr=1`: the token in a protobuf body, no video named
    Sabr,
    /// `GET` of a media host's `/videoplayback`: the token in the URL, no video named
    MediaUrl,
    /// `POST` of a media host's `/initplayback?…&id=`: the token in a protobuf body
    Onesie,
    /// `GET /api/timedtext`: the token in the URL
    Timedtext,
    /// `GET` or `POST /api/stats/REPORT`: no token; it says which video a `cpn` plays
    Stats,
    /// A downloader's `POST /youtubei/v1/player`, in which it asks for a video's formats; no player sends it
    Extraction,
    /// A downloader's `GET` of a media URL that it was given; no player sends it
    Download,
    /// A downloader's `GET` of captions by the URL that it was given; no player sends it
    CaptionsDownload,
}

impl RequestKind {
    /// Whether a downloader sends it, and no player.
    pub(crate) fn is_downloaders(self) -> bool {
        matches!(self, Self::Extraction | Self::Download | Self::CaptionsDownload)
    }

    /// The word that scenarios and the program's lines use.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Player => "player",
            Self::GetWatch => "get-watch",
            Self::ReelItemWatch => "reel-item-watch",
            Self::Sabr => "sabr",
            Self::MediaUrl => "media-url",
            Self::Onesie => "onesie",
            Self::Timedtext => "timedtext",
            Self::Stats => "stats",
            Self::Extraction => "extraction",
            Self::Download => "download",
            Self::CaptionsDownload => "captions-download",
        }
    }
}

/// Which video a request is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum About {
    /// The one that the page shows
    #[default]
    This,
    /// The one that follows: a playlist's next video is asked for ahead, with the `cpn` that it will play under
    Next,
}

/// What a request is sent with.
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
    /// `fetch` in a dedicated worker of the page's
    Worker,
    /// `fetch` in the page, which the page's service worker passes through. From the first such request on it passes
    /// through all that the page's origin asks for.
    ServiceWorker,
}

/// What a body is handed over as.
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
    /// A `Blob` without a type
    Blob,
    /// A `ReadableStream` with `duplex: "half"`. Firefox does not know it: it sends the text `[object ReadableStream]`.
    Stream,
}

/// Where a media URL has its token.
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

/// How a report is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum StatsMethod {
    /// All of it in the URL
    Get,
    /// With a body beside
    Post,
}

/// The token of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Token {
    /// `0x32`, a length, and random bytes in a length that was seen; the same one when a video comes again
    #[default]
    Real,
    /// The cold-start token: `0x22`, a length, the masked time and binding
    Placeholder,
    /// Well formed and worthless: 82 bytes
    Fallback,
    /// A real one with its last bytes missing
    Malformed,
    /// None: in JSON, `serviceIntegrityDimensions` is empty
    Absent,
}

/// How often a step of an event is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Every {
    /// Each time
    #[default]
    Time,
    /// The event's steps marked so take turns: one of them each time
    Turn,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_called_in_the_programs_lines_as_in_scenarios() {
        for kind in [
            RequestKind::Player,
            RequestKind::GetWatch,
            RequestKind::ReelItemWatch,
            RequestKind::Sabr,
            RequestKind::MediaUrl,
            RequestKind::Onesie,
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
