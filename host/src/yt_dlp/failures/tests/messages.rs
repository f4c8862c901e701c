//! Every message of yt-dlp that is known, with its code.

use super::*;

/// What yt-dlp 2026.10.26 prints, by the file that prints it.
#[test]
fn each_message_of_yt_dlp_has_its_code() {
    let bot = format!("ERROR: [youtube] dQw4w9WgXcQ: Sign in to confirm you’re not a bot. {BY_COOKIES}");
    let straight = bot.replace('’', "'");
    let age = format!(
        "ERROR: [youtube] dQw4w9WgXcQ: Sign in to confirm your age. This video may be inappropriate for some users. {BY_COOKIES}"
    );
    let verify =
        format!("ERROR: [youtube] dQw4w9WgXcQ: This video requires verification of your age. {BY_COOKIES}");
    let private = format!(
        "ERROR: [youtube] dQw4w9WgXcQ: Private video. Sign in if you've been granted access to this video. {BY_COOKIES}"
    );
    let login =
        format!("ERROR: [youtube:tab] WL: Login details are needed to download this content. {BY_COOKIES}");
    let table: &[(&str, &[&str])] = &[
        // extractor/youtube/_video.py: _report_pot_format_skipped; YoutubeDL.py: process_video_result
        ("token-missing", &[NO_TOKEN, ONLY_IMAGES, NO_FORMAT]),
        // extractor/youtube/_video.py: process_https_formats, which tries itag 18 without a token
        ("token-missing", &[NO_TOKEN, FORBIDDEN]),
        // extractor/youtube/_video.py: _real_extract
        (
            "token-missing",
            &[
                "WARNING: [youtube] dQw4w9WgXcQ: There are missing subtitles languages because a PO token was not provided. Subtitles for these languages are missing: en.",
                NO_FORMAT,
            ],
        ),
        // extractor/youtube/_video.py: _get_config_po_token
        (
            "token-malformed",
            &[
                "WARNING: [youtube] Invalid po_token configuration for mweb client: gvs PO Token should be a base64url-encoded string.",
                NO_FORMAT,
            ],
        ),
        (
            "token-malformed",
            &[
                "WARNING: [youtube] Invalid po_token configuration format. Expected \"CLIENT.CONTEXT+PO_TOKEN\", got \"x\"",
                NO_FORMAT,
            ],
        ),
        // YoutubeDL.py: process_info; networking/exceptions.py: HTTPError
        ("token-refused", &[FORBIDDEN]),
        // downloader/common.py: report_retry; utils/_utils.py: RetryManager
        (
            "token-refused",
            &["ERROR: \r[download] Got error: HTTP Error 403: Forbidden. Giving up after 10 retries"],
        ),
        // downloader/fragment.py: append_fragment
        ("token-refused", &["ERROR: fragment 3 not found, unable to continue"]),
        ("token-refused", &["[download] fragment not found; Skipping fragment 2 ..."]),
        // downloader/http.py, downloader/fragment.py
        ("token-refused", &["ERROR: Did not get any data blocks"]),
        ("token-refused", &["ERROR: The downloaded file is empty"]),
        // YoutubeDL.py: _write_subtitles
        (
            "subtitles-missing",
            &["ERROR: Unable to download video subtitles for 'en': HTTP Error 403: Forbidden"],
        ),
        (
            "subtitles-missing",
            &["ERROR: Unable to download video subtitles for 'en': HTTP Error 404: Not Found"],
        ),
        (
            "subtitles-missing",
            &["ERROR: Unable to download video subtitles for 'en': HTTP Error 429: Too Many Requests"],
        ),
        (
            "subtitles-missing",
            &[
                "ERROR: Did not get any data blocks",
                "ERROR: Unable to download video subtitles for 'en': ERROR: Did not get any data blocks",
            ],
        ),
        (
            "token-refused",
            &[
                "WARNING: Unable to download video subtitles for 'de': HTTP Error 429: Too Many Requests",
                FORBIDDEN,
            ],
        ),
        // extractor/youtube/_video.py: fetch_po_token
        (
            "session-missing",
            &[
                "WARNING: [youtube] Unable to fetch GVS PO Token for mweb client: Missing required Visitor Data. You may need to pass Visitor Data with --extractor-args \"youtube:visitor_data=XXX\"",
                NO_FORMAT,
            ],
        ),
        (
            "session-missing",
            &[
                "WARNING: [youtube] Unable to fetch GVS PO Token for mweb client: Missing required Data Sync ID for account. You may need to pass a Data Sync ID with --extractor-args \"youtube:data_sync_id=XXX\"",
                NO_FORMAT,
            ],
        ),
        // extractor/youtube/_video.py: process_https_formats
        ("sabr-only", &[SABR, ONLY_IMAGES, NO_FORMAT]),
        ("sabr-only", &[SABR_WEB, NO_FORMAT]),
        // The branch for SABR, 2026.07.04. extractor/youtube/_video.py: process_sabr_formats
        ("sabr-only", &[SABR_WITHOUT_PROTOBUG, NO_FORMAT]),
        // extractor/youtube/_streaming/sabr/exceptions.py; downloader/sabr/_fd.py prints no error
        (
            "token-refused",
            &[
                "WARNING: [sabr:stream] Got error: This stream requires a GVS PO Token to continue and the one provided is invalid. Retrying (5/5)...",
            ],
        ),
        (
            "token-refused",
            &["ERROR: This stream requires a GVS PO Token to continue and the one provided is invalid"],
        ),
        (
            "token-missing",
            &[
                "WARNING: [sabr:stream] Got error: This stream requires a GVS PO Token to continue. Retrying (1/5)...",
            ],
        ),
        ("token-missing", &["ERROR: This stream requires a GVS PO Token to continue"]),
        // extractor/youtube/_video.py: solve_js_challenges, _get_requested_clients
        ("no-js-runtime", &[UNSOLVED, ONLY_IMAGES, NO_FORMAT]),
        (
            "no-js-runtime",
            &[
                "WARNING: [youtube] dQw4w9WgXcQ: Signature solving failed: Some formats may be missing. Ensure you have a supported JavaScript runtime",
                NO_FORMAT,
            ],
        ),
        (
            "no-js-runtime",
            &[
                "WARNING: [youtube] No supported JavaScript runtime could be found. Only deno is enabled by default; to use another runtime add  --js-runtimes RUNTIME[:PATH]  to your command/config.",
                NO_FORMAT,
            ],
        ),
        // extractor/youtube/jsc/_director.py
        (
            "no-js-runtime",
            &[
                "WARNING: [youtube] [jsc] Remote components challenge solver script (node) and NPM package (node) were skipped. These may be required to solve JS challenges.",
                NO_FORMAT,
            ],
        ),
        // extractor/youtube/_video.py: _real_extract, with YouTube's words
        ("bot-check", &[&bot]),
        ("bot-check", &[&straight]),
        (
            "bot-check",
            &[
                "ERROR: [youtube] dQw4w9WgXcQ: Something went wrong. YouTube is requiring a captcha challenge before playback",
            ],
        ),
        // extractor/youtube/_base.py: _check_login_required
        ("bot-check", &[&login]),
        (
            "rate-limited",
            &[
                "ERROR: [youtube] dQw4w9WgXcQ: Video unavailable. This content isn't available, try again later. The current session has been rate-limited by YouTube for up to an hour. It is recommended to use `-t sleep` to add a delay between video requests to avoid exceeding the rate limit.",
            ],
        ),
        (
            "rate-limited",
            &[
                "ERROR: [youtube] dQw4w9WgXcQ: Unable to download API page: HTTP Error 429: Too Many Requests (caused by <HTTPError 429: Too Many Requests>)",
            ],
        ),
        (
            "rate-limited",
            &[
                "ERROR: [youtube] dQw4w9WgXcQ: All player responses are invalid. Your IP is likely being blocked by Youtube",
            ],
        ),
        // YoutubeDL.py: process_video_result
        ("nothing-usable", &[ONLY_IMAGES, NO_FORMAT]),
        (
            "nothing-usable",
            &[
                "ERROR: [youtube] dQw4w9WgXcQ: No video formats found!; please report this issue on  https://github.com/yt-dlp/yt-dlp/issues?q=",
            ],
        ),
        // extractor/common.py: report_drm; downloader/hls.py; extractor/youtube/_video.py
        ("drm-protected", &["ERROR: [youtube] dQw4w9WgXcQ: This video is DRM protected"]),
        (
            "drm-protected",
            &[
                "ERROR: [youtube] dQw4w9WgXcQ: This format is DRM protected; Try selecting another format with --format",
            ],
        ),
        (
            "drm-protected",
            &[
                "WARNING: [youtube] dQw4w9WgXcQ: Some tv client https formats have been skipped as they are DRM protected. ",
                NO_FORMAT,
            ],
        ),
        ("age-restricted", &[&age]),
        ("private-video", &[&private]),
        (
            "members-only",
            &[
                "ERROR: [youtube] dQw4w9WgXcQ: Join this channel to get access to members-only content like this video, and other exclusive perks.",
            ],
        ),
        (
            "members-only",
            &[
                "ERROR: [youtube] dQw4w9WgXcQ: This video is available to this channel's members on level: A (or any higher level). Join this channel to get access to members-only content and other exclusive perks.",
            ],
        ),
        ("not-available", &["ERROR: [youtube] dQw4w9WgXcQ: Video unavailable"]),
        (
            "not-available",
            &["ERROR: [youtube] dQw4w9WgXcQ: Video unavailable. This video has been removed by the uploader"],
        ),
        (
            "not-available",
            &[
                "ERROR: [youtube] dQw4w9WgXcQ: Video unavailable. This video is no longer available because the YouTube account associated with this video has been terminated.",
            ],
        ),
        ("not-available", &["ERROR: [youtube] dQw4w9WgXcQ: Premieres in 3 hours"]),
        ("not-available", &["ERROR: [youtube] dQw4w9WgXcQ: This live event will begin in 5 days."]),
        (
            "geo-blocked",
            &[
                "ERROR: [youtube] dQw4w9WgXcQ: The uploader has not made this video available in your country",
                "This video is available in Germany.",
            ],
        ),
        // extractor/youtube/_tab.py
        ("not-available", &["ERROR: [youtube:tab] YouTube said: The playlist does not exist."]),
        ("private-video", &["ERROR: [youtube] dQw4w9WgXcQ: Video unavailable. This video is private"]),
        ("private-video", &["ERROR: [youtube:tab] YouTube said: The playlist is private"]),
        ("age-restricted", &["ERROR: [youtube] dQw4w9WgXcQ: Verify your age to continue"]),
        ("age-restricted", &[&verify]),
        (
            "premium-only",
            &["ERROR: [youtube] dQw4w9WgXcQ: This video is only available to Music Premium members"],
        ),
        (
            "premium-only",
            &[
                "ERROR: [youtube] dQw4w9WgXcQ: Video unavailable. This video is only available to YouTube Premium members",
            ],
        ),
        (
            "geo-blocked",
            &[
                "ERROR: [youtube] dQw4w9WgXcQ: Video unavailable. This video contains content from SME, who has blocked it in your country on copyright grounds",
            ],
        ),
        (
            "network-restricted",
            &[
                "ERROR: [youtube] dQw4w9WgXcQ: Video unavailable. This video is restricted. Please check the Google Workspace administrator and/or the network administrator restrictions",
            ],
        ),
        (
            "network-restricted",
            &[
                "ERROR: [youtube] dQw4w9WgXcQ: Video unavailable. This video is restricted. Please check the network administrator restrictions on your YouTube account.",
            ],
        ),
        // YouTube's words to one client
        ("nothing-usable", &["ERROR: [youtube] dQw4w9WgXcQ: The page needs to be reloaded."]),
        (
            "nothing-usable",
            &[
                "ERROR: [youtube] dQw4w9WgXcQ: The following content is not available on this app.. Watch on the latest version of YouTube.",
            ],
        ),
        ("not-available", &["ERROR: [youtube] dQw4w9WgXcQ: This live stream recording is not available."]),
        ("not-available", &["ERROR: [youtube] dQw4w9WgXcQ: Something new that YouTube says of a video"]),
        (
            "yt-dlp-failed",
            &[
                "ERROR: [youtube] dQw4w9WgXcQ: Something new; please report this issue on  https://github.com/yt-dlp/yt-dlp/issues?q= , filling out the appropriate issue template. Confirm you are on the latest version using  yt-dlp -U",
            ],
        ),
        ("yt-dlp-failed", &["ERROR: something new"]),
        // The mark of output.rs
        ("live-now", &[crate::yt_dlp::output::LIVE]),
        // YoutubeDL.py: process_info; postprocessor/ffmpeg.py
        (
            "no-ffmpeg",
            &[
                "ERROR: You have requested merging of multiple formats but ffmpeg is not installed. Aborting due to --abort-on-error",
            ],
        ),
        (
            "no-ffmpeg",
            &[
                "ERROR: Postprocessing: ffprobe and ffmpeg not found. Please install or provide the path using --ffmpeg-location",
            ],
        ),
        // options.py; optparse
        (
            "unknown-option",
            &[
                "",
                "Usage: yt-dlp [OPTIONS] URL [URL...]",
                "",
                "yt-dlp: error: no such option: --progress-delta",
            ],
        ),
        ("unknown-option", &["yt-dlp_linux: error: ambiguous option: --prox (--proxy, --proxies?)"]),
        // utils/_utils.py: bug_reports_message
        (
            "yt-dlp-failed",
            &[
                "ERROR: [youtube] dQw4w9WgXcQ: Unable to extract yt initial data; please report this issue on  https://github.com/yt-dlp/yt-dlp/issues?q= , filling out the appropriate issue template. Confirm you are on the latest version using  yt-dlp -U",
            ],
        ),
    ];
    for (expected, said) in table {
        assert_eq!(code(said), *expected, "{said:?}");
    }
}

#[test]
fn of_a_blocked_country_youtube_s_own_words_are_kept() {
    for said in [
        "This video contains content from UMG, who has blocked it in your country on copyright grounds",
        "The uploader has not made this video available in your country",
    ] {
        let words =
            words_of(&printed(&[&format!("ERROR: [youtube] dQw4w9WgXcQ: Video unavailable. {said}.")]));
        assert!(words.starts_with("geo-blocked | ") && words.contains(&format!("{said}. |")), "{words}");
    }
}
