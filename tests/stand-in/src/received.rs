use std::fmt;
use std::time::SystemTime;

use crate::step::RequestKind;
use crate::tokens::MediaRefusal;
use potbridge_protocol::masking::fingerprint;

/// One request of the player's, or of a downloader's, as it reached the server.
#[derive(Clone)]
pub struct Received {
    /// The kind of request
    pub kind: RequestKind,
    /// The `Host` header without a port: `www.youtube.com`
    pub host: String,
    /// `POST` or `GET`
    pub method: String,
    /// `/youtubei/v1/player`; the path of a `media-url` can hold the token
    pub path: String,
    /// What follows the `?`, or nothing
    pub query: String,
    /// The body, decompressed
    pub body: Vec<u8>,
    /// The body's encoding on the wire
    pub encoding: BodyEncoding,
    /// The video that the request names
    pub video_id: Option<String>,
    /// The playback that the request names: 16 base64url characters
    pub cpn: Option<String>,
    /// The token of the request, in padded base64url: real, cold-start, fallback or malformed
    pub po_token: Option<String>,
    /// The whole `Cookie` header
    pub cookies: Option<String>,
    /// For a downloader's request for media or captions: what was asked for, and whether it was given
    pub download: Option<Download>,
    /// When the whole request had arrived
    pub at: SystemTime,
}

/// What a downloader asked a media host for, and whether it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Download {
    /// The format; none for captions and for an unknown format
    pub itag: Option<u32>,
    /// The first byte and, if it was named, the last one
    pub range: Option<(u64, Option<u64>)>,
    /// Why it was refused; none if it was given, though it may break off later
    pub refused: Option<MediaRefusal>,
}

/// A body's encoding on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyEncoding {
    /// As it is
    Plain,
    /// Compressed: it began with `1f 8b`
    Gzip,
    /// Compressed: it began with `28 b5 2f fd`
    Zstd,
}

impl Received {
    /// The path as far as it may be shown. The path of a media URL can hold the token.
    pub(crate) fn shown_path(&self) -> &str {
        match self.kind {
            RequestKind::MediaUrl | RequestKind::Download => "/videoplayback",
            _ => &self.path,
        }
    }
}

/// A form for a test's output: the token masked, and only the body's length, since the body holds the token too.
impl fmt::Display for Received {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}{} for ", self.method, self.host, self.shown_path())?;
        write!(out, "{}", self.video_id.as_deref().unwrap_or("no video"))?;
        if let Some(cpn) = &self.cpn {
            write!(out, " in {cpn}")?;
        }
        match &self.po_token {
            Some(token) => write!(out, " with token {}", fingerprint(token))?,
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
