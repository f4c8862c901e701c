//! A yt-dlp that never began: what its last lines say of that.

use super::lines::{Words, shortened};
use crate::yt_dlp::printed::Printed;
use crate::yt_dlp::severity::is_of_bootloader;

/// The exit codes of a shell, or of `env`, for a program that cannot be run, and for one that is not there.
const NOT_RUN: [i32; 2] = [126, 127];

/// What Python, the system's loader or a shell says if a program cannot begin, in lower case.
const WORDS: &[&str] = &[
    "modulenotfounderror: ",
    "importerror: ",
    "syntaxerror: ",
    "fatal python error: ",
    "zipimporterror: ",
    "error while loading shared libraries",
    "exec format error",
    "cannot execute",
    "bad interpreter",
    "can't open file",
    "' not found (required by ",
];

/// The words of a yt-dlp that could not start; `None` if it started.
pub(super) fn not_started(printed: &Printed) -> Option<String> {
    if let Some(line) = printed.errors().find(|line| is_of_bootloader(line)) {
        return Some(shortened(line.split_once("] ").map_or(line, |(_, said)| said)));
    }
    if printed.errors().next().is_some() {
        return None;
    }
    let last = |line: &&str| !line.trim().is_empty();
    let is_known = |line: &&str| {
        let line = line.to_lowercase();
        WORDS.iter().any(|words| line.contains(words))
    };
    let line = printed.others().rfind(is_known);
    let was_not_run = printed.exit.and_then(|exit| exit.code()).is_some_and(|code| NOT_RUN.contains(&code));
    line.or_else(|| printed.others().rfind(last).or(Some("")).filter(|_| was_not_run))
        .map(|line| shortened(Words::of(line).text))
}
