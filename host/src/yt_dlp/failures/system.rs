//! The system's errors in yt-dlp's words: which one, and of which file.

use super::lines::shortened;
use potbridge_protocol::Code;
use std::env;
use std::path::{Component, Path};

/// An error of the system, as Python prints it: `[Errno 13] Permission denied: '/d/x.part'`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SystemError<'a> {
    /// 0 if it is not known.
    number: u32,
    /// What it means for a download, whatever the file.
    meaning: Option<Code>,
    /// `Permission denied`.
    words: &'a str,
    /// `/d/x.part`; empty if none is named.
    path: &'a str,
}

/// What numbers mean for a download.
type Numbers = [(Code, &'static [u32])];

/// Those behind `[Errno`. Four of macOS mean something else on Linux.
const OF_ERRNO: &Numbers = if cfg!(target_os = "macos") {
    &[
        (Code::DiskFull, &[28, 69]),
        (Code::NameTooLong, &[63]),
        (Code::CannotWrite, &[1, 5, 13, 16, 19, 20, 21, 26, 27, 30, 62, 70]),
    ]
} else {
    &[
        (Code::DiskFull, &[28, 122]),
        (Code::NameTooLong, &[36]),
        (Code::CannotWrite, &[1, 5, 13, 16, 19, 20, 21, 26, 27, 30, 40, 116]),
    ]
};

/// Those behind `[WinError`: 5 is also of a folder, 32 of a file in use.
const OF_WINDOWS: &Numbers =
    &[(Code::DiskFull, &[39, 112]), (Code::NameTooLong, &[206]), (Code::CannotWrite, &[5, 19, 32, 33])];

/// Those that can be of a single file's name. No other video fails for it.
const OF_NAME: [u32; 4] = [22, 84, 92, 123];

/// The words in which ffmpeg, a program in C, says the same. It has others for a broken input.
const OF_FFMPEG: [(&str, Code); 9] = [
    ("No space left on device", Code::DiskFull),
    ("Disk quota exceeded", Code::DiskFull),
    ("Permission denied", Code::CannotWrite),
    ("Read-only file system", Code::CannotWrite),
    ("Stale file handle", Code::CannotWrite),
    // Of a file system such as FAT32, whose files are smaller than a video.
    ("File too large", Code::CannotWrite),
    ("Not a directory", Code::CannotWrite),
    ("Is a directory", Code::CannotWrite),
    ("File name too long", Code::NameTooLong),
];

impl<'a> SystemError<'a> {
    /// The error in a line of yt-dlp's.
    pub(super) fn of(text: &'a str) -> Option<Self> {
        let of = |mark, numbers| Some((text.split_once(mark)?, numbers));
        let ((before, rest), numbers) = of("[Errno ", OF_ERRNO).or_else(|| of("[WinError ", OF_WINDOWS))?;
        let (number, rest) = rest.split_once("] ")?;
        // A title behind a path could have one in it too.
        if before.contains(['\'', '"']) {
            return None;
        }
        let (words, rest) = rest.split_once(": ").unwrap_or((rest, ""));
        let quote = rest.chars().next().filter(|c| ['\'', '"'].contains(c));
        let path = quote.and_then(|quote| rest[1..].split(quote).next()).unwrap_or_default();
        let words = words.split(" (caused by").next().unwrap_or(words).trim_end_matches(['.', ' ']);
        let number = number.parse().ok()?;
        let meaning = numbers.iter().find_map(|(code, known)| known.contains(&number).then_some(*code));
        Some(Self { number, meaning, words, path })
    }

    /// The error in the last line of ffmpeg's: `Error opening output file: No space left on device`.
    pub(super) fn of_ffmpeg(text: &'a str) -> Option<Self> {
        let words = text.rsplit(": ").next()?.trim_end_matches('.');
        let (words, code) = OF_FFMPEG.into_iter().find(|(known, _)| *known == words)?;
        Some(Self { number: 0, meaning: Some(code), words, path: "" })
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
        let of_folder = || self.is_below(dir) && !OF_NAME.contains(&self.number);
        self.meaning.or_else(|| of_folder().then_some(Code::CannotWrite))
    }

    /// Whether it is of a file in the folder for temporary files.
    pub(super) fn is_temporary(&self, dir: &Path) -> bool {
        !self.is_below(dir) && self.is_below(&env::temp_dir())
    }

    /// Whether it is of a file in this folder, whose long names may be masked.
    fn is_below(&self, dir: &Path) -> bool {
        let mut own = Path::new(self.path).components();
        let is_same = |name: Component<'_>| {
            own.next().is_some_and(|own| own == name || own.as_os_str().to_string_lossy().contains('…'))
        };
        !dir.as_os_str().is_empty() && dir.components().all(is_same)
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
