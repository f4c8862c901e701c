//! The failures of `potbridge download` before yt-dlp starts, compared whole.

use crate::sandbox::{Sandbox, VIDEO};
use snapbox::{assert_data_eq, file};

#[test]
fn download_tells_what_is_wrong_with_its_target() {
    let sandbox = Sandbox::new();
    let shown = [
        &["download", "--exec=sh"][..],
        &["download", "https://example.com/watch?v=dQw4w9WgXcQ"],
        &["download", "https://user@www.youtube.com/watch?v=dQw4w9WgXcQ"],
        &["download", "https://www.youtube.com/feed/history"],
        &["download", "https://www.youtube.com/@name/videos"],
        &["download", "dQw4w9WgXcQ $(sh)"],
        &["download", "https://www.youtube.com/playlist?list=PLrAXtmErZgOeiKm4sgNOknGvNjby9efdf"],
        &["download", "--playlist", VIDEO],
        &["download", "--json", "https://example.com/"],
    ]
    .map(|arguments| sandbox.transcript(arguments, ""));
    assert_data_eq!(shown.join("\n"), file!["snapshots/download-target.txt"].raw());
}

#[test]
fn download_tells_where_it_looked_for_yt_dlp() {
    let sandbox = Sandbox::new();
    sandbox.configure("[download]\nyt_dlp = \"/nowhere/yt-dlp\"\n");
    let at_path = [&["download", VIDEO][..], &["download", "--json", VIDEO]]
        .map(|arguments| sandbox.transcript(arguments, ""));
    sandbox.configure("[download]\nyt_dlp = \"no-such-yt-dlp\"\n");
    let shown = at_path.join("\n") + "\n" + &sandbox.transcript(&["download", VIDEO], "");
    assert_data_eq!(shown, file!["snapshots/download-no-yt-dlp.txt"].raw());
}
