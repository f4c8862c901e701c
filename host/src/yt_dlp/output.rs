//! What yt-dlp prints, line by line.

use super::options::MARK;
use potbridge_protocol::VideoId;
use serde::Deserialize;
use std::path::PathBuf;

/// What [`Line::of`] gives for a live video, which yt-dlp itself leaves out without a message.
pub(crate) const LIVE: &str = "ERROR: [potbridge] this video is live now";

/// One line. Others wrote the texts in it.
#[derive(Clone, Debug, PartialEq)]
pub enum Line {
    /// What the video is: once before anything is loaded, and once when it is decided what is.
    Info {
        /// Its title.
        title: String,
        /// Its length in seconds.
        duration: Option<f64>,
        /// What will be loaded and joined. Empty while that is not decided.
        parts: Vec<Part>,
        /// Whether it is a broadcast that has just ended, and whose parts YouTube has not joined yet.
        post_live: bool,
    },
    /// What the file of the video is called after: once, when it is decided what will be loaded.
    Name(Name),
    /// How far one part is.
    Progress(PartProgress),
    /// A step in joining or converting the loaded parts.
    Processing {
        /// yt-dlp's name for it: `Merger`, `ExtractAudio`, `MoveFiles`.
        what: String,
        /// Whether it ended.
        finished: bool,
    },
    /// The file is whole, and there.
    File(PathBuf),
    /// A video of a playlist.
    Entry {
        /// The video.
        video_id: VideoId,
        /// Its title.
        title: Option<String>,
        /// Whether it is known to have nothing to download: it is private, deleted or not published yet.
        is_gone: bool,
    },
    /// Anything else, without control characters.
    Said(String),
}

/// What the file of a video is called after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The title as yt-dlp writes it into names of files.
    pub title: String,
    /// The height of its picture, if it has one.
    pub height: Option<u32>,
}

/// A part of a video: its picture, its sound, or both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// YouTube's name for its format.
    pub format: String,
    /// Its size in bytes, or an estimate.
    pub bytes: Option<u64>,
}

/// How far one part is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PartProgress {
    /// The part, by its format; `None` for subtitles.
    pub format: Option<String>,
    /// Whether it is complete.
    pub finished: bool,
    /// The bytes loaded, those of an earlier run included.
    pub bytes: Option<u64>,
    /// The bytes in all.
    pub total: Option<u64>,
    /// An estimate of the bytes in all, if they are not known.
    pub estimate: Option<u64>,
    /// Bytes per second.
    pub speed: Option<f64>,
    /// Seconds left, for this part.
    pub eta: Option<f64>,
}

#[derive(Deserialize)]
struct About {
    id: Option<String>,
    title: Option<String>,
    duration: Option<f64>,
    live_status: Option<String>,
    #[serde(flatten)]
    format: Format,
}

#[derive(Deserialize)]
struct Format {
    format_id: Option<String>,
    filesize: Option<f64>,
    filesize_approx: Option<f64>,
}

#[derive(Deserialize)]
struct Loading {
    status: Option<String>,
    downloaded_bytes: Option<f64>,
    total_bytes: Option<f64>,
    total_bytes_estimate: Option<f64>,
    speed: Option<f64>,
    eta: Option<f64>,
}

#[derive(Deserialize)]
struct Step {
    postprocessor: String,
    status: String,
}

#[derive(Deserialize)]
struct Entry {
    id: VideoId,
    title: Option<String>,
    duration: Option<f64>,
    channel: Option<String>,
    channel_id: Option<String>,
    live_status: Option<String>,
}

impl Line {
    /// Reads a line of either output, without its end.
    #[must_use]
    pub fn of(text: &str) -> Self {
        without_number(text)
            .strip_prefix(MARK)
            .and_then(|marked| marked.split_once(' '))
            .and_then(|(kind, json)| Self::marked(kind, json).ok().flatten())
            .unwrap_or_else(|| Self::Said(plain(text)))
    }

    fn marked(kind: &str, json: &str) -> serde_json::Result<Option<Self>> {
        Ok(Some(match kind {
            "about" => {
                let [about]: [About; 1] = serde_json::from_str(json)?;
                about.into_line(Vec::new())
            }
            "info" => {
                let (about, formats): (About, Vec<Format>) = serde_json::from_str(json)?;
                let mut parts: Vec<_> = formats.iter().filter_map(Format::part).collect();
                if parts.is_empty() {
                    parts.extend(about.format.part());
                }
                about.into_line(parts)
            }
            "progress" => {
                let (format, loading): (Format, Loading) = serde_json::from_str(json)?;
                Self::Progress(PartProgress {
                    format: format.format_id,
                    finished: loading.status.as_deref() == Some("finished"),
                    bytes: whole(loading.downloaded_bytes),
                    total: whole(loading.total_bytes),
                    estimate: whole(loading.total_bytes_estimate),
                    speed: sane(loading.speed),
                    eta: sane(loading.eta),
                })
            }
            "step" => {
                let Step { postprocessor, status } = serde_json::from_str(json)?;
                Self::Processing { what: plain(&postprocessor), finished: status == "finished" }
            }
            // Not in JSON, which yt-dlp does not do to a title that it has made fit for a name.
            "name" => {
                let (height, title) = json.split_once(' ').unwrap_or(("", json));
                let height = height.parse().ok().filter(|height| *height > 0);
                Self::Name(Name { title: title.to_owned(), height })
            }
            "file" => Self::File(serde_json::from_str::<PathBuf>(json)?),
            "entry" => {
                let entry: Entry = serde_json::from_str(json)?;
                let is_gone = entry.is_gone();
                Self::Entry { video_id: entry.id, title: entry.title.map(|title| plain(&title)), is_gone }
            }
            _ => return Ok(None),
        }))
    }
}

impl About {
    fn into_line(self, parts: Vec<Part>) -> Line {
        if self.live_status.as_deref() == Some("is_live") {
            return Line::Said(LIVE.to_owned());
        }
        let title = plain(&self.title.or(self.id).unwrap_or_default());
        let post_live = self.live_status.as_deref() == Some("post_live");
        Line::Info { title, duration: sane(self.duration), parts, post_live }
    }
}

impl Entry {
    /// YouTube lists what is private or deleted without a channel and a length, and with words of its own in the place
    /// of the title, in the language of whoever asks: `[Private video]`.
    fn is_gone(&self) -> bool {
        let has_own_words =
            self.title.as_ref().is_some_and(|title| title.starts_with('[') && title.ends_with(']'));
        let is_bare = self.duration.is_none() && self.channel.is_none() && self.channel_id.is_none();
        (is_bare && has_own_words) || self.live_status.as_deref() == Some("is_upcoming")
    }
}

impl Format {
    fn part(&self) -> Option<Part> {
        let bytes = whole(self.filesize).or(whole(self.filesize_approx));
        self.format_id.clone().map(|format| Part { format, bytes })
    }
}

fn sane(number: Option<f64>) -> Option<f64> {
    number.filter(|number| number.is_finite() && *number >= 0.0)
}

/// yt-dlp estimates sizes in fractions of bytes.
fn whole(bytes: Option<f64>) -> Option<u64> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sane, and a cast saturates")]
    sane(bytes).map(|bytes| bytes as u64)
}

/// A text on one line, without colours and other control sequences.
fn plain(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(next) = rest.next() {
        if next == '\u{1b}' && rest.next_if_eq(&'[').is_some() {
            while rest.next().is_some_and(|next| !('@'..='~').contains(&next)) {}
        } else if matches!(next, '\t' | '\n') {
            shown.push(' ');
        } else if !next.is_control() {
            shown.push(next);
        }
    }
    shown
}

/// Without the number of a line on the terminal, by which yt-dlp tells formats apart that it loads at once: `2: `.
///
/// (`minicurses.py`: `BreaklineStatusPrinter`. Its branch for SABR loads sound and picture so.)
fn without_number(text: &str) -> &str {
    text.split_once(": ").filter(|(number, _)| number.parse::<u8>().is_ok()).map_or(text, |(_, rest)| rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: &str, json: &str) -> Line {
        Line::of(&format!("{MARK}{kind} {json}"))
    }

    fn part(format: &str, bytes: Option<u64>) -> Part {
        Part { format: format.to_owned(), bytes }
    }

    #[test]
    fn the_parts_are_read_with_their_sizes() {
        let info = of(
            "info",
            r#"[{"id":"dQw4w9WgXcQ","title":"A \"title\" \u00fc\n2","duration":3,"format_id":"134+140","filesize_approx":9},
                [{"format_id":"134","filesize_approx":12345.6},{"format_id":"140","filesize":1000,"filesize_approx":7},{"format_id":"18"}]]"#,
        );
        let parts = vec![part("134", Some(12345)), part("140", Some(1000)), part("18", None)];
        assert_eq!(
            info,
            Line::Info { title: "A \"title\" ü 2".to_owned(), duration: Some(3.0), parts, post_live: false }
        );
        let single = of("info", r#"[{"id":"dQw4w9WgXcQ","format_id":"18","filesize":5}, []]"#);
        let parts = vec![part("18", Some(5))];
        assert_eq!(
            single,
            Line::Info { title: "dQw4w9WgXcQ".to_owned(), duration: None, parts, post_live: false }
        );
        for (status, post_live) in [("was_live", false), ("post_live", true)] {
            let early = format!(r#"[{{"id":"dQw4w9WgXcQ","title":"T","live_status":"{status}"}}]"#);
            let title = "T".to_owned();
            assert_eq!(
                of("about", &early),
                Line::Info { title, duration: None, parts: Vec::new(), post_live }
            );
        }
    }

    #[test]
    fn formats_that_are_loaded_at_once_are_told_apart_by_a_number_before_the_line() {
        let line = format!(r#"{MARK}progress [{{"format_id":"140"}}, {{"status":"downloading"}}]"#);
        let progress =
            Line::Progress(PartProgress { format: Some("140".to_owned()), ..PartProgress::default() });
        for (before, expected) in
            [("", true), ("1: ", true), ("12: ", true), ("a: ", false), ("300: ", false)]
        {
            assert_eq!(Line::of(&format!("{before}{line}")) == progress, expected, "{before}");
        }
        assert_eq!(Line::of("1: what others say"), Line::Said("1: what others say".to_owned()));
    }

    #[test]
    fn a_live_video_is_an_error() {
        let live = of("about", r#"[{"id":"dQw4w9WgXcQ","title":"T","live_status":"is_live"}]"#);
        assert_eq!(live, Line::Said(LIVE.to_owned()));
    }

    #[test]
    fn progress_steps_files_and_entries_are_read() {
        let progress = of(
            "progress",
            r#"[{"format_id":"134"}, {"status":"downloading","downloaded_bytes":1024,"total_bytes_estimate":2000.5,"speed":null,"eta":3}]"#,
        );
        let expected = PartProgress {
            format: Some("134".to_owned()),
            bytes: Some(1024),
            estimate: Some(2000),
            eta: Some(3.0),
            ..PartProgress::default()
        };
        assert_eq!(progress, Line::Progress(expected));
        let subtitles = of("progress", r#"[{}, {"status":"finished","downloaded_bytes":5,"total_bytes":5}]"#);
        let expected =
            PartProgress { finished: true, bytes: Some(5), total: Some(5), ..PartProgress::default() };
        assert_eq!(subtitles, Line::Progress(expected));
        assert_eq!(
            of("step", r#"{"postprocessor": "Merger", "status": "started"}"#),
            Line::Processing { what: "Merger".to_owned(), finished: false }
        );
        let name = |title: &str, height| Line::Name(Name { title: title.to_owned(), height });
        assert_eq!(of("name", "360 A  title"), name("A  title", Some(360)));
        assert_eq!(of("name", "0 .NET"), name(".NET", None));
        assert_eq!(of("file", r#""/d/A \u29f8 [x].mp4""#), Line::File("/d/A ⧸ [x].mp4".into()));
    }

    #[test]
    fn an_entry_of_a_playlist_says_whether_there_is_something_to_download() {
        let entry = |fields: &str| {
            let line = of("entry", &format!(r#"{{"id": "-AbC_d3fGh1", {fields}}}"#));
            let Line::Entry { video_id, title, is_gone } = line else { panic!("{line:?}") };
            assert_eq!(video_id.as_str(), "-AbC_d3fGh1");
            (title.unwrap_or_default(), is_gone)
        };
        assert_eq!(entry(r#""title": "T""#), ("T".to_owned(), false));
        for (fields, is_gone) in [
            (r#""title": null"#, false),
            (
                r#""title": "T", "duration": null, "channel": null, "channel_id": null, "live_status": null"#,
                false,
            ),
            (r#""title": "[Private video]", "duration": null, "channel": null, "channel_id": null"#, true),
            (r#""title": "[Deleted video]""#, true),
            (r#""title": "[Gelöschtes Video]", "duration": null"#, true),
            // A title that somebody gave to a video.
            (r#""title": "[Official Video]", "duration": 61, "channel": "C", "channel_id": "UC""#, false),
            (r#""title": "[Live]", "channel": "C", "live_status": "is_live""#, false),
            (r#""title": "[Teaser]", "duration": 3.0"#, false),
            (r#""title": "Tomorrow", "channel": "C", "live_status": "is_upcoming""#, true),
            (r#""title": "Yesterday", "channel": "C", "live_status": "was_live""#, false),
        ] {
            assert_eq!(entry(fields).1, is_gone, "{fields}");
        }
    }

    #[test]
    fn a_line_of_another_shape_is_a_message() {
        for (kind, json) in [
            ("info", "{}"),
            ("info", "[{}, []"),
            ("progress", "NA"),
            ("file", "12"),
            ("entry", r#"{"id": "UC0123456789abcdefghijkl"}"#),
            ("entry", r#"{"id": "--exec=id\n"}"#),
            ("step", "[]"),
            ("other", "{}"),
            ("", ""),
        ] {
            assert!(matches!(of(kind, json), Line::Said(_)), "{kind} {json}");
        }
        let odd =
            of("progress", r#"[{"format_id":"1"}, {"downloaded_bytes":-5,"total_bytes":1e300,"speed":-1}]"#);
        let expected =
            PartProgress { format: Some("1".to_owned()), total: Some(u64::MAX), ..PartProgress::default() };
        assert_eq!(odd, Line::Progress(expected));
        assert_eq!(
            Line::of("\u{1b}[0;31mERROR:\u{1b}[0m \r[download] Got\terror\u{7}"),
            Line::Said("ERROR: [download] Got error".to_owned())
        );
        assert_eq!(Line::of(" @@potbridge:file \"/x\""), Line::Said(" @@potbridge:file \"/x\"".to_owned()));
    }
}
