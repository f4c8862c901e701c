//! The parts of a video that one client has begun and another may finish.
//!
//! yt-dlp goes on from what lies there under the name of its file (2026.10.26, `downloader/http.py`). The name has YouTube's
//! number of the format, under which every client gets the same bytes. But of formats that differ in the language alone yt-dlp
//! counts those of one client (`140-0`, `140-1`), and a list of fragments is one client's too.

use super::entries_of::entries_of;
use potbridge_protocol::VideoId;
use std::fs;
use std::path::Path;

/// Moves the parts that are the same from every client into another work folder.
///
/// What cannot be moved is loaded again.
pub(super) fn share(from: &Path, to: &Path, video_id: &VideoId) {
    for entry in entries_of(from) {
        let name = entry.file_name();
        let Some(text) = name.to_str() else { continue };
        let whole = text.strip_suffix(".part").unwrap_or(text);
        let (there, fragments) = (to.join(&name), from.join(format!("{whole}.ytdl")));
        if is_of_every_client(whole, video_id) && !fragments.exists() && !there.exists() {
            // It is there already for all but the first part. If it cannot be made, neither can be moved.
            let _ = fs::create_dir(to);
            if let Err(error) = fs::rename(entry.path(), &there) {
                log::warn!("{} is loaded again: it cannot be moved: {error}", there.display());
            }
        }
    }
}

/// Whether a name has formats by YouTube's numbers alone: `dQw4w9WgXcQ.137+140.f137.mp4`.
fn is_of_every_client(name: &str, video_id: &VideoId) -> bool {
    let formats = name
        .strip_prefix(video_id.as_str())
        .and_then(|rest| rest.strip_prefix('.'))
        .and_then(|rest| rest.split_once('.'));
    let is_number = |format: &str| !format.is_empty() && format.bytes().all(|byte| byte.is_ascii_digit());
    formats.is_some_and(|(formats, ending)| formats.split('+').all(is_number) && !ending.ends_with(".ytdl"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    fn listed(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn another_client_goes_on_only_from_what_is_surely_the_same() {
        let folder = TempDir::new().unwrap();
        let (from, to) = (folder.path().join("a"), folder.path().join("b"));
        fs::create_dir(&from).unwrap();
        let the_same =
            ["-AbC_d3fGh1.137+251.f137.mp4.part", "-AbC_d3fGh1.137+251.f251.webm", "-AbC_d3fGh1.18.mp4.part"];
        let others = [
            "-AbC_d3fGh1.137+140-1.f137.mp4.part",
            "-AbC_d3fGh1.140-drc.m4a.part",
            "-AbC_d3fGh1.301.mp4.part",
            "-AbC_d3fGh1.301.mp4.ytdl",
            "dQw4w9WgXcQ.18.mp4.part",
            "notes.txt",
        ];
        for name in the_same.iter().chain(&others) {
            fs::write(from.join(name), "x").unwrap();
        }
        let video_id = VideoId::new("-AbC_d3fGh1").unwrap();
        share(&from, &to, &video_id);
        assert_eq!(
            (listed(&to), listed(&from)),
            (the_same.map(str::to_owned).into(), others.map(str::to_owned).into())
        );
        fs::write(from.join(the_same[2]), "its own").unwrap();
        share(&to, &from, &video_id);
        assert_eq!(listed(&to), [the_same[2]], "a part that is there is not replaced");
        assert_eq!(fs::read_to_string(from.join(the_same[2])).unwrap(), "its own");
    }

    #[test]
    fn without_parts_no_folder_is_made() {
        let folder = TempDir::new().unwrap();
        let to = folder.path().join("b");
        share(folder.path(), &to, &VideoId::new("-AbC_d3fGh1").unwrap());
        share(&folder.path().join("missing"), &to, &VideoId::new("-AbC_d3fGh1").unwrap());
        assert!(!to.exists());
    }
}
