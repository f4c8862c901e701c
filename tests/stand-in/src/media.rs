use std::collections::HashMap;
use std::io;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use sha2::{Digest, Sha256};

use crate::format::{FORMATS, Format, Picture};

/// The length of all media. Pages say more, but longer media would take long to make.
pub(crate) const SECONDS: u32 = 4;

/// The number of segments after which a live stream's clock restarts, since MPEG-TS counts for a day.
const SEGMENTS: u32 = 20_000;

/// The placeholder for a video's id in a picture's file. It has as many characters and occurs nowhere else.
const NO_VIDEO: &str = "_NO-VIDEO__";

/// What precedes the padding: its kind and its size.
const HEADER_BYTES: u32 = 8;
const HEADER: usize = HEADER_BYTES as usize;

/// The UUID of the user data in a picture. Any value works.
const USER_DATA: &str = "086f3693-b7b3-4f2c-9653-21492feee5b8";

/// The pictures without an id.
///
/// One takes a second to make. So each is made once a process, and the videos' ids are written into copies.
static PICTURES: Mutex<Option<HashMap<u32, Arc<[u8]>>>> = Mutex::new(None);

/// The media of all videos: real MPEG-4 and WebM, different for each video. ffmpeg makes them when they are first asked for.
#[derive(Default)]
pub(crate) struct Media {
    made: Mutex<HashMap<Key, Bytes>>,
}

/// What decides the bytes of a format: the video, the language of its sound, the format's number, the largest one's size.
type Key = (String, Option<String>, u32, u64);

impl Media {
    /// A format of a video, of exactly `Format::bytes(largest)` bytes. It may take a second.
    ///
    /// `language` is that of a track of sound, if the video has several.
    ///
    /// # Errors
    /// If ffmpeg is missing or fails.
    pub(crate) fn bytes(
        &self,
        video_id: &str,
        language: Option<&str>,
        format: &Format,
        largest: u64,
    ) -> io::Result<Bytes> {
        let key = (video_id.to_owned(), language.map(str::to_owned), format.itag, largest);
        let mut made = lock(&self.made);
        if let Some(bytes) = made.get(&key) {
            return Ok(bytes.clone());
        }
        let stream = match &format.picture {
            Some(shown) => picture(video_id, format, shown)?,
            None => sound(video_id, language, format)?,
        };
        let bytes = Bytes::from(padded(stream, video_id, format, largest)?);
        made.insert(key, bytes.clone());
        Ok(bytes)
    }
}

/// The picture and sound of a video as a segment of a live stream, which begins where the segment before it ended.
pub(crate) fn segment(video_id: &str, number: u32) -> io::Result<Vec<u8>> {
    let whole =
        FORMATS.iter().find_map(|format| Some((format, format.picture.as_ref()?)).filter(|_| format.sound));
    let Some((format, shown)) = whole else { return Err(io::Error::other("no format has both")) };
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("whole.mp4");
    std::fs::write(&file, picture(video_id, format, shown)?)?;
    let source = file.to_string_lossy();
    let begins = (number % SEGMENTS * SECONDS).to_string();
    let arguments = ["-i", &source, "-c", "copy", "-bsf:v", "h264_mp4toannexb", "-output_ts_offset", &begins];
    ffmpeg(&arguments, "ts")
}

/// The picture, with the id in the file's comment and in the stream itself.
///
/// The id in the stream survives a merge with the sound.
fn picture(video_id: &str, format: &Format, shown: &Picture) -> io::Result<Vec<u8>> {
    let mut pictures = lock(&PICTURES);
    let pictures = pictures.get_or_insert_default();
    let plain = match pictures.get(&format.itag) {
        Some(plain) => Arc::clone(plain),
        None => {
            let made: Arc<[u8]> = plain_picture(shown, format.sound)?.into();
            pictures.insert(format.itag, Arc::clone(&made));
            made
        }
    };
    let mut bytes = plain.to_vec();
    let mut at = 0;
    while let Some(found) = find(&bytes[at..], NO_VIDEO.as_bytes()) {
        at += found;
        bytes[at..at + NO_VIDEO.len()].copy_from_slice(video_id.as_bytes());
    }
    Ok(bytes)
}

fn plain_picture(Picture { width, height, .. }: &Picture, with_sound: bool) -> io::Result<Vec<u8>> {
    let source = format!("testsrc=size={width}x{height}:rate={}:duration={SECONDS}", Picture::FPS);
    let user_data = format!("h264_metadata=sei_user_data={USER_DATA}+{NO_VIDEO}");
    let comment = format!("comment={NO_VIDEO}");
    let sine = format!("sine=frequency=440:duration={SECONDS}");
    let mut arguments = vec!["-f", "lavfi", "-i", &source];
    if with_sound {
        arguments.extend(["-f", "lavfi", "-i", &sine, "-c:a", "aac"]);
    }
    arguments.extend(["-c:v", "libx264", "-preset", "ultrafast", "-crf", "40", "-pix_fmt", "yuv420p"]);
    arguments.extend(["-bsf:v", &user_data, "-metadata", &comment]);
    ffmpeg(&arguments, "mp4")
}

/// A tone that only this track of this video has.
fn sound(video_id: &str, language: Option<&str>, format: &Format) -> io::Result<Vec<u8>> {
    let number = Sha256::digest(format!("{video_id}{}", language.unwrap_or_default()))
        .iter()
        .fold(0_u32, |sum, byte| sum * 31 % 10_007 + u32::from(*byte));
    let source = format!("sine=frequency={}:duration={SECONDS}", 200 + number % 1800);
    let comment = format!("comment={video_id}");
    let (codec, kind) = if format.is_webm() { ("libopus", "webm") } else { ("aac", "mp4") };
    ffmpeg(&["-f", "lavfi", "-i", &source, "-c:a", codec, "-metadata", &comment], kind)
}

/// A file of this kind that ffmpeg makes.
///
/// ffmpeg seeks back while it writes MPEG-4, so it cannot write into a pipe.
fn ffmpeg(arguments: &[&str], kind: &str) -> io::Result<Vec<u8>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("media").with_extension(kind);
    let output = Command::new("ffmpeg")
        .args(["-nostdin", "-loglevel", "error"])
        .args(arguments)
        .args(["-movflags", "+faststart", "-threads", "1"])
        .arg(&file)
        .stdin(Stdio::null())
        .output()
        .map_err(|problem| io::Error::new(problem.kind(), format!("cannot run ffmpeg: {problem}")))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(io::Error::other(format!("ffmpeg could not make the media: {said}")));
    }
    std::fs::read(file)
}

/// The stream, padded to its size with what readers skip: a box `free`, or an element `Void` of WebM.
///
/// So the size does not depend on the encoder. The box holds noise of this video and format.
fn padded(mut bytes: Vec<u8>, video_id: &str, format: &Format, largest: u64) -> io::Result<Vec<u8>> {
    let wanted = format.bytes(largest);
    let room = usize::try_from(wanted).ok().and_then(|wanted| wanted.checked_sub(bytes.len()));
    let Some((room, length)) = room.filter(|room| *room >= HEADER).zip(u32::try_from(room.unwrap_or(0)).ok())
    else {
        let made = bytes.len();
        return Err(io::Error::other(format!(
            "format {} of {video_id} is to have {wanted} bytes and its streams take {made}",
            format.itag
        )));
    };
    if format.is_webm() {
        // The size counts what follows it. Its seventh bit says that it has seven bytes.
        bytes.extend_from_slice(&[0xec, 0x02, 0, 0]);
        bytes.extend_from_slice(&(length - HEADER_BYTES).to_be_bytes());
    } else {
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(b"free");
    }
    let seed = Sha256::digest(format!("{video_id} {}", format.itag));
    let mut state = seed.iter().fold(1_u64, |state, byte| state.rotate_left(7) ^ u64::from(*byte)) | 1;
    let noise = std::iter::repeat_with(|| {
        // xorshift64
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    });
    bytes.extend(noise.flatten().take(room - HEADER));
    Ok(bytes)
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LARGEST: u64 = 1_000_000;

    #[test]
    fn a_format_has_its_size_and_a_content_for_each_video() {
        let media = Media::default();
        for format in &FORMATS {
            let [one, same, other] = ["Nn3XSY27eIk", "Nn3XSY27eIk", "jjtoor9wMnI"]
                .map(|id| media.bytes(id, None, format, LARGEST).unwrap());
            assert_eq!(one.len() as u64, format.bytes(LARGEST), "{}", format.itag);
            assert!(one == same && one != other, "{}", format.itag);
            assert!(&one[4..8] == b"ftyp" || format.is_webm());
            assert!(find(&one, b"Nn3XSY27eIk").is_some() && find(&one, NO_VIDEO.as_bytes()).is_none());
        }
    }

    #[test]
    fn a_pictures_stream_has_the_videos_id() {
        let format = Format::of(134).unwrap();
        let bytes = Media::default().bytes("Nn3XSY27eIk", None, format, LARGEST).unwrap();
        let media = find(&bytes, b"mdat").unwrap();
        assert!(find(&bytes[media..], b"Nn3XSY27eIk").is_some());
    }
}
