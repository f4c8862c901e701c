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
        // YoutubeDL.py: _write_subtitles
        ("token-refused", &["ERROR: Unable to download video subtitles for 'en': HTTP Error 403: Forbidden"]),
        (
            "token-refused",
            &[
                "ERROR: Did not get any data blocks",
                "ERROR: Unable to download video subtitles for 'en': ERROR: Did not get any data blocks",
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
            &["ERROR: Unable to download video subtitles for 'en': HTTP Error 429: Too Many Requests"],
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
            "not-available",
            &[
                "ERROR: [youtube] dQw4w9WgXcQ: The uploader has not made this video available in your country",
                "This video is available in Germany.",
            ],
        ),
        // extractor/youtube/_tab.py
        ("not-available", &["ERROR: [youtube:tab] YouTube said: The playlist does not exist."]),
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
        // downloader/http.py, downloader/common.py, YoutubeDL.py: _ensure_dir_exists
        ("disk-full", &["", "ERROR: unable to write data: [Errno 28] No space left on device"]),
        ("disk-full", &["ERROR: Postprocessing: Error opening output file: No space left on device"]),
        ("cannot-write", &["ERROR: unable to open for writing: [Errno 13] Permission denied: '/d/x.part'"]),
        ("cannot-write", &["ERROR: Unable to create directory: [Errno 30] Read-only file system: '/d'"]),
        (
            "cannot-write",
            &["ERROR: Unable to rename file: [Errno 13] Permission denied: '/d/x.part' -> '/d/x'"],
        ),
        // utils/_utils.py: UnavailableVideoError
        ("cannot-write", &["ERROR: unable to open for writing: [Errno 36] File name too long: '/d/x.part'"]),
        // networking/_urllib.py; extractor/common.py
        (
            "no-network",
            &[
                "ERROR: [youtube] dQw4w9WgXcQ: Unable to download API page: [Errno -2] Name or service not known (caused by TransportError('[Errno -2] Name or service not known'))",
            ],
        ),
        (
            "no-network",
            &[
                "ERROR: [youtube] dQw4w9WgXcQ: Unable to download API page: [Errno 111] Connection refused (caused by TransportError('[Errno 111] Connection refused'))",
            ],
        ),
        (
            "no-network",
            &[
                "ERROR: [youtube] dQw4w9WgXcQ: Unable to download API page: timed out (caused by TransportError('timed out'))",
            ],
        ),
        (
            "no-network",
            &[
                "ERROR: [youtube] dQw4w9WgXcQ: Unable to download API page: <urlopen error Tunnel connection failed: 407 Proxy Authentication Required> (caused by ProxyError('<urlopen error Tunnel connection failed: 407 Proxy Authentication Required>')); please report this issue on  https://github.com/yt-dlp/yt-dlp/issues?q= , filling out the appropriate issue template. Confirm you are on the latest version using  yt-dlp -U",
            ],
        ),
        (
            "no-network",
            &[
                "ERROR: [youtube] dQw4w9WgXcQ: Unable to download webpage: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate (_ssl.c:992) (caused by CertificateVerifyError('[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed'))",
            ],
        ),
        // downloader/http.py
        (
            "no-network",
            &[
                "ERROR: \r[download] Got error: 1024 bytes read, 5000 more expected. Giving up after 10 retries",
            ],
        ),
        (
            "no-network",
            &[
                "ERROR: \r[download] Got error: [Errno 104] Connection reset by peer. Giving up after 10 retries",
            ],
        ),
        // postprocessor/ffmpeg.py
        ("processing-failed", &["ERROR: Postprocessing: Conversion failed!"]),
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
        // utils/_utils.py: bug_reports_message
        (
            "yt-dlp-too-old",
            &[
                "ERROR: [youtube] dQw4w9WgXcQ: Unable to extract yt initial data; please report this issue on  https://github.com/yt-dlp/yt-dlp/issues?q= , filling out the appropriate issue template. Confirm you are on the latest version using  yt-dlp -U",
            ],
        ),
    ];
    for (expected, said) in table {
        assert_eq!(code(said), *expected, "{said:?}");
    }
}
