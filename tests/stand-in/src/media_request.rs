use base64::prelude::{BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD, Engine};
use prost::{DecodeError, Message};

use crate::request_info::{RequestInfo, in_query};

// Of the messages that the player sends to media hosts, only the fields that are read.

#[derive(Clone, PartialEq, Message)]
struct VideoPlaybackAbrRequest {
    #[prost(message, repeated, tag = "3")]
    buffered_ranges: Vec<BufferedRange>,
    #[prost(message, repeated, tag = "16")]
    preferred_audio_formats: Vec<FormatId>,
    #[prost(message, repeated, tag = "17")]
    preferred_video_formats: Vec<FormatId>,
    #[prost(message, optional, tag = "19")]
    streamer_context: Option<StreamerContext>,
}

#[derive(Clone, PartialEq, Message)]
struct BufferedRange {
    #[prost(message, optional, tag = "1")]
    format: Option<FormatId>,
    #[prost(uint32, tag = "5")]
    end_segment: u32,
}

/// A format as requests and answers name it.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct FormatId {
    #[prost(uint32, tag = "1")]
    pub(crate) itag: u32,
    #[prost(uint64, tag = "2")]
    pub(crate) last_modified: u64,
    #[prost(string, optional, tag = "3")]
    pub(crate) xtags: Option<String>,
}

#[derive(Clone, PartialEq, Message)]
struct OnesieRequest {
    #[prost(message, optional, tag = "10")]
    streamer_context: Option<StreamerContext>,
}

#[derive(Clone, PartialEq, Message)]
struct StreamerContext {
    #[prost(bytes = "vec", optional, tag = "2")]
    po_token: Option<Vec<u8>>,
}

/// What `POST /videoplayback?…&sabr=1` says.
pub(crate) fn of_sabr(query: &str, body: &[u8]) -> Result<RequestInfo, DecodeError> {
    let request = VideoPlaybackAbrRequest::decode(body)?;
    let po_token = token(request.streamer_context);
    Ok(RequestInfo { po_token, ..RequestInfo::of_media_url("", query) })
}

/// The formats that a downloader wants by SABR, each with the number of the next segment.
pub(crate) fn wanted_formats(body: &[u8]) -> Result<Vec<(FormatId, u32)>, DecodeError> {
    let VideoPlaybackAbrRequest { buffered_ranges, preferred_audio_formats, preferred_video_formats, .. } =
        VideoPlaybackAbrRequest::decode(body)?;
    let next = |format: &FormatId| {
        let of_format = buffered_ranges.iter().filter(|range| range.format.as_ref() == Some(format));
        of_format.map(|range| range.end_segment + 1).max().unwrap_or_default()
    };
    let wanted = preferred_audio_formats.into_iter().chain(preferred_video_formats);
    Ok(wanted.map(|format| (format.clone(), next(&format))).collect())
}

/// What `POST /initplayback?…&id=HEX16` says: the id is the hex of the video id's eight bytes.
pub(crate) fn of_onesie(query: &str, body: &[u8]) -> Result<RequestInfo, DecodeError> {
    let request = OnesieRequest::decode(body)?;
    let video_id = in_query(query, "id").and_then(|id| of_hex(&id));
    Ok(RequestInfo { video_id, cpn: in_query(query, "cpn"), po_token: token(request.streamer_context) })
}

/// The video id whose eight bytes these are in hexadecimal.
pub(crate) fn of_hex(id: &str) -> Option<String> {
    let bytes = u64::from_str_radix(id, 16).ok().filter(|_| id.len() == 16)?.to_be_bytes();
    Some(BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

fn token(context: Option<StreamerContext>) -> Option<String> {
    context?.po_token.map(|bytes| BASE64_URL_SAFE.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `tag` 1 to 31, wire type 2, fewer than 128 bytes.
    fn field(tag: u8, bytes: &[u8]) -> Vec<u8> {
        let mut field = vec![];
        prost::encoding::encode_key(u32::from(tag), prost::encoding::WireType::LengthDelimited, &mut field);
        field.push(u8::try_from(bytes.len()).unwrap());
        field.extend_from_slice(bytes);
        field
    }

    #[test]
    fn a_sabr_body_has_its_token_in_field_19_2() {
        let context = [field(1, &[0x80, 0x01, 1]), field(2, &[0x32, 1, 7]), field(6, b"x")].concat();
        let body = [field(1, &[]), field(19, &context), field(16, b"\x08\x01")].concat();
        let info = of_sabr("sabr=1&cpn=v1UkTGH4VTcYKma_", &body).unwrap();
        assert_eq!(info.po_token.as_deref(), Some("MgEH"));
        assert_eq!((info.cpn.as_deref(), info.video_id), (Some("v1UkTGH4VTcYKma_"), None));
        assert_eq!(of_sabr("", &field(1, &[])).unwrap(), RequestInfo::default());
        assert!(of_sabr("", b"[object ReadableStream]").is_err());
    }

    #[test]
    fn a_onesie_request_names_its_video_in_hexadecimal() {
        let body = field(10, &field(2, &[0x22, 1, 7]));
        let id = "750c38c3d5a05dc4";
        let info = of_onesie(&format!("id={id}&cpn=x"), &body).unwrap();
        assert_eq!(info.video_id.as_deref(), Some("dQw4w9WgXcQ"));
        assert_eq!(info.po_token.as_deref(), Some("IgEH"));
        for id in ["o-ALtQzbuDgZwymr", "750c38c3d5a05dc", "750c38c3d5a05dc41"] {
            assert_eq!(of_onesie(&format!("id={id}"), &body).unwrap().video_id, None, "{id}");
        }
    }
}
