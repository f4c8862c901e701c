//! A line that yt-dlp printed: how grave it is, and the words in it.

/// How grave a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Severity {
    /// `ERROR:`, or what yt-dlp prints last if it cannot read its options.
    Error,
    /// `WARNING:`.
    Warning,
    /// Lines without a mark, and those that `-v` adds.
    Other,
}

impl Severity {
    /// The severity of a line.
    pub(super) fn of(line: &str) -> Self {
        if line.starts_with("ERROR:") || line.starts_with("yt-dlp: error:") {
            Self::Error
        } else if line.starts_with("WARNING:") {
            Self::Warning
        } else {
            Self::Other
        }
    }
}

/// The line with one kind of quote.
pub(super) fn with_plain_quotes(line: &str) -> String {
    line.replace(['’', '‘'], "'")
}

/// What follows the head of a line: `Video unavailable` of `ERROR: [youtube] dQw4w9WgXcQ: Video unavailable`.
pub(super) fn tail(line: &str, head: &str) -> String {
    let line = line.strip_prefix("ERROR: ").unwrap_or(line);
    // Behind the extractor and its video, if there is one.
    let line = match line.strip_prefix('[').and_then(|rest| rest.split_once("] ")) {
        Some((_, rest)) => rest,
        None => line,
    };
    let (_, tail) = line.split_once(head).unwrap_or(("", line));
    shortened(tail)
}

/// The system's words: what follows `[Errno 2]`, or the tail.
pub(super) fn system_words(line: &str) -> String {
    let Some((_, words)) = line.split_once("[Errno ").and_then(|(_, rest)| rest.split_once("] ")) else {
        return tail(line, ": ");
    };
    // Without the path, and without the same words once more as the cause.
    shortened(words.split([':', '(']).next().unwrap_or(words))
}

/// The last error without its mark, or the last line.
pub(super) fn last_words(printed: &[String]) -> String {
    let error = printed.iter().rev().find(|line| Severity::of(line) == Severity::Error);
    let last = error.or_else(|| {
        printed
            .iter()
            .rev()
            .find(|line| !line.trim().is_empty() && !line.starts_with("Reading options from STDIN"))
    });
    last.map_or(String::new(), |line| shortened(line.strip_prefix("ERROR: ").unwrap_or(line)))
}

/// One sentence, without its full stop and without what yt-dlp adds for its developers.
fn shortened(text: &str) -> String {
    let text = ["; please report this issue", " (caused by "]
        .iter()
        .fold(text, |text, added| text.split(added).next().unwrap_or(text));
    let short: String = text.trim().chars().take(300).collect();
    short.trim_end_matches(['.', '!', ' ']).to_owned()
}
