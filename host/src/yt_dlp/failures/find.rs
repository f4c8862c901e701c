//! Finds the kind of a failure in what yt-dlp printed.

use super::kind::FailureKind;
use super::lines::{Severity, last_words, with_plain_quotes};
use super::messages::{Messages, NO_JS_RUNTIME, NO_SUBTITLES, NO_TOKEN, ROWS};
use potbridge_protocol::Code;

/// As a warning these are one client's trouble, and say nothing of the whole run.
const ONLY_AS_ERRORS: &[Code] =
    &[Code::PrivateVideo, Code::MembersOnly, Code::NotAvailable, Code::CannotWrite, Code::YtDlpTooOld];

impl FailureKind {
    /// The kind of a failed run, by all that yt-dlp printed.
    ///
    /// Its error goes before its warnings, and both before what it adds with `-v`. What is not the token's fault is
    /// looked for first.
    #[must_use]
    pub fn of(printed: &[String]) -> Self {
        // 1. An error that speaks for itself.
        let error = find(printed, Severity::Error);
        let warned = |messages| any(printed, Severity::Warning, messages);
        match error {
            // Without the answer to its puzzle YouTube refuses a good token too.
            Some(Self::TokenRefused) if warned(NO_JS_RUNTIME) => return Self::NoJsRuntime,
            // Without a token yt-dlp tries the one format that may do without (`_video.py`, itag 18).
            Some(Self::TokenRefused) if warned(NO_TOKEN) => return Self::TokenMissing,
            Some(Self::NothingUsable | Self::YtDlpTooOld(_)) => {}
            Some(kind) => return kind,
            // A warning of every run explains no error that is unknown here.
            None if has_error(printed) => return Self::Other(last_words(printed)),
            None => {}
        }
        // 2. What it warned of before. 3. What it printed beside.
        let beside = || find(printed, Severity::Warning).or_else(|| find(printed, Severity::Other));
        let kind = match beside() {
            Some(Self::NothingUsable | Self::YtDlpTooOld(_)) | None => error.or_else(beside),
            found => found,
        };
        kind.unwrap_or_else(|| Self::Other(last_words(printed)))
    }

    /// The kind of a run that ended well and left no file.
    #[must_use]
    pub fn without_file(printed: &[String]) -> Self {
        match Self::of(printed) {
            Self::Other(_) | Self::NothingUsable => Self::NoFile,
            kind => kind,
        }
    }

    /// Whether a download that went well lacks subtitles, for want of a token.
    #[must_use]
    pub fn lacks_subtitles(printed: &[String]) -> bool {
        any(printed, Severity::Warning, NO_SUBTITLES)
    }
}

/// The kind that the lines of one severity tell of.
fn find(printed: &[String], severity: Severity) -> Option<FailureKind> {
    if severity != Severity::Error && any(printed, severity, NO_JS_RUNTIME) {
        return Some(FailureKind::NoJsRuntime);
    }
    ROWS.iter().find_map(|(made, messages)| {
        // The last error is the one that ended the run.
        let line = printed.iter().rev().find(|line| Severity::of(line) == severity && has(line, messages))?;
        Some(made(&with_plain_quotes(line)))
            .filter(|kind| severity == Severity::Error || !ONLY_AS_ERRORS.contains(&kind.code()))
    })
}

/// Whether one of the messages is in a line of this severity.
fn any(printed: &[String], severity: Severity, messages: Messages) -> bool {
    printed.iter().any(|line| Severity::of(line) == severity && has(line, messages))
}

fn has_error(printed: &[String]) -> bool {
    printed.iter().any(|line| Severity::of(line) == Severity::Error)
}

fn has(line: &str, messages: Messages) -> bool {
    let line = with_plain_quotes(line).to_lowercase();
    messages.iter().any(|pieces| pieces.iter().all(|piece| line.contains(piece)))
}
