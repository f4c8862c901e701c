//! The body of a request: its compression, its limit, and why it cannot be read.

use flate2::read::GzDecoder;
use std::borrow::Cow;
use std::io::Read as _;

/// The most a body may hold, compressed or not.
///
/// A player request has about 4 KiB. SABR bodies carry the state of the playback and are larger.
pub(crate) const MAX_BODY_BYTES: usize = 4 * 1024 * 1024;

/// Why nothing could be read from a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Larger than any request of the player.
    #[error("the body is larger than 4 MiB")]
    TooLarge,
    /// It begins like gzip and cannot be decompressed.
    #[error("the body begins like gzip and cannot be decompressed")]
    BrokenGzip,
    /// Compressed in a way that no player uses.
    #[error("the body is compressed by zstd")]
    Zstd,
    /// Compressed in a way that no player uses.
    #[error("the body is compressed by zlib (deflate)")]
    Zlib,
    /// Not what the bodies of InnerTube are made of.
    #[error("the body is not the JSON that it should be")]
    NotJson,
    /// Not what the bodies to media servers are made of.
    #[error("the body is not the protobuf that it should be")]
    NotProtobuf,
}

impl Unreadable {
    /// Why bytes are not the JSON that they should be. Brotli cannot be told from other bytes.
    pub(crate) fn json(bytes: &[u8]) -> Self {
        Self::compressed(bytes).unwrap_or(Self::NotJson)
    }

    /// Why bytes are not the protobuf that they should be.
    pub(crate) fn protobuf(bytes: &[u8]) -> Self {
        Self::compressed(bytes).unwrap_or(Self::NotProtobuf)
    }

    /// The compression that bytes begin like.
    fn compressed(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Self::Zstd),
            // A window of 32 KiB, and a check that makes both bytes together a multiple of 31.
            [0x78, flags, ..] if (0x7800 + u32::from(*flags)) % 31 == 0 => Some(Self::Zlib),
            _ => None,
        }
    }
}

/// Takes off the compression of a body.
///
/// Players send a body plain or as gzip. Gzip begins with `1f 8b`, and neither JSON nor protobuf does.
///
/// # Errors
/// [`Unreadable::TooLarge`] or [`Unreadable::BrokenGzip`].
pub(crate) fn decompress(body: &[u8]) -> Result<Cow<'_, [u8]>, Unreadable> {
    if body.len() > MAX_BODY_BYTES {
        return Err(Unreadable::TooLarge);
    }
    if !body.starts_with(&[0x1f, 0x8b]) {
        return Ok(Cow::Borrowed(body));
    }
    let mut bytes = Vec::new();
    GzDecoder::new(body)
        .take(MAX_BODY_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|_| Unreadable::BrokenGzip)?;
    if bytes.len() > MAX_BODY_BYTES { Err(Unreadable::TooLarge) } else { Ok(Cow::Owned(bytes)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_data::gzip;

    #[test]
    fn only_gzip_is_decompressed() {
        assert_eq!(*decompress(&gzip(b"{}")).unwrap(), *b"{}");
        assert!(matches!(decompress(b"{}").unwrap(), Cow::Borrowed(b"{}")));
    }

    #[test]
    fn a_body_that_decompresses_beyond_the_limit_is_refused() {
        let bomb = gzip(&vec![b' '; MAX_BODY_BYTES + 1]);
        assert!(bomb.len() < 32 * 1024);
        assert_eq!(decompress(&bomb), Err(Unreadable::TooLarge));
    }

    #[test]
    fn an_encoding_that_can_be_told_is_named() {
        for (bytes, why) in [
            (&[0x28, 0xb5, 0x2f, 0xfd, 0][..], Unreadable::Zstd),
            (&[0x78, 0x01, 0], Unreadable::Zlib),
            (&[0x78, 0x9c, 0], Unreadable::Zlib),
            (&[0x78, 0xda, 0], Unreadable::Zlib),
            (b"x=1", Unreadable::NotJson),
            (&[0x28, 0xb5, 0x2f], Unreadable::NotJson),
            (b"", Unreadable::NotJson),
        ] {
            assert_eq!(Unreadable::json(bytes), why);
        }
    }

    #[test]
    fn broken_gzip_is_reported_as_such() {
        let whole = gzip(b"{\"videoId\":\"dQw4w9WgXcQ\"}");
        assert_eq!(decompress(&whole[..whole.len() - 9]), Err(Unreadable::BrokenGzip));
        assert_eq!(decompress(&[0x1f, 0x8b, 0xff]), Err(Unreadable::BrokenGzip));
    }
}
