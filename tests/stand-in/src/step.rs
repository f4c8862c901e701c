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
}

/// One request, in the way the player sends it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Which request
    pub request: RequestKind,
    /// What it is sent with
    #[serde(default)]
    pub carrier: Carrier,
    /// What its body is handed over as
    #[serde(default)]
    pub body: Body,
    /// The token it carries
    #[serde(default)]
    pub token: Token,
    /// How often
    #[serde(default)]
    pub every: Every,
}

/// Which request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RequestKind {
    /// `POST /youtubei/v1/player`
    Player,
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
    /// `XMLHttpRequest`
    Xhr,
}

/// What a body is handed over as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Body {
    /// A string
    #[default]
    String,
    /// A `Uint8Array`
    TypedArray,
    /// An `ArrayBuffer`
    ArrayBuffer,
    /// A `Uint8Array` of gzip, with `Content-Encoding: gzip`
    Gzip,
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
    /// `serviceIntegrityDimensions` is empty
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
