//! The messages of yt-dlp that tell why it failed.

use super::kind::FailureKind;
use super::lines::{system_words, tail};

/// Messages of which any one is enough. All pieces of a message are in one line, in lower case.
pub(super) type Messages = &'static [&'static [&'static str]];

/// Makes the kind of failure from the line that the message is in.
type Made = fn(&str) -> FailureKind;

/// yt-dlp could not solve YouTube's JavaScript puzzle.
pub(super) const NO_JS_RUNTIME: Messages = &[
    &["no supported javascript runtime could be found"],
    &["challenge solving failed"],
    &["signature solving failed"],
    &["required to solve js challenges"],
];

/// yt-dlp had no token for media.
pub(super) const NO_TOKEN: Messages = &[&["require a gvs po token which was not provided"]];

/// yt-dlp had no token for subtitles.
pub(super) const NO_SUBTITLES: Messages = &[
    &["missing subtitles languages because a po token was not provided"],
    &["subtitles require a po token which was not provided"],
];

/// The first row that fits counts. What is not the token's fault stands first.
pub(super) const ROWS: &[(Made, Messages)] = &[
    (
        |line| FailureKind::UnknownOption(tail(line, "error: ")),
        &[&["error: no such option"], &["error: ambiguous option"], &["yt-dlp: error:"]],
    ),
    (|_| FailureKind::DiskFull, &[&["no space left"], &["disk quota exceeded"], &["[errno 28]"]]),
    (
        |line| FailureKind::CannotWrite(system_words(line)),
        &[
            &["permission denied"],
            &["read-only file system"],
            &["file name too long"],
            &["unable to create directory"],
            &["unable to open for writing"],
            &["unable to write data"],
            &["unable to rename file"],
            &["cannot write"],
        ],
    ),
    (
        |_| FailureKind::NoFfmpeg,
        &[&["ffmpeg is not installed"], &["ffmpeg not found"], &["ffprobe not found"]],
    ),
    (|_| FailureKind::Live, &[&["is live now"]]),
    (|_| FailureKind::BotCheck, &[&["sign in to confirm you're not a bot"], &["captcha challenge"]]),
    (
        |_| FailureKind::RateLimited,
        &[&["rate-limited by youtube"], &["http error 429"], &["your ip is likely being blocked"]],
    ),
    (
        |_| FailureKind::AgeRestricted,
        &[&["sign in to confirm your age"], &["age-restricted"], &["inappropriate for some users"]],
    ),
    (|_| FailureKind::Private, &[&["private video"], &["this video is private"]]),
    (|_| FailureKind::MembersOnly, &[&["members-only"], &["join this channel"], &["members on level"]]),
    (
        |_| FailureKind::Drm,
        &[&["this video is drm protected"], &["format is drm protected"], &["as they are drm protected"]],
    ),
    (
        |line| FailureKind::NotAvailable(tail(line, ": ")),
        &[
            &["video unavailable"],
            &["video is unavailable"],
            &["video is not available"],
            &["video is no longer available"],
            &["video has been removed"],
            &["available in your country"],
            &["blocked it in your country"],
            &["geo restriction"],
            &["account associated with this video has been terminated"],
            &["premieres in"],
            &["premiere will begin"],
            &["live event will begin"],
            &["live event has ended"],
            &["live stream recording is not available"],
            &["requires payment"],
            &["playlist does not exist"],
            &["playlist type is unviewable"],
        ],
    ),
    // Not its advice "use --cookies", which follows other messages too.
    (|_| FailureKind::BotCheck, &[&["or --cookies for the authentication"], &["login details are needed"]]),
    (
        |_| FailureKind::TokenRefused,
        &[
            &["unable to download video data: http error 403"],
            &["got error: http error 403"],
            &["unable to download video subtitles", "http error 403"],
            // YouTube's answer there is empty.
            &["unable to download video subtitles", "did not get any data blocks"],
            &["fragment", "not found, unable to continue"],
            &["fragment not found"],
            &["the one provided is invalid"],
        ],
    ),
    (
        |line| FailureKind::NoNetwork(system_words(line)),
        &[
            &["transporterror("],
            &["proxyerror("],
            &["sslerror("],
            &["tunnel connection failed"],
            &["name or service not known"],
            &["name resolution"],
            &["failed to resolve"],
            &["getaddrinfo failed"],
            &["nodename nor servname"],
            &["connection refused"],
            &["connection reset"],
            &["connection aborted"],
            &["closed connection"],
            &["network is unreachable"],
            &["no route to host"],
            &["timed out"],
            &["certificate verify failed"],
            &["bytes read", "more expected"],
            &["did not get any data blocks"],
            &["content too short"],
            &["unable to download video data: <urlopen error"],
        ],
    ),
    (
        |line| FailureKind::ProcessingFailed(tail(line, ": ")),
        &[&["error: postprocessing: "], &["error: preprocessing: "], &["conversion failed!"]],
    ),
    (|_| FailureKind::TokenMissing, NO_TOKEN),
    (
        |_| FailureKind::TokenMalformed,
        &[&["po token should be a base64url-encoded string"], &["invalid po_token configuration format"]],
    ),
    (
        |_| FailureKind::SessionMissing,
        &[&["missing required visitor data"], &["missing required data sync id"], &["missing data sync id"]],
    ),
    (|_| FailureKind::NoJsRuntime, NO_JS_RUNTIME),
    (
        |_| FailureKind::SabrOnly,
        &[
            &["have been skipped as they are missing a url"],
            &["forcing sabr streaming"],
            &["sabr-only streaming experiment"],
        ],
    ),
    (|_| FailureKind::TokenMissing, NO_SUBTITLES),
    (
        |_| FailureKind::NothingUsable,
        &[
            &["only images are available for download"],
            &["requested format is not available"],
            &["no video formats found"],
            &["failed to extract any player response"],
        ],
    ),
    (
        |line| FailureKind::YtDlpTooOld(tail(line, ": ")),
        &[&["please report this issue"], &["unsupported url"]],
    ),
];
