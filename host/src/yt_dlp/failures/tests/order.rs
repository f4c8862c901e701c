//! Which of several messages decides.

use super::*;
use crate::yt_dlp::failures::messages::{OF_YOUTUBE, OF_YT_DLP, ORDER};

#[test]
fn other_failures_are_not_blamed_on_the_token() {
    let bot = format!("ERROR: [youtube] dQw4w9WgXcQ: Sign in to confirm you’re not a bot. {BY_COOKIES}");
    let table: &[(&str, &[&str])] = &[
        // Without a JavaScript runtime good tokens are refused too.
        ("no-js-runtime", &[UNSOLVED, NO_TOKEN, NO_FORMAT]),
        ("no-js-runtime", &[UNSOLVED, FORBIDDEN]),
        // The bot check keeps back what the token was for.
        ("bot-check", &[NO_TOKEN, &bot]),
        (
            "address-refused",
            &[
                NO_TOKEN,
                "ERROR: [youtube] dQw4w9WgXcQ: Unable to download API page: HTTP Error 403: Forbidden (caused by <HTTPError 403: Forbidden>)",
            ],
        ),
        // The media are not there, or the server is ill.
        ("yt-dlp-failed", &[SABR_WEB, "ERROR: unable to download video data: HTTP Error 404: Not Found"]),
        ("yt-dlp-failed", &["ERROR: unable to download video data: HTTP Error 404: Not Found"]),
        ("sabr-only", &[SABR, NO_FORMAT]),
        (
            "rate-limited",
            &[
                "WARNING: [youtube] dQw4w9WgXcQ: Unable to download webpage: HTTP Error 429: Too Many Requests (caused by <HTTPError 429: Too Many Requests>)",
                NO_FORMAT,
            ],
        ),
        ("disk-full", &[NO_TOKEN, "ERROR: unable to write data: [Errno 28] No space left on device"]),
        ("no-network", &[SABR, "ERROR: \r[download] Got error: timed out. Giving up after 10 retries"]),
    ];
    for (expected, said) in table {
        assert_eq!(code(said), *expected, "{said:?}");
        assert!(!FailureKind::of(&printed(said)).code().blames_token(), "{said:?}");
    }
}

#[test]
fn a_failure_of_subtitles_hides_none_of_the_media() {
    let of_subtitles = [
        "ERROR: \r[download] Got error: HTTP Error 503: Service Unavailable. Giving up after 10 retries",
        "ERROR: \r[download] Got error: timed out. Giving up after 10 retries",
        "ERROR: Did not get any data blocks",
    ];
    for before in of_subtitles {
        assert_eq!(code(&[before, FORBIDDEN]), "token-refused", "{before}");
        assert_eq!(
            code(&[before, "ERROR: Postprocessing: Conversion failed!"]),
            "processing-failed",
            "{before}"
        );
    }
    // If they end the run, yt-dlp says it twice.
    for said in ["ERROR: \r[download] Got error: HTTP Error 500", "HTTP Error 500"] {
        let error = format!(
            "ERROR: Unable to download video subtitles for 'de': {said}: Internal Server Error. Giving up after 10 retries"
        );
        let inner = "ERROR: \r[download] Got error: HTTP Error 500: Internal Server Error. Giving up after 10 retries";
        assert_eq!(code(&[inner, &error]), "subtitles-missing");
    }
}

#[test]
fn a_refused_token_is_found_among_other_messages() {
    let with_v =
        "[debug] dQw4w9WgXcQ: web client https formats require a GVS PO Token which was not provided.";
    for said in [
        &[SABR_WEB, with_v, FORBIDDEN][..],
        &[SABR, FORBIDDEN],
        &["WARNING: [youtube] Unable to download webpage: HTTP Error 429: Too Many Requests", FORBIDDEN],
        &[
            "WARNING: [youtube] Got a GVS PO Token for mweb client, but missing Data Sync ID for account. Formats may not work.",
            FORBIDDEN,
        ],
    ] {
        assert_eq!(code(said), "token-refused", "{said:?}");
    }
    // With -v yt-dlp prints in every run that its own clients lack a token.
    assert_eq!(code(&[with_v, "ERROR: [youtube] dQw4w9WgXcQ: Video unavailable"]), "not-available");
}

#[test]
fn a_run_that_ends_well_without_a_file_has_a_code() {
    let code = |said: &[&str]| FailureKind::without_file(&printed(said)).code().as_str();
    assert_eq!((code(&[]), code(&[ONLY_IMAGES])), ("no-file", "no-file"));
    assert_eq!(code(&[crate::yt_dlp::output::LIVE]), "live-now");
}

#[test]
fn missing_subtitles_are_seen_in_a_run_that_went_well() {
    let missing = "WARNING: [youtube] dQw4w9WgXcQ: There are missing subtitles languages because a PO token was not provided. Subtitles for these languages are missing: en.";
    let failed = "WARNING: Unable to download video subtitles for 'de': HTTP Error 429: Too Many Requests";
    for (said, lacks) in [(missing, true), (failed, true), (NO_TOKEN, false)] {
        assert_eq!(FailureKind::lacks_subtitles(&printed(&[said])), lacks, "{said}");
    }
}

#[test]
fn every_kind_of_error_has_its_place_in_the_order() {
    let without: Vec<_> =
        OF_YOUTUBE.iter().chain(OF_YT_DLP).filter(|(code, _)| !ORDER.contains(code)).collect();
    assert!(without.is_empty(), "{without:?}");
}
