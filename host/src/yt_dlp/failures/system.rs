//! The system's errors in yt-dlp's words: which one, and of which file.

use super::lines::shortened;
use potbridge_protocol::Code;
use std::env;
use std::path::Path;

/// An error of the system, as Python prints it: `[Errno 13] Permission denied: '/d/x.part'`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SystemError<'a> {
    number: u32,
    /// `Permission denied`.
    words: &'a str,
    /// `/d/x.part`; empty if none is named.
    path: &'a str,
}

/// The numbers of Linux, macOS and Windows, by what they mean for a download.
const NO_SPACE: [u32; 4] = [28, 122, 69, 112];
const TOO_LONG: [u32; 3] = [36, 63, 206];
/// Also those of Windows: `[WinError 5]` of a folder, `[WinError 32]` of a file in use.
const NOT_WRITABLE: [u32; 9] = [1, 5, 13, 16, 19, 30, 32, 70, 116];

/// The words in which ffmpeg, a program in C, says the same. It has others for a broken input.
const OF_FFMPEG: [(&str, u32); 6] = [
    ("No space left on device", 28),
    ("Disk quota exceeded", 122),
    ("Permission denied", 13),
    ("Read-only file system", 30),
    ("Stale file handle", 116),
    ("File name too long", 36),
];

impl<'a> SystemError<'a> {
    /// The error in a line of yt-dlp's.
    pub(super) fn of(text: &'a str) -> Option<Self> {
        let (before, rest) = text.split_once("[Errno ").or_else(|| text.split_once("[WinError "))?;
        let (number, rest) = rest.split_once("] ")?;
        // A title behind a path could have one in it too.
        if before.contains(['\'', '"']) {
            return None;
        }
        let (words, rest) = rest.split_once(": ").unwrap_or((rest, ""));
        let quote = rest.chars().next().filter(|c| ['\'', '"'].contains(c));
        let path = quote.and_then(|quote| rest[1..].split(quote).next()).unwrap_or_default();
        let words = words.split(" (caused by").next().unwrap_or(words).trim_end_matches(['.', ' ']);
        Some(Self { number: number.parse().ok()?, words, path })
    }

    /// The error in the last line of ffmpeg's: `Error opening output file: No space left on device`.
    pub(super) fn of_ffmpeg(text: &'a str) -> Option<Self> {
        let words = text.rsplit(": ").next()?.trim_end_matches('.');
        let (words, number) = OF_FFMPEG.into_iter().find(|(known, _)| *known == words)?;
        Some(Self { number, words, path: "" })
    }

    /// What it means for a download into this folder; `None` if it is none of a file that yt-dlp writes or starts.
    pub(super) fn code(&self, dir: &Path) -> Option<Code> {
        let name = self.path.rsplit(['/', '\\']).next().unwrap_or_default();
        let name = name.strip_suffix(".exe").unwrap_or(name);
        if ["ffmpeg", "ffprobe"].contains(&name) {
            return Some(Code::NoFfmpeg);
        }
        if Path::new(name).extension().is_some_and(|end| end == "cookies") && !self.is_below(dir) {
            return Some(Code::CannotRead);
        }
        [(&NO_SPACE[..], Code::DiskFull), (&TOO_LONG, Code::NameTooLong), (&NOT_WRITABLE, Code::CannotWrite)]
            .into_iter()
            .find_map(|(numbers, code)| numbers.contains(&self.number).then_some(code))
    }

    /// Whether it is of a file in the folder for temporary files.
    pub(super) fn is_temporary(&self, dir: &Path) -> bool {
        !self.is_below(dir) && self.is_below(&env::temp_dir())
    }

    fn is_below(&self, dir: &Path) -> bool {
        !dir.as_os_str().is_empty() && Path::new(self.path).starts_with(dir)
    }

    /// Whether it is that there is no such file.
    pub(super) fn is_absence(&self) -> bool {
        self.number == 2
    }

    /// Its words, with the file that it is of.
    pub(super) fn said(&self) -> String {
        shortened(&if self.path.is_empty() {
            self.words.to_owned()
        } else {
            format!("{}: {}", self.words, self.path)
        })
    }
}
