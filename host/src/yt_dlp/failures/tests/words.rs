//! What a failure says to people.

use super::*;
use potbridge_protocol::VideoId;

#[test]
fn a_failure_has_a_message_and_a_hint() {
    let video = VideoId::new("dQw4w9WgXcQ").unwrap();
    let problem = |line: &str| FailureKind::of(&[line.to_owned()]).problem(Some(&video));
    let refused = problem(FORBIDDEN);
    assert_eq!(
        refused.message,
        "YouTube refused the token for dQw4w9WgXcQ: it has expired, was replaced by a newer one, or belongs to another session."
    );
    assert_eq!(
        refused.hint.unwrap(),
        "Play the video in the browser for a few seconds, and start the download again."
    );
    for (line, words) in [
        (
            "ERROR: [youtube] dQw4w9WgXcQ: Video unavailable. This video has been removed by the uploader",
            "dQw4w9WgXcQ is not available: Video unavailable. This video has been removed by the uploader.",
        ),
        (
            "ERROR: [youtube] dQw4w9WgXcQ: Unable to download API page: [Errno 111] Connection refused (caused by TransportError('[Errno 111] Connection refused'))",
            "YouTube could not be reached for dQw4w9WgXcQ: Connection refused. ",
        ),
        (
            "ERROR: unable to open for writing: [Errno 13] Permission denied: '/d/A title.part'",
            "The folder for downloads cannot be written to: Permission denied. ",
        ),
        (
            "yt-dlp: error: no such option: --progress-delta",
            "yt-dlp does not know an option: no such option: --progress-delta. ",
        ),
        (
            "ERROR: \r[download] Got error: 1024 bytes read, 5000 more expected. Giving up after 10 retries",
            "YouTube could not be reached for dQw4w9WgXcQ: 1024 bytes read, 5000 more expected. Giving up after 10 retries. ",
        ),
        (
            "ERROR: Postprocessing: Conversion failed!",
            "All of dQw4w9WgXcQ was loaded, and ffmpeg failed at it: Conversion failed. ",
        ),
        ("ERROR: something new.", "yt-dlp failed at dQw4w9WgXcQ: something new. "),
        ("", "yt-dlp failed at dQw4w9WgXcQ and said nothing. "),
    ] {
        assert_eq!(problem(line).message, words.trim_end());
    }
    assert_eq!(FailureKind::Live.problem(None).hint, None);
    let missing =
        FailureKind::of(&["ERROR: [youtube:tab] YouTube said: The playlist does not exist.".to_owned()]);
    assert_eq!(missing.problem(None).message, "The playlist is not available: The playlist does not exist.");
    let silent = FailureKind::of(&["Reading options from STDIN - EOF (Ctrl+D) to end:".to_owned()]);
    assert_eq!(silent, FailureKind::Other(String::new()));
}
