//! zstd as far as the stand-in's own pages write it: one frame of blocks that are not compressed (RFC 8878).

use std::io;

/// The bytes that a frame begins with.
pub(crate) const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// The frame header's descriptor: one segment, whose length follows in four bytes.
const ONE_SEGMENT_OF_FOUR_BYTES: u8 = 0b1010_0000;

/// The content of a frame.
///
/// # Errors
/// If it is no such frame.
pub(crate) fn decoded(frame: &[u8]) -> io::Result<Vec<u8>> {
    content(frame).ok_or_else(|| io::Error::other("it is not a zstd frame of the stand-in's pages"))
}

fn content(frame: &[u8]) -> Option<Vec<u8>> {
    let rest = frame.strip_prefix(&MAGIC)?.strip_prefix(&[ONE_SEGMENT_OF_FOUR_BYTES])?;
    let (length, mut rest) = rest.split_first_chunk::<4>()?;
    let mut content = Vec::new();
    loop {
        let ([low, middle, high], after) = rest.split_first_chunk::<3>()?;
        let header = u32::from_le_bytes([*low, *middle, *high, 0]);
        let (last, kind, size) = (header & 1 == 1, header >> 1 & 3, usize::try_from(header >> 3).ok()?);
        if kind != 0 {
            return None;
        }
        let (block, after) = after.split_at_checked(size)?;
        content.extend_from_slice(block);
        if last {
            let whole =
                after.is_empty() && content.len() == usize::try_from(u32::from_le_bytes(*length)).ok()?;
            return whole.then_some(content);
        }
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_of_plain_blocks_is_read_and_nothing_else() {
        let frame = b"\x28\xb5\x2f\xfd\xa0\x03\0\0\0\x08\0\0a\x11\0\0bc";
        assert_eq!(decoded(frame).unwrap(), b"abc");
        for length in 0..frame.len() {
            assert!(decoded(&frame[..length]).is_err(), "{length}");
        }
    }
}
