//! yt-dlp's sentences, and where in what it said they count.

use super::FailureKind;
use potbridge_protocol::Code;

/// A part of what yt-dlp said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// `ERROR:`, and the last words of its reading of options.
    Error,
    /// `WARNING:`.
    Warning,
    /// What it adds with `-v`, and lines without a mark.
    Rest,
}

/// Sentences of which each is enough: all their pieces are in one line.
type Sentences = &'static [&'static [&'static str]];

/// What a verdict makes of the line.
type Made = fn(&str) -> FailureKind;

pub(super) const NO_JS_RUNTIME: Sentences = &[
    &["no supported javascript runtime could be found"],
    &["challenge solving failed"],
    &["signature solving failed"],
    &["required to solve js challenges"],
];

pub(super) const NO_TOKEN: Sentences = &[&["require a gvs po token which was not provided"]];

pub(super) const NO_SUBTITLES: Sentences = &[
    &["missing subtitles languages because a po token was not provided"],
    &["subtitles require a po token which was not provided"],
];

/// The first that fits counts; what is not the token's fault stands first.
const ROWS: &[(Made, Sentences)] = &[
    (
        |line| FailureKind::UnknownOption(tail(line, "error: ")),
        &[&["error: no such option"], &["error: ambiguous option"], &["yt-dlp: error:"]],
    ),
    (|_| FailureKind::DiskFull, &[&["no space left"], &["disk quota exceeded"], &["[errno 28]"]]),
    (
        |line| FailureKind::CannotWrite(system(line)),
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
    // Not the sentence that it advises with, "use --cookies", which stands behind others too.
    (|_| FailureKind::BotCheck, &[&["or --cookies for the authentication"], &["login details are needed"]]),
    (
        |_| FailureKind::TokenRefused,
        &[
            &["unable to download video data: http error 403"],
            &["got error: http error 403"],
            &["unable to download video subtitles", "http error 403"],
            // What YouTube answers there is empty.
            &["unable to download video subtitles", "did not get any data blocks"],
            &["fragment", "not found, unable to continue"],
            &["fragment not found"],
            &["the one provided is invalid"],
        ],
    ),
    (
        |line| FailureKind::NoNetwork(system(line)),
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

/// In a warning a JavaScript runtime goes before all else, and what may be a client's own trouble counts less.
const ONLY_AS_ERRORS: &[Code] =
    &[Code::PrivateVideo, Code::MembersOnly, Code::NotAvailable, Code::CannotWrite, Code::YtDlpTooOld];

/// The verdict of the lines of one scope.
pub(super) fn find(said: &[String], scope: Scope) -> Option<FailureKind> {
    if scope != Scope::Error && any(said, scope, NO_JS_RUNTIME) {
        return Some(FailureKind::NoJsRuntime);
    }
    ROWS.iter().find_map(|(made, sentences)| {
        // The last error is the one that ended it.
        let line = said.iter().rev().find(|line| is_of(line, scope) && has(line, sentences))?;
        Some(made(&simple(line)))
            .filter(|verdict| scope == Scope::Error || !ONLY_AS_ERRORS.contains(&verdict.code()))
    })
}

/// Whether one of the sentences is in a line of the scope.
pub(super) fn any(said: &[String], scope: Scope, sentences: Sentences) -> bool {
    said.iter().any(|line| is_of(line, scope) && has(line, sentences))
}

/// Whether any line is an error.
pub(super) fn has_error(said: &[String]) -> bool {
    said.iter().any(|line| is_of(line, Scope::Error))
}

/// The last error without its mark, or the last line.
pub(super) fn last_words(said: &[String]) -> String {
    let error = said.iter().rev().find(|line| is_of(line, Scope::Error));
    let last = error.or_else(|| {
        said.iter()
            .rev()
            .find(|line| !line.trim().is_empty() && !line.starts_with("Reading options from STDIN"))
    });
    last.map_or(String::new(), |line| shortened(line.strip_prefix("ERROR: ").unwrap_or(line)))
}

fn is_of(line: &str, scope: Scope) -> bool {
    let of = if line.starts_with("ERROR:") || line.starts_with("yt-dlp: error:") {
        Scope::Error
    } else if line.starts_with("WARNING:") {
        Scope::Warning
    } else {
        Scope::Rest
    };
    of == scope
}

fn has(line: &str, sentences: Sentences) -> bool {
    let line = simple(line).to_lowercase();
    sentences.iter().any(|pieces| pieces.iter().all(|piece| line.contains(piece)))
}

/// With one kind of quote.
fn simple(line: &str) -> String {
    line.replace(['’', '‘'], "'")
}

/// What stands behind the head of a line: `ERROR: [youtube] dQw4w9WgXcQ: Video unavailable`.
fn tail(line: &str, head: &str) -> String {
    let line = line.strip_prefix("ERROR: ").unwrap_or(line);
    // Behind the video, where there is one.
    let line = match line.strip_prefix('[').and_then(|rest| rest.split_once("] ")) {
        Some((_, rest)) => rest,
        None => line,
    };
    let (_, tail) = line.split_once(head).unwrap_or(("", line));
    shortened(tail)
}

/// The system's words: what stands behind `[Errno 2]`, or the tail.
fn system(line: &str) -> String {
    let Some((_, words)) = line.split_once("[Errno ").and_then(|(_, rest)| rest.split_once("] ")) else {
        return tail(line, ": ");
    };
    // Without the path, and the same words once more as the cause.
    shortened(words.split([':', '(']).next().unwrap_or(words))
}

/// One sentence, without what yt-dlp adds for its own developers, and without its full stop.
fn shortened(text: &str) -> String {
    let text = ["; please report this issue", " (caused by "]
        .iter()
        .fold(text, |text, added| text.split(added).next().unwrap_or(text));
    let short: String = text.trim().chars().take(300).collect();
    short.trim_end_matches(['.', '!', ' ']).to_owned()
}
