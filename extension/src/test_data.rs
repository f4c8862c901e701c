//! Tokens, bodies and captures for tests.

use flate2::{Compression, write::GzEncoder};
use potbridge_protocol::{
    Binding, Capture, Certainty, Context, Cpn, Playing, PoToken, Session, ShortText, Source, VideoId,
};
use std::io::Write as _;

/// The bytes of a token with this many bytes of payload, fewer than 128.
pub(crate) fn token_bytes(payload: u8) -> Vec<u8> {
    let mut bytes = vec![0x32, payload];
    bytes.extend((1..=payload).map(|byte| byte.wrapping_mul(151)));
    bytes
}

pub(crate) fn token(payload: u8) -> PoToken {
    PoToken::from_bytes(&token_bytes(payload)).unwrap()
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A protobuf field of this number that holds bytes.
pub(crate) fn length_delimited(number: u32, bytes: &[u8]) -> Vec<u8> {
    let head = [varint(u64::from(number << 3 | 2)), varint(bytes.len() as u64)].concat();
    [head.as_slice(), bytes].concat()
}

/// A protobuf field of this number that holds a varint.
pub(crate) fn varint_field(number: u32, value: u64) -> Vec<u8> {
    [varint(u64::from(number << 3)), varint(value)].concat()
}

fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

/// A media token of this playback, whose request does not name the video.
pub(crate) fn capture(cpn: &str, captured_at: u64) -> Capture {
    Capture {
        token: token(83),
        context: Context::Gvs,
        client: None,
        host: ShortText::new("rr1---sn-a.googlevideo.com").unwrap(),
        source: Source::MediaUrl,
        binding: Binding {
            video_id: None,
            visitor_data: None,
            certainty: Certainty::Guess,
            content_bound: None,
        },
        cpn: Cpn::new(cpn).ok(),
        session: Session::default(),
        foreign_client: false,
        page_hooked: false,
        captured_at,
    }
}

pub(crate) fn playing(cpn: &str, video: &str) -> Playing {
    Playing {
        cpn: Cpn::new(cpn).unwrap(),
        video_id: VideoId::new(video).unwrap(),
        certainty: Certainty::Certain,
        session: Session::default(),
        at: 0,
    }
}
