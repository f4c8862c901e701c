//! How grave a line is that yt-dlp printed.

/// How grave a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// `ERROR:`, what yt-dlp prints last if it cannot read its options, or an error of PyInstaller's, which starts it.
    Error,
    /// `WARNING:`.
    Warning,
    /// Lines without a mark, and those that `-v` adds.
    Other,
}

impl Severity {
    /// The severity of a line.
    #[must_use]
    pub fn of(line: &str) -> Self {
        if line.starts_with("ERROR:") || bad_options(line).is_some() || is_of_bootloader(line) {
            Self::Error
        } else if line.starts_with("WARNING:") {
            Self::Warning
        } else {
            Self::Other
        }
    }
}

/// What yt-dlp says of options that it cannot read: `no such option: --x` of `yt-dlp: error: no such option: --x`.
///
/// Before it stands the name by which it was started (`options.py`: `get_prog_name`).
pub(crate) fn bad_options(line: &str) -> Option<&str> {
    let (program, said) = line.split_once(": error: ")?;
    (!program.is_empty() && !program.contains([' ', '[', '\''])).then_some(said)
}

/// Whether PyInstaller's bootloader printed it, which unpacks and starts yt-dlp's single file: `[PYI-693:ERROR] …`.
pub(crate) fn is_of_bootloader(line: &str) -> bool {
    line.strip_prefix("[PYI-").is_some_and(|rest| rest.contains(":ERROR]"))
}
