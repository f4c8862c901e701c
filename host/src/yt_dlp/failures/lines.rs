//! A line that yt-dlp printed: who speaks, and the words in it.

/// An error or a warning, without its mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Words<'a> {
    /// Whether an extractor says it, which repeats what YouTube says.
    pub(super) of_extractor: bool,
    /// What it says, without the extractor and its video.
    pub(super) text: &'a str,
}

impl<'a> Words<'a> {
    /// The words of a line.
    pub(super) fn of(line: &'a str) -> Self {
        let mut text = line.trim_start();
        for mark in ["ERROR:", "WARNING:"] {
            text = text.strip_prefix(mark).map_or(text, str::trim_start);
        }
        let (of_extractor, text) = match text.strip_prefix('[').and_then(|rest| rest.split_once("] ")) {
            Some((name, rest)) if name != "download" && !name.contains(' ') => (true, without_id(rest)),
            _ => (false, text),
        };
        Self { of_extractor, text }
    }

    /// The words in lower case, with one kind of quote, and without the paths in them, which hold titles.
    pub(super) fn plain(&self) -> String {
        with_plain_quotes(without_paths(self.text)).to_lowercase()
    }

    /// Whether an extractor expects this error: YouTube says so, and yt-dlp works.
    ///
    /// yt-dlp asks to report all others, and names the cause of those of the network (`ExtractorError`).
    pub(super) fn is_expected(&self) -> bool {
        self.of_extractor
            && !["please report this issue", "(caused by "].iter().any(|mark| self.text.contains(mark))
    }
}

/// Without the id of a video or a list before the words, which may be masked.
fn without_id(text: &str) -> &str {
    let is_id = |id: &str| id.chars().all(|c| c.is_ascii_alphanumeric() || "-_…".contains(c));
    match text.split_once(": ") {
        Some((id, rest)) if (2..=64).contains(&id.chars().count()) && is_id(id) => rest,
        Some(("…", rest)) => rest,
        _ => text,
    }
}

/// What stands before a path in a line: a quote of Python's behind words of the system, or words of yt-dlp's.
///
/// The path is the last thing in such a line (`OSError`; `YoutubeDL.py`: `_write_subtitles`, `_write_description`).
const BEFORE_PATHS: [&str; 6] =
    [": '", ": \"", " file '", "subtitles file ", "description file ", "metadata to json file "];

/// The text up to the first path in it.
fn without_paths(text: &str) -> &str {
    let lower = text.to_ascii_lowercase();
    let is_path = |rest: &str| rest.starts_with(['/', '\\', '.', '~', '…']) || rest.get(1..2) == Some(":");
    let ends = BEFORE_PATHS.iter().filter_map(|before| {
        let at = lower.find(before)?;
        let is_quoted = before.ends_with(['\'', '"']);
        (!is_quoted || is_path(&lower[at + before.len()..])).then_some(at + before.len())
    });
    &text[..ends.min().unwrap_or(text.len())]
}

/// The text with one kind of quote.
pub(super) fn with_plain_quotes(text: &str) -> String {
    text.replace(['’', '‘'], "'")
}

/// One sentence, without its full stop and without what yt-dlp adds for its developers.
pub(super) fn shortened(text: &str) -> String {
    let text = ["; please report this issue", " Please report this issue", " (caused by "]
        .iter()
        .fold(text, |text, added| text.split(added).next().unwrap_or(text));
    let short: String = text.trim().chars().take(300).collect();
    short.trim_end_matches(['.', '!', ' ']).to_owned()
}

/// What follows the first colon, or all.
pub(super) fn tail(text: &str) -> &str {
    text.split_once(": ").map_or(text, |(_, tail)| tail)
}

/// The last of these lines that says something.
pub(super) fn last_words<'a>(mut lines: impl DoubleEndedIterator<Item = &'a str>) -> String {
    let says = |line: &&str| !line.trim().is_empty() && !line.starts_with("Reading options from STDIN");
    lines.rfind(says).map_or(String::new(), shortened)
}
