//! UMP, in which media hosts answer: parts, each with its type and size.

use prost::Message;

use crate::media_request::FormatId;

/// The part types that are used here.
mod part {
    pub(super) const MEDIA_HEADER: u32 = 20;
    pub(super) const MEDIA: u32 = 21;
    pub(super) const MEDIA_END: u32 = 22;
    pub(super) const NEXT_REQUEST_POLICY: u32 = 35;
    pub(super) const FORMAT_INITIALIZATION_METADATA: u32 = 42;
    pub(super) const STREAM_PROTECTION_STATUS: u32 = 58;
}

/// Whether the token of a request is good enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protection {
    /// It is
    Good = 1,
    /// It is not, or is still looked at: for a while media are given all the same
    Pending = 2,
    /// It is not
    Refused = 3,
}

#[derive(Clone, PartialEq, Message)]
struct StreamProtectionStatus {
    #[prost(uint32, tag = "1")]
    status: u32,
}

#[derive(Clone, PartialEq, Message)]
struct FormatInitializationMetadata {
    #[prost(string, tag = "1")]
    video_id: String,
    #[prost(message, optional, tag = "2")]
    format: Option<FormatId>,
    #[prost(uint32, tag = "3")]
    end_time_ms: u32,
    #[prost(uint32, tag = "4")]
    end_segment: u32,
    #[prost(string, tag = "5")]
    mime_type: String,
    #[prost(uint32, tag = "9")]
    duration: u32,
    /// The units of `duration` in a second
    #[prost(uint32, tag = "10")]
    timescale: u32,
}

/// A segment of a format that a downloader asked for.
pub(crate) struct Segment<'a> {
    pub(crate) format: FormatId,
    pub(crate) number: u32,
    pub(crate) start_ms: u32,
    pub(crate) duration_ms: u32,
    pub(crate) content: &'a [u8],
}

/// What comes before the media, with the fields that are used here.
#[derive(Clone, PartialEq, Message)]
struct MediaHeader {
    /// The number that stands in the parts of these media
    #[prost(uint32, tag = "1")]
    header_id: u32,
    #[prost(bool, tag = "8")]
    is_init_segment: bool,
    #[prost(uint32, tag = "9")]
    sequence_number: u32,
    #[prost(uint32, tag = "11")]
    start_ms: u32,
    #[prost(uint32, tag = "12")]
    duration_ms: u32,
    #[prost(message, optional, tag = "13")]
    format: Option<FormatId>,
    #[prost(uint64, tag = "14")]
    content_length: u64,
}

#[derive(Clone, PartialEq, Message)]
struct NextRequestPolicy {
    #[prost(uint32, tag = "1")]
    target_audio_readahead_ms: u32,
}

/// An answer with media: what comes before every segment, and a segment.
pub(crate) fn answer(head: &[u8], segment: &[u8], segment_ms: u16) -> Vec<u8> {
    let head_header = MediaHeader { is_init_segment: true, ..MediaHeader::default() };
    let header = MediaHeader { header_id: 1, duration_ms: segment_ms.into(), ..MediaHeader::default() };
    [next_request(), media(0, head_header, head), media(1, header, segment)].concat()
}

/// When to ask for more.
pub(crate) fn next_request() -> Vec<u8> {
    let policy = NextRequestPolicy { target_audio_readahead_ms: 1000 };
    part(part::NEXT_REQUEST_POLICY, &policy.encode_to_vec())
}

/// Whether the token of a request is good enough.
pub(crate) fn protection(protection: Protection) -> Vec<u8> {
    let status = StreamProtectionStatus { status: protection as u32 };
    part(part::STREAM_PROTECTION_STATUS, &status.encode_to_vec())
}

/// How many segments a format has.
pub(crate) fn initialization(
    video_id: &str,
    format: FormatId,
    seconds: u32,
    segments: u32,
    mime: &str,
) -> Vec<u8> {
    let metadata = FormatInitializationMetadata {
        video_id: video_id.to_owned(),
        format: Some(format),
        end_time_ms: seconds * 1000,
        end_segment: segments - 1,
        mime_type: mime.to_owned(),
        duration: seconds * 1000,
        timescale: 1000,
    };
    part(part::FORMAT_INITIALIZATION_METADATA, &metadata.encode_to_vec())
}

/// A segment of a format. `header_id`, which is not 0, tells it apart from the others of an answer.
pub(crate) fn segment(header_id: u8, segment: Segment<'_>) -> Vec<u8> {
    let Segment { format, number, start_ms, duration_ms, content } = segment;
    let is_init_segment = number == 0;
    let header = MediaHeader {
        header_id: header_id.into(),
        is_init_segment,
        sequence_number: number,
        start_ms,
        duration_ms,
        format: Some(format),
        ..MediaHeader::default()
    };
    media(header_id, header, content)
}

/// The three parts of some media.
fn media(header_id: u8, header: MediaHeader, content: &[u8]) -> Vec<u8> {
    let header = MediaHeader { content_length: content.len() as u64, ..header };
    [
        part(part::MEDIA_HEADER, &header.encode_to_vec()),
        part(part::MEDIA, &[&[header_id], content].concat()),
        part(part::MEDIA_END, &[header_id]),
    ]
    .concat()
}

fn part(kind: u32, content: &[u8]) -> Vec<u8> {
    // A part has far less than four gigabytes.
    let size = u32::try_from(content.len()).unwrap_or(u32::MAX);
    [number(kind), number(size), content.to_vec()].concat()
}

/// UMP's own form of a number: the ones at the top of the first byte tell how many bytes follow it.
fn number(value: u32) -> Vec<u8> {
    let [a, b, c, d] = value.to_le_bytes();
    match value {
        0..0x80 => vec![a],
        0x80..0x4000 => vec![0x80 | a & 0x3f, (value >> 6).to_le_bytes()[0]],
        _ => vec![0xf0, a, b, c, d],
    }
}
