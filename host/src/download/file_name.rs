//! What the files of a download are called: `TITLE [ID] 720p.mp4`, `TITLE [ID].m4a`, `TITLE [ID] 720p.en.vtt`.

use crate::yt_dlp::output::Name;
use potbridge_protocol::VideoId;
use potbridge_system::printable::commands;

/// The endings of files with sound alone (yt-dlp 2026.10.26, `MEDIA_EXTENSIONS`).
const SOUND: &str =
    "aiff alac flac m4a mka m4b mp3 ogg opus wav aac ape asf f4a f4b m4p m4r oga spx vorbis weba wma";

/// The endings of files with a picture.
const PICTURE: &str = "avi flv mkv mov mp4 webm 3g2 3gp f4v mk3d divx mpg ogv m4v wmv";

/// The most bytes of a title. The first is for file systems whose names have 255 bytes, the others are for shorter ones:
/// those of eCryptfs have 143.
pub(super) const TITLE_BYTES: [usize; 3] = [180, 90, 30];

/// Whether a file with this ending has sound alone, if it is one of a video's.
pub(super) fn is_sound(extension: &str) -> Option<bool> {
    let is_in = |words: &str| words.split(' ').any(|word| word.eq_ignore_ascii_case(extension));
    if is_in(SOUND) { Some(true) } else { is_in(PICTURE).then_some(false) }
}

/// The name without its ending. A picture's height is in it, so that another preset of the video is another file.
///
/// With a `number` above 1 it is another name, for one that is taken.
pub(super) fn stem(name: &Name, video_id: &VideoId, sound: bool, title_bytes: usize, number: u32) -> String {
    let title = title(&name.title, title_bytes);
    let height = name.height.filter(|_| !sound).map_or(String::new(), |height| format!(" {height}p"));
    let number = if number > 1 { format!(" ({number})") } else { String::new() };
    format!("{title} [{video_id}]{height}{number}")
}

/// A title as the beginning of a name: no longer than that, not hidden, and without what commands a terminal.
///
/// yt-dlp has made it fit for a file system, but for its length and its beginning (`sanitize_filename`).
fn title(title: &str, most_bytes: usize) -> String {
    let plain: String =
        title.chars().filter(|c| !commands(*c)).map(|c| if c == '/' { '\u{29f8}' } else { c }).collect();
    let plain = plain.trim();
    let mark = if plain.is_empty() || plain.starts_with('.') { "_" } else { "" };
    let cut = plain.floor_char_boundary(most_bytes);
    format!("{mark}{}", plain[..cut].trim_end())
}

/// What such a name says of the file: the height of its picture and its ending. `None` if it is no file of the video.
pub(super) fn read(file_name: &str, video_id: &VideoId) -> Option<(Option<u32>, String)> {
    let (_, rest) = file_name.rsplit_once(&format!(" [{video_id}]"))?;
    let (form, extension) = rest.rsplit_once('.')?;
    let height = match form {
        "" => None,
        form => Some(form.strip_prefix(' ')?.strip_suffix('p')?.parse().ok()?),
    };
    Some((height, extension.to_ascii_lowercase()))
}

/// What follows the stem in a name that yt-dlp gave a file beside the video's: `.en.vtt`. Nothing of it commands a terminal.
pub(super) fn suffix(rest: &str) -> String {
    rest.chars().filter(|c| !commands(*c)).collect()
}

/// Whether a file is only of use while the video is downloaded: `x.mp4.part`, `x.f137.mp4`, `x.temp.mp4`.
pub(super) fn is_unfinished(rest: &str, keep_parts: bool) -> bool {
    let mut pieces = rest.rsplit('.');
    let last = pieces.next().unwrap_or_default();
    let before = pieces.next().unwrap_or_default();
    let is_part = before.strip_prefix('f').is_some_and(|id| id.starts_with(|c: char| c.is_ascii_digit()));
    matches!(last, "part" | "ytdl")
        || last.starts_with("part-Frag")
        || before == "temp"
        || is_part && !keep_parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id() -> VideoId {
        VideoId::new("-AbC_d3fGh1").unwrap()
    }

    fn of(title: &str, height: Option<u32>) -> Name {
        Name { title: title.to_owned(), height }
    }

    #[test]
    fn a_name_is_not_hidden_and_commands_nothing_and_others_are_as_ever() {
        for (title, beginning) in [
            ("A title, 100 % – Ünïcode 日本語 ⧸ “x”", "A title, 100 % – Ünïcode 日本語 ⧸ “x”"),
            (".NET in 10 minutes", "_.NET in 10 minutes"),
            (" \u{200f}.x", "_.x"),
            ("...", "_..."),
            ("", "_"),
            ("\u{202e}", "_"),
            ("a\u{9b}31mred", "a31mred"),
            ("a\u{202e}gpj\u{2066}b\u{1b}", "agpjb"),
            ("../../etc", "_..⧸..⧸etc"),
            ("-o", "-o"),
        ] {
            assert_eq!(
                stem(&of(title, Some(360)), &id(), false, 180, 1),
                format!("{beginning} [-AbC_d3fGh1] 360p")
            );
        }
        assert_eq!(stem(&of("T", Some(360)), &id(), true, 180, 1), "T [-AbC_d3fGh1]");
        assert_eq!(stem(&of("T", None), &id(), false, 180, 3), "T [-AbC_d3fGh1] (3)");
    }

    #[test]
    fn a_long_title_is_cut_between_characters() {
        for (title, most) in [
            ("x".repeat(400), 180),
            ("日".repeat(200), 90),
            ("\u{1f600}".repeat(80), 30),
            ("::".repeat(99), 180),
        ] {
            let stem = stem(&of(&title, Some(2160)), &id(), false, most, 1);
            let kept = stem.strip_suffix(" [-AbC_d3fGh1] 2160p").unwrap();
            assert!(title.starts_with(kept) && kept.len() <= most && kept.len() > most - 4, "{stem}");
        }
    }

    #[test]
    fn a_name_says_what_the_file_is() {
        for (name, said) in [
            ("T [-AbC_d3fGh1] 360p.mp4", Some((Some(360), "mp4"))),
            ("T [x] 1 [-AbC_d3fGh1].opus", Some((None, "opus"))),
            ("T [-AbC_d3fGh1] 360p.en.vtt", None),
            ("T [-AbC_d3fGh1] 360p (2).mp4", None),
            ("T [-AbC_d3fGh1] 360p.f137.mp4", None),
            ("T [AAAAAAAAAAA].mp4", None),
            ("T", None),
        ] {
            let said = said.map(|(height, extension): (_, &str)| (height, extension.to_owned()));
            assert_eq!(read(name, &id()), said, "{name}");
        }
    }

    #[test]
    fn what_is_unfinished_is_told_by_its_ending() {
        for rest in
            [".mp4.part", ".f137.mp4", ".f137.mp4.part-Frag12", ".mp4.ytdl", ".temp.mp4", ".f251.temp.webm"]
        {
            assert!(is_unfinished(rest, false), "{rest}");
        }
        for rest in [".fr.vtt", ".fil.vtt", ".mp4", ".description", " - 001 a.b.mp4"] {
            assert!(!is_unfinished(rest, false), "{rest}");
        }
        assert!(!is_unfinished(".f137.mp4", true) && is_unfinished(".f137.mp4.part", true));
    }
}
