//! The failures that are found in what yt-dlp prints.

mod messages;
mod order;
mod words;

use super::FailureKind;
use potbridge_protocol::masking::masked;

const BY_COOKIES: &str = "Use --cookies-from-browser or --cookies for the authentication. See  \
    https://github.com/yt-dlp/yt-dlp/wiki/FAQ#how-do-i-pass-cookies-to-yt-dlp  for how to manually pass cookies. Also see  \
    https://github.com/yt-dlp/yt-dlp/wiki/Extractors#exporting-youtube-cookies  for tips on effectively exporting YouTube cookies";
const NO_FORMAT: &str = "ERROR: [youtube] dQw4w9WgXcQ: Requested format is not available. Use --list-formats for a list of available formats";
const ONLY_IMAGES: &str = "WARNING: Only images are available for download. Use --list-formats to see them";
const NO_TOKEN: &str = "WARNING: [youtube] dQw4w9WgXcQ: mweb client https formats require a GVS PO Token which was not provided. They will be skipped as they may yield HTTP Error 403. You can manually pass a GVS PO Token for this client with --extractor-args \"youtube:po_token=mweb.gvs+XXX\". For more information, refer to  https://github.com/yt-dlp/yt-dlp/wiki/PO-Token-Guide";
const FORBIDDEN: &str = "ERROR: unable to download video data: HTTP Error 403: Forbidden";
const SABR: &str = "WARNING: [youtube] dQw4w9WgXcQ: Some mweb client https formats have been skipped as they are missing a URL. YouTube may have enabled the SABR-only streaming experiment for the current session. See  https://github.com/yt-dlp/yt-dlp/issues/12482  for more details";
const SABR_WEB: &str = "[debug] dQw4w9WgXcQ: Some web client https formats have been skipped as they are missing a URL. YouTube is forcing SABR streaming for this client. See  https://github.com/yt-dlp/yt-dlp/issues/12482  for more details";
const UNSOLVED: &str = "WARNING: [youtube] dQw4w9WgXcQ: n challenge solving failed: Some formats may be missing. Ensure you have a supported JavaScript runtime and challenge solver script distribution installed. Review any warnings presented before this message. For more details, refer to  https://github.com/yt-dlp/yt-dlp/wiki/EJS";

/// The code of what yt-dlp printed. It must be the same with long words masked.
#[track_caller]
fn code(said: &[&str]) -> &'static str {
    let raw: Vec<String> = said.iter().map(|&line| line.to_owned()).collect();
    let hidden: Vec<String> = said.iter().map(|line| masked(line, &[])).collect();
    let code = FailureKind::of(&raw).code();
    assert_eq!(FailureKind::of(&hidden).code(), code, "masked: {hidden:?}");
    code.as_str()
}
