//! The streams of media files, whatever the container.

use potbridge_stand_in::StandIn;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// Whether a file holds exactly these formats of a video.
///
/// # Panics
/// If ffmpeg is missing or cannot read the file.
#[must_use]
pub fn has_formats(file: &Path, stand_in: &StandIn, video: &str, formats: &[u32]) -> bool {
    let folder = TempDir::new().unwrap();
    let parts = formats.iter().flat_map(|format| {
        let part = folder.path().join(format.to_string());
        std::fs::write(&part, stand_in.media(video, *format)).unwrap();
        digests(&part)
    });
    digests(file) == parts.collect::<Vec<_>>()
}

/// The digests of a file's streams.
///
/// # Panics
/// As [`has_formats`].
#[must_use]
pub fn digests(file: &Path) -> Vec<String> {
    let output = Command::new("ffmpeg")
        .args(["-nostdin", "-loglevel", "error", "-i"])
        .arg(file)
        .args(["-map", "0", "-c", "copy", "-f", "streamhash", "-hash", "sha256", "-"])
        .output()
        .expect("ffmpeg is on the PATH");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // `0,v,SHA256=…`: the stream's number does not matter.
    let lines = String::from_utf8(output.stdout).unwrap();
    lines.lines().filter_map(|line| line.split_once(',')).map(|(_, digest)| digest.to_owned()).collect()
}
