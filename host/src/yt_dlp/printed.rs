//! What a run of yt-dlp printed beside its own lines.

use super::severity::Severity;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::process::ExitStatus;

/// How many errors are kept, and how many warnings.
const LINES: usize = 64;

/// How many other lines are kept. `-v` adds many.
const OTHERS: usize = 512;

/// The longest line that is kept, in bytes.
const LONGEST: usize = 4096;

/// What a run of yt-dlp printed beside its own lines, without secrets, and what is known of the run.
///
/// Errors, warnings and other lines are kept apart, so that none pushes out another kind's. Of each kind the first and the newest are
/// kept.
#[derive(Clone, Debug, Default)]
pub struct Printed {
    errors: Kept,
    warnings: Kept,
    others: Kept,
    /// How it ended, if it has.
    pub exit: Option<ExitStatus>,
    /// Whether the video is a broadcast that has just ended.
    pub post_live: bool,
    /// What the run was given.
    pub given: Given,
}

/// What a run was given, as far as its failures depend on it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// Whether it had cookies.
    pub cookies: bool,
    /// Where its proxy is set: `HTTPS_PROXY`.
    pub proxy: Option<String>,
    /// The folder for downloads.
    pub dir: PathBuf,
    /// The file that keeps all that it prints.
    pub log: PathBuf,
}

impl Printed {
    /// Nothing yet, of a run that was given this.
    #[must_use]
    pub fn new(given: Given) -> Self {
        Self { given, ..Self::default() }
    }

    /// Takes a line.
    pub fn take(&mut self, mut line: String) {
        line.truncate(line.floor_char_boundary(LONGEST));
        match Severity::of(&line) {
            Severity::Error => self.errors.take(line, LINES),
            Severity::Warning => self.warnings.take(line, LINES),
            Severity::Other => self.others.take(line, OTHERS),
        }
    }

    /// The errors, the first one first.
    pub(crate) fn errors(&self) -> impl DoubleEndedIterator<Item = &str> + Clone {
        self.errors.iter()
    }

    /// The warnings, each once, the first one first.
    pub(crate) fn warnings(&self) -> impl DoubleEndedIterator<Item = &str> + Clone {
        self.warnings.iter()
    }

    /// The other lines, the first one first.
    pub(crate) fn others(&self) -> impl DoubleEndedIterator<Item = &str> + Clone {
        self.others.iter()
    }
}

impl<T: Into<String>> FromIterator<T> for Printed {
    fn from_iter<I: IntoIterator<Item = T>>(lines: I) -> Self {
        let mut printed = Self::default();
        lines.into_iter().for_each(|line| printed.take(line.into()));
        printed
    }
}

/// The first and the newest lines of one kind.
#[derive(Clone, Debug, Default)]
struct Kept(VecDeque<String>);

impl Kept {
    fn take(&mut self, line: String, most: usize) {
        // yt-dlp repeats a warning for each client and each retry.
        if let Some(at) = self.0.iter().position(|kept| *kept == line) {
            self.0.remove(at);
        } else if self.0.len() == most {
            self.0.remove(most / 2);
        }
        self.0.push_back(line);
    }

    fn iter(&self) -> impl DoubleEndedIterator<Item = &str> + Clone {
        self.0.iter().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_and_a_warning_outlast_any_number_of_other_lines() {
        let mut printed: Printed = ["WARNING: a", "ERROR: b"].into_iter().collect();
        (0..10_000).for_each(|number| printed.take(format!("line {number}")));
        (0..10_000).for_each(|number| printed.take(format!("WARNING: {number}")));
        assert_eq!(printed.errors().collect::<Vec<_>>(), ["ERROR: b"]);
        assert_eq!(printed.warnings().next(), Some("WARNING: a"));
        assert_eq!(printed.warnings().next_back(), Some("WARNING: 9999"));
        assert_eq!((printed.warnings().count(), printed.others().count()), (LINES, OTHERS));
        assert_eq!(printed.others().next_back(), Some("line 9999"));
    }

    #[test]
    fn a_line_is_kept_once_and_never_whole_if_it_is_long() {
        let printed: Printed = ["a", "b", "a"].into_iter().collect();
        assert_eq!(printed.others().collect::<Vec<_>>(), ["b", "a"]);
        let printed: Printed = [format!("ERROR: {}", "ü".repeat(LONGEST))].into_iter().collect();
        assert!(printed.errors().all(|line| line.len() <= LONGEST && line.ends_with('ü')));
    }
}
