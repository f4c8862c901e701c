//! What a failure says to people.

use super::*;

use potbridge_protocol::Code;

#[test]
fn a_build_that_can_fetch_sabr_is_told_apart_by_what_it_says() {
    let without = words_of(&printed(&[SABR, NO_FORMAT]));
    assert!(without.contains("--update-to bashonly/yt-dlp@sabr"), "{without}");
    let with = words_of(&printed(&[SABR_WITHOUT_PROTOBUG, NO_FORMAT]));
    assert!(with.contains("Install protobug") && !with.contains("--update-to"), "{with}");
}

#[test]
fn a_failure_has_a_message_and_a_hint() {
    let problem = |line: &str| problem_of(&printed(&[line]));
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
            "The folder for downloads cannot be written to: Permission denied: /d/A title.part. ",
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
    let live = FailureKind::of(&printed(&[crate::yt_dlp::output::LIVE]));
    assert_eq!((live.code(), live.problem(None).hint), (Code::LiveNow, None));
    let missing =
        FailureKind::of(&printed(&["ERROR: [youtube:tab] YouTube said: The playlist does not exist."]));
    assert_eq!(
        missing.problem(None).message,
        "The playlist is not available: YouTube said: The playlist does not exist."
    );
    let silent = FailureKind::of(&printed(&["Reading options from STDIN - EOF (Ctrl+D) to end:"]));
    assert!(silent.message(None).ends_with("and said nothing."));
}

#[test]
fn words_of_yt_dlp_and_youtube_are_kept_as_they_are() {
    let words = words_of(&printed(&[
        "ERROR: [youtube] dQw4w9WgXcQ: Something new; please report this issue on  https://github.com/yt-dlp/yt-dlp/issues?q= , filling out the appropriate issue template. Confirm you are on the latest version using  yt-dlp -U",
    ]));
    assert!(
        words.starts_with(
            "yt-dlp-failed | yt-dlp failed at dQw4w9WgXcQ: [youtube] dQw4w9WgXcQ: Something new. | "
        ),
        "{words}"
    );
    assert!(!words.contains("latest version"), "{words}");
    let words = words_of(&printed(&["ERROR: [youtube] dQw4w9WgXcQ: The page needs to be reloaded."]));
    assert!(words.contains("The page needs to be reloaded."), "{words}");
    let words = words_of(&printed(&["ERROR: [youtube] dQw4w9WgXcQ: Something new. With a second sentence"]));
    assert_eq!(
        words,
        "not-available | dQw4w9WgXcQ is not available: Something new. With a second sentence. | "
    );
}
