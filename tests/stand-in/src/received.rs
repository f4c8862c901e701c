use std::fmt;
use std::time::SystemTime;

use crate::step::RequestKind;
use crate::token_mask::masked;
use crate::tokens::Refusal;

/// One request of the player's, or of a downloader's, as it reached the server.
#[derive(Clone)]
pub struct Received {
    /// Which of the player's requests
    pub kind: RequestKind,
    /// The `Host` header without a port: `www.youtube.com`
    pub host: String,
    /// `POST` or `GET`
    pub method: String,
    /// `/youtubei/v1/player`; of `media-url` it can hold the token
    pub path: String,
    /// What follows the `?`, or nothing
    pub query: String,
    /// The body, gunzipped where it was gzip
    pub body: Vec<u8>,
    /// How the body came over the wire
    pub encoding: BodyEncoding,
    /// The video that the request names
    pub video_id: Option<String>,
    /// The playback that the request names: 16 base64url characters
    pub cpn: Option<String>,
    /// The token that the request carries, whatever it is worth: real, placeholder, fallback or malformed. As text, in
    /// padded base64url, also where it came as bytes.
    pub po_token: Option<String>,
    /// The whole `Cookie` header
    pub cookies: Option<String>,
    /// Of a downloader's request for media or captions: what was asked for, and whether it was given
    pub download: Option<Download>,
    /// When the whole request had arrived, by this machine's clock
    pub at: SystemTime,
}

/// What a downloader asked a media host for, and whether it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Download {
    /// The format; none for captions, and for a format that there is not
    pub itag: Option<u32>,
    /// The first byte and, where it was named, the last one
    pub range: Option<(u64, Option<u64>)>,
    /// Why it was refused; none when it was given, though it may break off later
    pub refused: Option<Refusal>,
}

/// How a body came over the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyEncoding {
    /// As it is
    Plain,
    /// Compressed: it began with `1f 8b`
    Gzip,
}

impl Received {
    /// The path as far as it may be shown: a media URL can have everything in it, the token too.
    pub(crate) fn shown_path(&self) -> &str {
        match self.kind {
            RequestKind::MediaUrl | RequestKind::Download => "/videoplayback",
            _ => &self.path,
        }
    }
}

/// What may be shown in a test's output: the token masked, and of the body, which holds the token too, its length.
impl fmt::Display for Received {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}{} for ", self.method, self.host, self.shown_path())?;
        write!(out, "{}", self.video_id.as_deref().unwrap_or("no video"))?;
        if let Some(cpn) = &self.cpn {
            write!(out, " in {cpn}")?;
        }
        match &self.po_token {
            Some(token) => write!(out, " with token {}", masked(token))?,
            None => write!(out, " without a token")?,
        }
        if let Some(Download { itag, range, refused }) = self.download {
            write!(out, ", format {itag:?}, range {range:?}, refused {refused:?}")?;
        }
        write!(out, " ({} bytes, {:?})", self.body.len(), self.encoding)
    }
}

impl fmt::Debug for Received {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Received({self})")
    }
}
