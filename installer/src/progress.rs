//! Messages on stderr, beside the results on stdout.

use indicatif::{ProgressBar, ProgressDrawTarget};
use std::io::{IsTerminal as _, Write as _, stderr};
use std::time::Duration;

const FRAME: Duration = Duration::from_millis(100);

/// A step in progress: a spinner on a terminal, a line elsewhere. The spinner ends when this is dropped.
pub struct Step {
    bar: ProgressBar,
}

impl Step {
    /// Starts a step.
    #[must_use]
    pub fn start(what: impl Into<String>) -> Self {
        let what = what.into();
        if !stderr().is_terminal() {
            note(&what);
            return Self { bar: ProgressBar::hidden() };
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        bar.set_message(what);
        bar.set_style(indicatif::ProgressStyle::default_spinner());
        bar.enable_steady_tick(FRAME);
        Self { bar }
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// Writes a line to stderr.
pub fn note(line: &str) {
    // If stderr is closed, nobody reads it.
    let _written = writeln!(stderr(), "{line}");
}
