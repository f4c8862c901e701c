//! Shows that a step is under way: a spinner on a terminal, a plain line elsewhere.

use indicatif::{ProgressBar, ProgressDrawTarget};
use std::io::{IsTerminal as _, Write as _, stderr};
use std::time::Duration;

const TURN: Duration = Duration::from_millis(100);

/// A step under way. Dropped, it disappears from a terminal.
pub struct Step {
    bar: ProgressBar,
}

impl Step {
    /// Says what is being done.
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
        bar.enable_steady_tick(TURN);
        Self { bar }
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// A line for the person, beside the output.
pub fn note(line: &str) {
    // Nobody is left to tell where stderr is closed.
    let _written = writeln!(stderr(), "{line}");
}
