//! UMP, in which media hosts answer: parts, each with its type and size.

use prost::Message;

/// The part types that are used here.
mod part {
    pub(super) const MEDIA_HEADER: u32 = 20;
    pub(super) const MEDIA: u32 = 21;
    pub(super) const MEDIA_END: u32 = 22;
    pub(super) const NEXT_REQUEST_POLICY: u32 = 35;
}

/// What comes before the media, with the fields that are used here.
#[derive(Clone, PartialEq, Message)]
struct MediaHeader {
    /// The number that stands in the parts of these media
    #[prost(uint32, tag = "1")]
    header_id: u32,
    #[prost(bool, tag = "8")]
    is_init_segment: bool,
    #[prost(uint32, tag = "12")]
    duration_ms: u32,
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
    let policy = NextRequestPolicy { target_audio_readahead_ms: 1000 };
    [
        part(part::NEXT_REQUEST_POLICY, &policy.encode_to_vec()),
        media(0, true, head, 0),
        media(1, false, segment, segment_ms),
    ]
    .concat()
}

/// The three parts of some media.
fn media(header_id: u8, is_init_segment: bool, content: &[u8], duration_ms: u16) -> Vec<u8> {
    let header = MediaHeader {
        header_id: header_id.into(),
        is_init_segment,
        duration_ms: duration_ms.into(),
        content_length: content.len() as u64,
    };
    [
        part(part::MEDIA_HEADER, &header.encode_to_vec()),
        part(part::MEDIA, &[&[header_id], content].concat()),
        part(part::MEDIA_END, &[header_id]),
    ]
    .concat()
}

fn part(kind: u32, content: &[u8]) -> Vec<u8> {
    // Everything in it is written here and has a few hundred bytes.
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
