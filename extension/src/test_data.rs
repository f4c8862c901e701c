//! Tokens and bodies in the right shapes, for tests.

use flate2::{Compression, write::GzEncoder};
use potbridge_protocol::PoToken;
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
