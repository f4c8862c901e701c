//! Waits for what a `.env` holds.

use notify::{RecursiveMode, Watcher as _};
use std::fs;
use std::path::Path;
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// Waits until the file holds `wanted` as a line of its own.
///
/// # Panics
/// Where it does not within the limit. The text names no value.
#[track_caller]
pub fn wait_for_line(file: &Path, wanted: &str, limit: Duration) {
    let (changed, changes) = mpsc::channel();
    let mut watcher = notify::recommended_watcher(move |_| {
        // Nobody listens any more at the end.
        let _ = changed.send(());
    })
    .unwrap();
    watcher.watch(file.parent().unwrap(), RecursiveMode::NonRecursive).unwrap();
    let end = Instant::now() + limit;
    while !holds(file, wanted) {
        let left = end.saturating_duration_since(Instant::now());
        assert!(
            changes.recv_timeout(left).is_ok(),
            "{} did not get the line that was waited for within {limit:?}",
            file.display()
        );
    }
}

/// Whether the file has this line.
#[must_use]
pub fn holds(file: &Path, line: &str) -> bool {
    fs::read_to_string(file).is_ok_and(|text| text.lines().any(|found| found == line))
}
