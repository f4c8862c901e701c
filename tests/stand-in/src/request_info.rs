use std::io::{self, Read};
use std::time::SystemTime;

use axum::http::request::Parts;
use flate2::read::MultiGzDecoder;
use percent_encoding::percent_decode_str;

use crate::hosts::host;
use crate::media_request::of_hex;
use crate::received::{BodyEncoding, Received};
use crate::step::RequestKind;
use crate::visitor::cookies;
use crate::zstd;

const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The largest body after decompression, far above any player's.
const INFLATED_LIMIT: u64 = 64 << 20;

/// What a request says of its video, playback and token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RequestInfo {
    pub(crate) video_id: Option<String>,
    pub(crate) cpn: Option<String>,
    pub(crate) po_token: Option<String>,
}

/// A request's body, decompressed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SentBody {
    pub(crate) bytes: Vec<u8>,
    pub(crate) encoding: BodyEncoding,
}

impl SentBody {
    pub(crate) fn none() -> Self {
        Self { bytes: Vec::new(), encoding: BodyEncoding::Plain }
    }

    pub(crate) fn read(body: &[u8]) -> io::Result<Self> {
        if body.starts_with(&zstd::MAGIC) {
            return Ok(Self { bytes: zstd::decoded(body)?, encoding: BodyEncoding::Zstd });
        }
        if !body.starts_with(&GZIP) {
            return Ok(Self { bytes: body.to_vec(), encoding: BodyEncoding::Plain });
        }
        let mut bytes = Vec::new();
        MultiGzDecoder::new(body).take(INFLATED_LIMIT).read_to_end(&mut bytes)?;
        Ok(Self { bytes, encoding: BodyEncoding::Gzip })
    }
}

impl RequestInfo {
    /// Of `/api/timedtext?v=&pot=`.
    pub(crate) fn of_timedtext(query: &str) -> Self {
        Self { video_id: in_query(query, "v"), cpn: in_query(query, "cpn"), po_token: in_query(query, "pot") }
    }

    /// Of `/api/stats/REPORT?docid=&cpn=`.
    pub(crate) fn of_stats(query: &str) -> Self {
        Self { video_id: in_query(query, "docid"), cpn: in_query(query, "cpn"), po_token: None }
    }

    /// Of `/videoplayback?cpn=&pot=`, or the same as `/videoplayback/cpn/…/pot/…`.
    ///
    /// A live stream's `id` holds the video's, and that of HLS spells it in hexadecimal. Others are opaque.
    pub(crate) fn of_media_url(path: &str, query: &str) -> Self {
        let named = |name| in_query(query, name).or_else(|| in_path(path, name));
        let id = named("id").unwrap_or_default();
        let live = named("source").as_deref() == Some("yt_live_broadcast");
        let video_id = if live { id.split_once('.').map(|(id, _)| id.to_owned()) } else { of_hex(&id) };
        Self { video_id, cpn: named("cpn"), po_token: named("pot") }
    }

    /// The request with this information, arrived now.
    pub(crate) fn received(self, kind: RequestKind, head: &Parts, body: SentBody) -> Received {
        Received {
            kind,
            host: host(&head.headers).to_owned(),
            method: head.method.to_string(),
            path: head.uri.path().to_owned(),
            query: head.uri.query().unwrap_or_default().to_owned(),
            body: body.bytes,
            encoding: body.encoding,
            video_id: self.video_id,
            cpn: self.cpn,
            po_token: self.po_token,
            cookies: cookies(&head.headers).map(str::to_owned),
            download: None,
            at: SystemTime::now(),
        }
    }
}

/// The first value of a name in a query, percent-decoded.
pub(crate) fn in_query(query: &str, name: &str) -> Option<String> {
    form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// The value of a name in a path of names and values.
///
/// The names begin after `/videoplayback/` or `/api/manifest/hls_variant/`.
pub(crate) fn in_path(path: &str, name: &str) -> Option<String> {
    let before = if path.starts_with("/api/manifest/") { 4 } else { 2 };
    let mut segments = path.split('/').skip(before);
    while let (Some(key), Some(value)) = (segments.next(), segments.next()) {
        if key == name {
            return percent_decode_str(value).decode_utf8().ok().map(std::borrow::Cow::into_owned);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    #[test]
    fn a_gzip_body_is_decompressed() {
        let body = b"{\"videoId\":\"dQw4w9WgXcQ\"}".repeat(9);
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(&body).unwrap();
        let gzip = encoder.finish().unwrap();
        let read = |bytes| SentBody::read(bytes).unwrap();
        assert_eq!(read(&gzip), SentBody { bytes: body.clone(), encoding: BodyEncoding::Gzip });
        assert_eq!(read(&body), SentBody { bytes: body.clone(), encoding: BodyEncoding::Plain });
        assert!(SentBody::read(&gzip[..20]).is_err());
    }

    #[test]
    fn a_token_is_found_in_every_form_of_a_media_url() {
        for (path, query) in [
            ("/videoplayback", "c=WEB_REMIX&cpn=v1UkTGH4VTcYKma_&pot=IghOa09qJ1uTqg==&ump=1"),
            ("/videoplayback", "c=WEB_REMIX&pot=IghOa09qJ1uTqg%3D%3D&cpn=v1UkTGH4VTcYKma_"),
            ("/videoplayback/expire/9/cpn/v1UkTGH4VTcYKma_/pot/IghOa09qJ1uTqg%3D%3D/ump/1", ""),
            ("/videoplayback/pot/IghOa09qJ1uTqg==/cpn/v1UkTGH4VTcYKma_", "range=0-"),
        ] {
            let info = RequestInfo::of_media_url(path, query);
            assert_eq!(info.cpn.as_deref(), Some("v1UkTGH4VTcYKma_"), "{path}?{query}");
            assert_eq!(info.po_token.as_deref(), Some("IghOa09qJ1uTqg=="), "{path}?{query}");
        }
        assert_eq!(in_path("/api/manifest/hls_variant/id/x/file/index.m3u8", "id").as_deref(), Some("x"));
        // A value that equals a name.
        let info = RequestInfo::of_media_url("/videoplayback/mime/pot/cpn/x", "");
        assert_eq!((info.cpn.as_deref(), info.po_token), (Some("x"), None));
    }
}
