//! How yt-dlp ended: not begun, killed, just too early, or with an error long before its last line.

use super::*;
use std::io::ErrorKind;
#[cfg(unix)]
use std::os::unix::process::ExitStatusExt as _;
#[cfg(unix)]
use std::process::ExitStatus;

/// What a run says that ended so: a wait status of Unix, the exit code in its high byte and the signal in its low one.
#[cfg(unix)]
fn ended(status: i32, said: &[&str]) -> String {
    let mut printed = printed(said);
    printed.exit = Some(ExitStatus::from_raw(status));
    words_of(&printed)
}

#[cfg(unix)]
#[test]
fn a_killed_yt_dlp_says_so() {
    for (status, said, begins, has) in [
        (
            9,
            &[][..],
            "yt-dlp-killed | yt-dlp was ended by signal 9 at dQw4w9WgXcQ (out of memory?).",
            "more memory",
        ),
        (9, &[NO_TOKEN], "yt-dlp-killed | yt-dlp was ended by signal 9 ", "out of memory?"),
        (137 << 8, &["Killed"], "yt-dlp-killed | yt-dlp was ended by signal 9 ", "out of memory?"),
        (11, &[], "yt-dlp-killed | yt-dlp was ended by signal 11 at dQw4w9WgXcQ.", ""),
        (15, &["[download] Destination: x"], "yt-dlp-killed | yt-dlp was ended by signal 15 ", ""),
    ] {
        let words = ended(status, said);
        assert!(words.starts_with(begins) && words.contains(has), "{words}");
        assert!(!words.to_lowercase().contains("update"), "{words}");
    }
    assert!(ended(1 << 8, &[]).starts_with("yt-dlp-failed | yt-dlp failed at dQw4w9WgXcQ and said nothing."));
    assert!(ended(137 << 8, &[FORBIDDEN]).starts_with("token-refused"));
}

#[cfg(unix)]
#[test]
fn a_yt_dlp_that_cannot_start_says_so() {
    const ANEW: &str = "install yt-dlp anew";
    for (code, said, message, hint) in [
        (
            255,
            &[
                "[PYI-693:ERROR] Failed to load Python shared library '/tmp/_MEIgQrYva/libpython3.13.so.1.0': dlopen: /tmp/_MEIgQrYva/libpython3.13.so.1.0: failed to map segment from shared object",
            ][..],
            "Failed to load Python shared library",
            "Set TMPDIR",
        ),
        (
            255,
            &[
                "[PYI-1:ERROR] Failed to extract libcrypto.so.3: failed to open target file!",
                "[PYI-1:ERROR] Failed to extract entry: libcrypto.so.3.",
            ],
            "Failed to extract",
            "Set TMPDIR",
        ),
        (
            255,
            &[
                "[PYI-1:ERROR] Failed to extract base_library.zip: decompression resulted in return code -1!: No space left on device",
            ],
            "No room is left in the temporary folder",
            "Set TMPDIR to a folder that has room. Now it is ",
        ),
        (127, &["/usr/bin/env: 'python3': No such file or directory"], "'python3': No such file", ANEW),
        (126, &["/bin/sh: 1: yt-dlp: Permission denied"], "Permission denied", ANEW),
        (127, &[], "could not start, and said nothing", ANEW),
        (
            1,
            &[
                "Traceback (most recent call last):",
                "  File \"/usr/bin/yt-dlp\", line 5, in <module>",
                "ModuleNotFoundError: No module named 'yt_dlp'",
            ],
            "No module named 'yt_dlp'",
            ANEW,
        ),
        (
            1,
            &[
                "ImportError: You are using an unsupported version of Python. Only Python versions 3.10 and above are supported by yt-dlp",
            ],
            "unsupported version of Python",
            ANEW,
        ),
        (
            127,
            &["yt-dlp: error while loading shared libraries: libz.so.1: cannot open shared object file"],
            "libz.so.1",
            ANEW,
        ),
    ] {
        let words = ended(code << 8, said);
        assert!(words.starts_with("yt-dlp-not-started | yt-dlp could not start"), "{said:?}: {words}");
        assert!(words.contains(message) && words.contains(hint), "{said:?}: {words}");
        assert!(
            !words.contains("folder for downloads") && !words.to_lowercase().contains("update"),
            "{words}"
        );
    }
}

#[test]
fn a_program_that_the_system_does_not_start_is_named() {
    for (kind, has) in
        [(ErrorKind::NotFound, "interpreter"), (ErrorKind::PermissionDenied, "permission denied")]
    {
        let failure = FailureKind::not_started("/opt/yt-dlp".as_ref(), &kind.into(), &Given::default());
        let problem = failure.problem(None);
        assert_eq!(problem.code.as_str(), "yt-dlp-not-started");
        assert!(
            problem.message.contains("/opt/yt-dlp") && problem.message.contains(has),
            "{}",
            problem.message
        );
    }
}

#[test]
fn a_broadcast_that_has_just_ended_is_not_blamed_on_the_token() {
    for (line, code) in [
        ("ERROR: fragment 1 not found, unable to continue", "just-ended"),
        ("ERROR: fragment 214 not found, unable to continue", "just-ended"),
        ("ERROR: The downloaded file is empty", "just-ended"),
        (
            "ERROR: \r[download] Got error: HTTP Error 404: Not Found. Giving up after 10 retries",
            "just-ended",
        ),
        ("ERROR: unable to download video data: HTTP Error 404: Not Found", "just-ended"),
        ("ERROR: unable to download video data: HTTP Error 503: Service Unavailable", "youtube-trouble"),
        (NO_FORMAT, "just-ended"),
        (FORBIDDEN, "just-ended"),
        (
            "ERROR: \r[download] Got error: HTTP Error 403: Forbidden. Giving up after 10 retries",
            "just-ended",
        ),
        ("ERROR: unable to download video data: HTTP Error 429: Too Many Requests", "rate-limited"),
        ("ERROR: [youtube] dQw4w9WgXcQ: Private video", "private-video"),
    ] {
        let mut printed = printed(&[line]);
        printed.post_live = true;
        assert_eq!(FailureKind::of(&printed).code().as_str(), code, "{line}");
        assert!(
            code != "just-ended" || words_of(&printed).contains("in some hours"),
            "{}",
            words_of(&printed)
        );
    }
}

#[test]
fn an_error_decides_however_much_follows() {
    let private = format!(
        "ERROR: [youtube] dQw4w9WgXcQ: Private video. Sign in if you've been granted access to this video. {BY_COOKIES}"
    );
    let bot = format!("ERROR: [youtube] dQw4w9WgXcQ: Sign in to confirm you’re not a bot. {BY_COOKIES}");
    for (said, code) in
        [(&[private.as_str()][..], "private-video"), (&[ROTATED, bot.as_str()], "cookies-rotated")]
    {
        let mut printed = printed_with(Given { cookies: true, ..Given::default() }, said);
        (0..600).for_each(|number| printed.take(format!("[debug] line {number}")));
        (0..600).for_each(|number| printed.take(format!("  File \"x.py\", line {number}")));
        assert_eq!(FailureKind::of(&printed).code().as_str(), code);
    }
}

#[test]
fn an_old_version_is_the_only_reason_to_update() {
    for (line, may_be) in [
        ("ERROR: something new", true),
        ("yt-dlp: error: no such option: --progress-delta", true),
        (NO_FORMAT, true),
        ("ERROR: [youtube] dQw4w9WgXcQ: Video unavailable", false),
        (FORBIDDEN, false),
    ] {
        let given = Given { log: "/state/x.log".into(), ..Given::default() };
        let failure = FailureKind::of(&printed_with(given, &[line]));
        assert_eq!(failure.may_be_of_old_version(), may_be, "{line}");
        let hint = failure.problem(None).hint.unwrap_or_default();
        assert!(!hint.to_lowercase().contains("update"), "{hint}");
        assert!(
            line != "ERROR: something new" || hint == "See all that yt-dlp said in /state/x.log.",
            "{hint}"
        );
        let hint = failure.of_old_version("2025.01.01".to_owned()).problem(None).hint.unwrap();
        assert_eq!(hint, "Update yt-dlp: this one is 2025.01.01, and 2026.10.26 is out.");
    }
}
