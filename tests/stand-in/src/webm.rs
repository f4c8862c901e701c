//! The media of the pages' players: WebM of one dark picture (VP8) and silence (Opus), which every browser can play.

/// The length of a segment.
pub(crate) const SEGMENT_MS: u16 = 500;

/// The length of a sound packet.
const PACKET_MS: u16 = 20;

const PICTURE: u8 = 1;
const SOUND: u8 = 2;

const WIDTH: u16 = 64;
const HEIGHT: u16 = 36;

/// A key frame.
///
/// ffmpeg 5.1 with libvpx made it: `-f lavfi -i color=c=0x10201e:s=64x36:r=2:d=0.5 -c:v libvpx -g 1 -b:v 10k`.
const FRAME: [u8; 44] = [
    0xb0, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x40, 0x00, 0x24, 0x00, 0x00, 0x47, 0x08, 0x85, 0x85, 0x88, 0x85,
    0x84, 0x88, 0x02, 0x02, 0x00, 0x06, 0x8e, 0x5a, 0xae, 0xa6, 0xbe, 0x20, 0x4f, 0x00, 0xfe, 0xff, 0x5c,
    0xdd, 0xff, 0xfc, 0x6f, 0xf5, 0x6b, 0xe4, 0xc8, 0x70, 0x00,
];

/// 20 ms of silence: one frame of CELT, full band, mono (RFC 6716, 3.1).
const SILENCE: [u8; 3] = [0xf8, 0xff, 0xfe];

/// The head of an Opus stream of one channel, 48 kHz, without samples to skip (RFC 7845, 5.1).
const OPUS_HEAD: [u8; 19] =
    [b'O', b'p', b'u', b's', b'H', b'e', b'a', b'd', 1, 1, 0, 0, 0x80, 0xbb, 0, 0, 0, 0, 0];

/// An element's size if it ends with what follows it.
const UNKNOWN_SIZE: [u8; 8] = [1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];

/// What comes before the first segment.
pub(crate) fn head() -> Vec<u8> {
    let file = element(
        &[0x1a, 0x45, 0xdf, 0xa3],
        &[
            number(&[0x42, 0x86], 1),
            number(&[0x42, 0xf7], 1),
            number(&[0x42, 0xf2], 4),
            number(&[0x42, 0xf3], 8),
            element(&[0x42, 0x82], b"webm"),
            number(&[0x42, 0x87], 4),
            number(&[0x42, 0x85], 2),
        ]
        .concat(),
    );
    let milliseconds = element(&[0x15, 0x49, 0xa9, 0x66], &number(&[0x2a, 0xd7, 0xb1], 1_000_000));
    let size = [number(&[0xb0], WIDTH.into()), number(&[0xba], HEIGHT.into())].concat();
    let picture = track(PICTURE, 1, b"V_VP8", SEGMENT_MS, &element(&[0xe0], &size));
    let rate = element(&[0xb5], &48_000_f32.to_be_bytes());
    let sound = [
        element(&[0xe1], &[rate, number(&[0x9f], 1)].concat()),
        element(&[0x63, 0xa2], &OPUS_HEAD),
        number(&[0x56, 0xaa], 0),
        number(&[0x56, 0xbb], 80_000_000),
    ];
    let sound = track(SOUND, 2, b"A_OPUS", PACKET_MS, &sound.concat());
    let tracks = element(&[0x16, 0x54, 0xae, 0x6b], &[picture, sound].concat());
    [file, vec![0x18, 0x53, 0x80, 0x67], UNKNOWN_SIZE.to_vec(), milliseconds, tracks].concat()
}

/// A segment that begins at 0: a cluster. Players move it to its place.
pub(crate) fn segment() -> Vec<u8> {
    let begins = number(&[0xe7], 0);
    let sound = (0..SEGMENT_MS / PACKET_MS).map(|place| block(SOUND, place * PACKET_MS, &SILENCE));
    let blocks: Vec<u8> = std::iter::once(block(PICTURE, 0, &FRAME)).chain(sound).flatten().collect();
    element(&[0x1f, 0x43, 0xb6, 0x75], &[begins, blocks].concat())
}

/// A file of one segment.
pub(crate) fn file() -> Vec<u8> {
    [head(), segment()].concat()
}

/// A track whose blocks have this length.
fn track(number_of: u8, kind: u64, codec: &[u8], block_ms: u16, more: &[u8]) -> Vec<u8> {
    let fields = [
        number(&[0xd7], number_of.into()),
        number(&[0x73, 0xc5], number_of.into()),
        number(&[0x83], kind),
        number(&[0x9c], 0),
        number(&[0x23, 0xe3, 0x83], u64::from(block_ms) * 1_000_000),
        element(&[0x86], codec),
        more.to_vec(),
    ];
    element(&[0xae], &fields.concat())
}

/// A block that can be decoded by itself. Its time counts from its cluster's.
fn block(track: u8, at_ms: u16, content: &[u8]) -> Vec<u8> {
    const KEY_FRAME: u8 = 0x80;
    let [high, low] = at_ms.to_be_bytes();
    element(&[0xa3], &[&[0x80 | track, high, low, KEY_FRAME], content].concat())
}

fn number(id: &[u8], value: u64) -> Vec<u8> {
    element(id, &value.to_be_bytes())
}

/// An element with its size in four bytes.
fn element(id: &[u8], content: &[u8]) -> Vec<u8> {
    // All of them are written here, and the longest has a few hundred bytes.
    let [_, a, b, c] = u32::try_from(content.len()).unwrap_or(u32::MAX).to_be_bytes();
    [id, &[0x10, a, b, c], content].concat()
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn a_file_is_small_and_decodes_to_its_length() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("media.webm");
        std::fs::write(&path, file()).unwrap();
        assert!(file().len() < 1500, "{} bytes", file().len());
        let output = Command::new("ffmpeg")
            .args(["-nostdin", "-loglevel", "warning", "-xerror", "-i"])
            .arg(&path)
            .args(["-progress", "-", "-f", "null", "-"])
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let (said, progress) =
            (String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout));
        assert!(output.status.success() && said.is_empty(), "{said}");
        assert!(progress.contains("out_time_ms=500000\n"), "{progress}");
    }
}
