//! Waits for changes of files.

use notify::{RecursiveMode, Watcher as _};
use std::fs;
use std::path::Path;
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// Waits until `found` returns something. It is called at each change in the folder.
///
/// # Errors
/// If it returns nothing within the limit.
pub fn wait_in<T>(
    folder: &Path,
    limit: Duration,
    mut found: impl FnMut() -> Option<T>,
) -> Result<T, Duration> {
    let (changed, changes) = mpsc::channel();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        if event.is_ok_and(|event| !event.kind.is_access()) {
            // At the end nobody listens any more.
            let _ = changed.send(());
        }
    })
    .unwrap();
    watcher.watch(folder, RecursiveMode::NonRecursive).unwrap();
    let end = Instant::now() + limit;
    loop {
        if let Some(found) = found() {
            return Ok(found);
        }
        changes.recv_timeout(end.saturating_duration_since(Instant::now())).map_err(|_| limit)?;
        while changes.try_recv().is_ok() {}
    }
}

/// Whether the file has this line.
#[must_use]
pub fn has_line(file: &Path, line: &str) -> bool {
    fs::read_to_string(file).is_ok_and(|text| text.lines().any(|found| found == line))
}
