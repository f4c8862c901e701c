//! Files of a video that are there already, by their names.

use super::file_name::{self, is_sound};
use crate::config::extra_options;
use potbridge_protocol::{Preset, VideoId};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The options that decide the ending of a picture's file, and of a sound's.
const PICTURE_ENDINGS: [&str; 3] = ["merge-output-format", "remux-video", "recode-video"];
const SOUND_ENDINGS: [&str; 1] = ["audio-format"];

/// A file of a video that is there already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Present {
    pub(super) path: PathBuf,
    pub(super) height: Option<u32>,
}

/// Whether a download brings sound alone.
pub(super) fn is_of_sound(preset: Preset, extra: &[String]) -> bool {
    let alias = extra_options::value(extra, &["preset-alias"]).unwrap_or_default();
    preset == Preset::Audio || matches!(alias, "mp3" | "aac") || extra_options::has(extra, &["extract-audio"])
}

/// The files of this video that are in the folder for downloads and in the form that such a download would bring.
///
/// A picture is one of any height.
///
/// # Errors
/// The folder cannot be read. It is not taken for an empty one, since all in it would be loaded again.
pub(super) fn find(
    dir: &Path,
    video_id: &VideoId,
    preset: Preset,
    extra: &[String],
) -> io::Result<Vec<Present>> {
    let sound = is_of_sound(preset, extra);
    let endings = endings(extra, sound);
    let of_entry = |entry: fs::DirEntry| {
        let (height, ending) = file_name::read(entry.file_name().to_str()?, video_id)?;
        let is_wanted = is_sound(&ending) == Some(sound)
            && (sound || height.is_some())
            && (endings.is_empty() || endings.contains(&ending.as_str()));
        let path = entry.path();
        // Something that failed may have left an empty one.
        let is_there = is_wanted && fs::metadata(&path).is_ok_and(|found| found.is_file() && found.len() > 0);
        is_there.then_some(Present { path, height })
    };
    // An entry that cannot be read was removed meanwhile.
    Ok(fs::read_dir(dir)?.flatten().filter_map(of_entry).collect())
}

/// The one that such a download would bring: the best that the preset allows, or else the lowest.
pub(super) fn nearest(present: &[Present], preset: Preset) -> Option<&Present> {
    let most = preset.as_str().strip_suffix('p').and_then(|lines| lines.parse().ok()).unwrap_or(u32::MAX);
    let fitting = present.iter().filter(|found| found.height.is_none_or(|height| height <= most));
    fitting.max_by_key(|found| found.height).or_else(|| present.iter().min_by_key(|found| found.height))
}

/// The endings that the configuration's own options choose; empty if they choose none.
fn endings(extra: &[String], sound: bool) -> Vec<&str> {
    let options: &[&str] = if sound { &SOUND_ENDINGS } else { &PICTURE_ENDINGS };
    let chosen = options.iter().filter_map(|option| extra_options::value(extra, &[option]));
    let alias = extra_options::value(extra, &["preset-alias"]).filter(|alias| *alias != "sleep");
    // Several can be named, and rules such as `aac>m4a/mkv`.
    let mut endings: Vec<_> = chosen
        .chain(alias)
        .flat_map(|value| value.split('/'))
        .map(|rule| match rule.rsplit('>').next().unwrap_or_default().trim() {
            "aac" | "alac" => "m4a",
            "vorbis" => "ogg",
            ending => ending,
        })
        .collect();
    endings.retain(|ending| *ending != "best");
    endings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(extra: &[&str]) -> Vec<String> {
        extra.iter().map(|&word| word.to_owned()).collect()
    }

    #[test]
    fn files_are_found_by_id_form_and_ending() {
        let folder = tempfile::tempdir().unwrap();
        let video_id = VideoId::new("-AbC_d3fGh1").unwrap();
        for name in [
            "T [-AbC_d3fGh1] 360p.mp4",
            "Renamed [-AbC_d3fGh1] 1080p.mkv",
            "T [-AbC_d3fGh1] 720p.webm",
            "T [-AbC_d3fGh1] 360p.en.vtt",
            "T [AAAAAAAAAAA] 240p.mp4",
            "T [-AbC_d3fGh1].opus",
        ] {
            fs::write(folder.path().join(name), "x").unwrap();
        }
        fs::write(folder.path().join("T [-AbC_d3fGh1] 144p.mp4"), "").unwrap();
        fs::create_dir(folder.path().join("T [-AbC_d3fGh1] 244p.mp4")).unwrap();
        let found = |preset, extra: &[&str]| find(folder.path(), &video_id, preset, &words(extra)).unwrap();
        let heights = |extra: &[&str]| -> Vec<_> {
            let mut heights: Vec<_> =
                found(Preset::Best, extra).iter().filter_map(|file| file.height).collect();
            heights.sort_unstable();
            heights
        };
        assert_eq!(heights(&[]), [360, 720, 1080]);
        assert_eq!(heights(&["--remux-video", "avi>mp4/mkv"]), [360, 1080]);
        assert_eq!(heights(&["-t", "mp4"]), [360]);
        assert_eq!(heights(&["-t", "sleep"]), [360, 720, 1080]);
        let sound = Present { path: folder.path().join("T [-AbC_d3fGh1].opus"), height: None };
        assert_eq!(found(Preset::Audio, &[]), std::slice::from_ref(&sound));
        assert_eq!(found(Preset::Best, &["-x"]), std::slice::from_ref(&sound));
        assert_eq!(found(Preset::Audio, &["--audio-format", "best"]), [sound]);
        assert_eq!(found(Preset::Audio, &["--audio-format", "mp3"]), []);
        let mut all = found(Preset::Best, &[]);
        all.sort_by_key(|file| file.height);
        for (preset, height) in [(Preset::Best, 1080), (Preset::P720, 720), (Preset::P480, 360)] {
            assert_eq!(nearest(&all, preset).unwrap().height, Some(height));
        }
        assert_eq!(nearest(&all[1..], Preset::P360).unwrap().height, Some(720));
    }
}
