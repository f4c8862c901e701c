//! The log: one file in the state folder, masked, rotated, the owner's alone.
//!
//! `POTBRIDGE_LOG` or `[log] level` in the configuration says how much is written: `off`, `error`, `warn` (the default),
//! `info`, `debug`, `trace`. Several processes write the same file, so it is opened anew for each line.

use crate::clock;
use crate::dirs::{Dirs, make_private, open_private_to_append};
use log::{LevelFilter, Log, Metadata, Record};
use potbridge_protocol::masking::masked_line;
use std::cell::Cell;
use std::fs::{self, TryLockError};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// The file in the state folder.
pub const FILE: &str = "potbridge.log";

/// A file of this size, in bytes, is set aside as `potbridge.log.1`, in place of an older one.
const MAX_SIZE: u64 = 1 << 20;

/// The variable of the environment that sets the level. It counts more than the configuration.
pub const VARIABLE: &str = "POTBRIDGE_LOG";

/// Whether the environment has set the level.
static SET_BY_ENVIRONMENT: AtomicBool = AtomicBool::new(false);

/// Begins to log into the state folder. `program` names this process in each line: `native`, `serve`.
///
/// Only the first call of a process counts.
pub fn begin(dirs: &Dirs, program: &'static str) {
    let logger = LogFile { path: dirs.state.join(FILE), program };
    if log::set_boxed_logger(Box::new(logger)).is_err() {
        return;
    }
    let level = std::env::var(VARIABLE).ok().filter(|text| !text.is_empty());
    let known = level.as_deref().and_then(|text| text.parse().ok());
    SET_BY_ENVIRONMENT.store(known.is_some(), Ordering::Relaxed);
    log::set_max_level(known.unwrap_or(LevelFilter::Warn));
    if let (Some(text), None) = (&level, known) {
        log::warn!("{VARIABLE}={text} is no level: use off, error, warn, info, debug or trace");
    }
}

/// Sets the level that the configuration names, unless the environment has set one.
pub fn set_level(level: Option<LevelFilter>) {
    if !SET_BY_ENVIRONMENT.load(Ordering::Relaxed) {
        log::set_max_level(level.unwrap_or(LevelFilter::Warn));
    }
}

thread_local! {
    /// Whether this thread is writing a line.
    static WRITES: Cell<bool> = const { Cell::new(false) };
}

struct LogFile {
    path: PathBuf,
    program: &'static str,
}

impl Log for LogFile {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        // Libraries log bytes that they were given.
        metadata.target().starts_with("potbridge") && metadata.level() <= log::max_level()
    }

    fn log(&self, record: &Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let text = masked_line(&record.args().to_string()).replace(char::is_control, " ");
        let line = format!(
            "{} {:5} {}[{}] {text}\n",
            clock::iso(clock::now_ms()),
            record.level(),
            self.program,
            std::process::id(),
        );
        // What is to be said while the log itself is opened is not said in it.
        if WRITES.replace(true) {
            return;
        }
        // If the log cannot be written, `status` tells it.
        let _ = append(&self.path, line.as_bytes());
        WRITES.set(false);
    }

    fn flush(&self) {}
}

/// Writes a line at the end of the file, and sets the file aside if it is full.
fn append(path: &Path, line: &[u8]) -> std::io::Result<()> {
    if let Some(dir) = path.parent() {
        make_private(dir)?;
    }
    let mut file = open_private_to_append(path)?;
    file.write_all(line)?;
    if file.metadata()?.len() < MAX_SIZE {
        return Ok(());
    }
    // One process sets it aside. No line waits for it.
    if let Err(TryLockError::WouldBlock) = file.try_lock() {
        return Ok(());
    }
    if fs::metadata(path)?.len() >= MAX_SIZE {
        fs::rename(path, path.with_extension("log.1"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_log_is_set_aside_once() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("state").join(FILE);
        let line = [b'x'; 64 * 1024];
        for _ in 0..17 {
            append(&path, &line).unwrap();
        }
        assert_eq!(fs::metadata(&path).unwrap().len(), 64 * 1024);
        assert_eq!(fs::metadata(path.with_extension("log.1")).unwrap().len(), 16 * 64 * 1024);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_the_log() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(FILE);
        fs::write(&path, "").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        append(&path, b"a line\n").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
