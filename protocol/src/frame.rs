//! Native messaging's frames: a length of four bytes in the machine's own order, then JSON.

use byteorder::{NativeEndian, ReadBytesExt as _, WriteBytesExt as _};
use serde::Serialize;
use std::io::{self, Read, Write};

/// The most a host may send: Chromium ends the connection above it.
pub const MAX_FROM_HOST: usize = 1024 * 1024;

/// The most a host takes. Chromium would send 64 MiB; a capture has about 2 KiB.
pub const MAX_TO_HOST: usize = 1024 * 1024;

/// Why a frame could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// It was longer than allowed; what follows it can still be read.
    #[error("a message of {length} bytes, and at most {most} are allowed")]
    TooLarge {
        /// Its length in bytes.
        length: usize,
        /// The limit in bytes.
        most: usize,
    },
    /// The other side went away in the middle of one, or the pipe broke.
    #[error("the connection to the other side failed: {0}")]
    Io(#[from] io::Error),
    /// A message that JSON cannot hold.
    #[error("a message could not be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

/// Reads one frame. `None` if the other side closed between two frames.
///
/// Memory grows with what arrives, never with what the length claims. A frame above `most` bytes is
/// read past, so that the next one can be read.
///
/// # Errors
/// [`FrameError::TooLarge`], or [`FrameError::Io`] if the stream ends inside a frame.
pub fn read(from: &mut impl Read, most: usize) -> Result<Option<Vec<u8>>, FrameError> {
    let Some(length) = read_length(from)? else {
        return Ok(None);
    };
    let mut body = from.take(length as u64);
    if length > most {
        let skipped = io::copy(&mut body, &mut io::sink())?;
        return whole(skipped, length).and(Err(FrameError::TooLarge { length, most }));
    }
    let mut bytes = Vec::with_capacity(length.min(16 * 1024));
    let got = body.read_to_end(&mut bytes)?;
    whole(got as u64, length)?;
    Ok(Some(bytes))
}

fn read_length(from: &mut impl Read) -> Result<Option<usize>, FrameError> {
    let mut first = [0];
    loop {
        match from.read(&mut first) {
            Ok(0) => return Ok(None),
            Ok(_) => break,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    let length = first.as_slice().chain(from).read_u32::<NativeEndian>()?;
    usize::try_from(length).map(Some).map_err(|_| io::Error::from(io::ErrorKind::InvalidData).into())
}

fn whole(got: u64, length: usize) -> Result<(), FrameError> {
    if got == length as u64 { Ok(()) } else { Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()) }
}

/// Writes one message as a frame, in one piece, and flushes.
///
/// # Errors
/// [`FrameError::TooLarge`] above [`MAX_FROM_HOST`]: nothing was written then.
pub fn write(to: &mut impl Write, message: &impl Serialize) -> Result<(), FrameError> {
    let mut frame = vec![0; 4];
    serde_json::to_writer(&mut frame, message)?;
    let length = frame.len() - 4;
    if length > MAX_FROM_HOST {
        return Err(FrameError::TooLarge { length, most: MAX_FROM_HOST });
    }
    // Checked above to be at most 1 MiB.
    frame.as_mut_slice().write_u32::<NativeEndian>(length as u32)?;
    to.write_all(&frame)?;
    Ok(to.flush()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn framed(body: &[u8]) -> Vec<u8> {
        let mut frame = (body.len() as u32).to_ne_bytes().to_vec();
        frame.extend_from_slice(body);
        frame
    }

    #[test]
    fn a_message_is_read_back_as_it_was_written() {
        let mut stream = Vec::new();
        write(&mut stream, &"first").unwrap();
        write(&mut stream, &"second").unwrap();
        let mut stream = stream.as_slice();
        assert_eq!(read(&mut stream, 100).unwrap().unwrap(), b"\"first\"");
        assert_eq!(read(&mut stream, 100).unwrap().unwrap(), b"\"second\"");
        assert!(read(&mut stream, 100).unwrap().is_none());
    }

    #[test]
    fn the_length_is_in_the_machines_own_order() {
        let mut stream = Vec::new();
        write(&mut stream, &"abc").unwrap();
        assert_eq!(stream[..4], 5u32.to_ne_bytes());
    }

    #[test]
    fn a_frame_above_the_limit_is_read_past() {
        let mut stream = framed(&[b'x'; 101]);
        stream.extend(framed(b"{}"));
        let mut stream = stream.as_slice();
        assert!(matches!(read(&mut stream, 100), Err(FrameError::TooLarge { length: 101, most: 100 })));
        assert_eq!(read(&mut stream, 100).unwrap().unwrap(), b"{}");
    }

    #[test]
    fn nothing_is_allocated_from_a_length_alone() {
        // 4 GiB claimed, three bytes sent: the answer comes at once, and is the end of the stream.
        let mut stream = u32::MAX.to_ne_bytes().to_vec();
        stream.extend(b"abc");
        let error = read(&mut stream.as_slice(), usize::MAX).unwrap_err();
        assert!(matches!(error, FrameError::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof));
    }

    #[test]
    fn a_message_above_one_mebibyte_is_not_sent_at_all() {
        let mut stream = Vec::new();
        let error = write(&mut stream, &"x".repeat(MAX_FROM_HOST)).unwrap_err();
        assert!(matches!(error, FrameError::TooLarge { .. }));
        assert!(stream.is_empty());
    }

    proptest! {
        #[test]
        fn a_stream_that_ends_inside_a_frame_is_an_error(body in prop::collection::vec(any::<u8>(), 1..50), cut in 1usize..50) {
            let whole = framed(&body);
            let kept = whole.len().saturating_sub(cut).max(1);
            let result = read(&mut &whole[..kept], 100);
            prop_assert!(matches!(result, Err(FrameError::Io(_))));
        }

        #[test]
        fn hostile_streams_never_panic(stream in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut stream = stream.as_slice();
            while let Ok(Some(_)) = read(&mut stream, 64) {}
        }
    }
}
