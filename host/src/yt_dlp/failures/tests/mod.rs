//! The failures that are found in what yt-dlp prints.

mod ends;
mod files;
mod messages;
mod network;
mod order;
mod words;

use super::FailureKind;
use crate::yt_dlp::printed::{Given, Printed};
use crate::yt_dlp::secrets::Secrets;
use potbridge_protocol::{Problem, VideoId};

const BY_COOKIES: &str = "Use --cookies-from-browser or --cookies for the authentication. See  \
    https://github.com/yt-dlp/yt-dlp/wiki/FAQ#how-do-i-pass-cookies-to-yt-dlp  for how to manually pass cookies. Also see  \
    https://github.com/yt-dlp/yt-dlp/wiki/Extractors#exporting-youtube-cookies  for tips on effectively exporting YouTube cookies";
const NO_FORMAT: &str = "ERROR: [youtube] dQw4w9WgXcQ: Requested format is not available. Use --list-formats for a list of available formats";
const ONLY_IMAGES: &str = "WARNING: Only images are available for download. Use --list-formats to see them";
const NO_TOKEN: &str = "WARNING: [youtube] dQw4w9WgXcQ: mweb client https formats require a GVS PO Token which was not provided. They will be skipped as they may yield HTTP Error 403. You can manually pass a GVS PO Token for this client with --extractor-args \"youtube:po_token=mweb.gvs+XXX\". For more information, refer to  https://github.com/yt-dlp/yt-dlp/wiki/PO-Token-Guide";
const FORBIDDEN: &str = "ERROR: unable to download video data: HTTP Error 403: Forbidden";
const SABR: &str = "WARNING: [youtube] dQw4w9WgXcQ: Some mweb client https formats have been skipped as they are missing a URL. YouTube may have enabled the SABR-only streaming experiment for the current session. See  https://github.com/yt-dlp/yt-dlp/issues/12482  for more details";
const SABR_WEB: &str = "[debug] dQw4w9WgXcQ: Some web client https formats have been skipped as they are missing a URL. YouTube is forcing SABR streaming for this client. See  https://github.com/yt-dlp/yt-dlp/issues/12482  for more details";
const SABR_WITHOUT_PROTOBUG: &str =
    "WARNING: [youtube] dQw4w9WgXcQ: web client sabr formats will be skipped as protobug is not installed";
const UNSOLVED: &str = "WARNING: [youtube] dQw4w9WgXcQ: n challenge solving failed: Some formats may be missing. Ensure you have a supported JavaScript runtime and challenge solver script distribution installed. Review any warnings presented before this message. For more details, refer to  https://github.com/yt-dlp/yt-dlp/wiki/EJS";

const ROTATED: &str = "WARNING: [youtube] The provided YouTube account cookies are no longer valid. They have likely been rotated in the browser as a security measure. For tips on how to effectively export YouTube cookies, refer to  https://github.com/yt-dlp/yt-dlp/wiki/Extractors#exporting-youtube-cookies .";

/// What yt-dlp printed, as the log keeps it.
fn printed(said: &[&str]) -> Printed {
    said.iter().map(|line| Secrets::default().masked(line)).collect()
}

/// The same of a run that was given this.
fn printed_with(given: Given, said: &[&str]) -> Printed {
    let mut printed = printed(said);
    printed.given = given;
    printed
}

/// The code of what yt-dlp printed. It must be the same with long words masked.
#[track_caller]
fn code(said: &[&str]) -> &'static str {
    let hidden = FailureKind::of(&printed(said)).code();
    let raw: Printed = said.iter().copied().collect();
    assert_eq!(FailureKind::of(&raw).code(), hidden, "masked: {said:?}");
    hidden.as_str()
}

/// What a failure says of a video.
fn problem_of(printed: &Printed) -> Problem {
    FailureKind::of(printed).problem(Some(&VideoId::new("dQw4w9WgXcQ").unwrap()))
}

/// What a line says of a video, in one text: its code, its message and its hint.
fn words_of(printed: &Printed) -> String {
    let Problem { code, message, hint } = problem_of(printed);
    format!("{code} | {message} | {}", hint.unwrap_or_default())
}
