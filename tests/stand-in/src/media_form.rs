use serde::{Deserialize, Serialize};

/// A client whose player requests other extensions send in YouTube's pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Client {
    /// The app for Android
    Android,
    /// YouTube Studio
    WebCreator,
}

/// The domain of a media host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MediaHost {
    /// `rr1---sn-….googlevideo.com`
    #[serde(rename = "googlevideo.com")]
    Googlevideo,
    /// `rr1---sn-….c.youtube.com`, seen of YouTube Studio
    #[serde(rename = "c.youtube.com")]
    CYoutube,
}

/// The `id` in a media address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MediaId {
    /// `o-A…`, of a normal video
    Opaque,
    /// The video's id, a dot and a number, with `source=yt_live_broadcast`: a live stream's
    Live,
    /// The video id's eight bytes in hexadecimal: a normal video's by HLS
    Hex,
}

/// The form of a SABR body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SabrForm {
    /// Field 19 twice: first with another token, then with the real one, which counts
    Twice,
    /// Field 19 after field 24
    ContextLast,
    /// Fields before it whose numbers take two and three bytes
    LargeNumbers,
    /// About 100 bytes, with a field 19 of no bytes, as the television page sends
    EmptyContext,
}
