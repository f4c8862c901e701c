//! The row of yt-dlp: whether it is there, and how old it is.

use super::table::{Mark, Row};
use crate::config::Config;
use crate::yt_dlp::program;
use potbridge_system::dirs::Dirs;
use potbridge_system::subprocess;
use potbridge_system::yt_dlp_version::{is_old, is_version};
use std::path::Path;
use std::process::Command;
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How long it may take to tell its version. Python starts within a second on most machines.
const LIMIT: Duration = Duration::from_secs(5);

/// Begins to ask it.
pub(super) fn ask(dirs: &Dirs) -> JoinHandle<Row> {
    let config = Config::load(&dirs.config).ok();
    thread::spawn(move || match config.map(|config| program::yt_dlp(&config.download)) {
        None => Row::new(Mark::None, "yt-dlp", "unknown: the configuration names it"),
        // Not everybody needs it.
        Some(Err(error)) => Row::new(Mark::None, "yt-dlp", error.to_string()),
        Some(Ok(program)) => row(&program, LIMIT),
    })
}

fn row(program: &Path, limit: Duration) -> Row {
    let answer = subprocess::ask(Command::new(program).arg("--version"), b"", limit);
    let version = answer.ok().filter(|answer| answer.how.success()).and_then(|answer| {
        let printed = String::from_utf8_lossy(&answer.out);
        printed.lines().map(str::trim).find(|line| is_version(line)).map(str::to_owned)
    });
    match version {
        Some(version) if is_old(&version) => {
            Row::new(Mark::Warning, "yt-dlp", format!("{version}, too old for YouTube"))
                .with_fix(Some("potbridge-setup doctor names the command that updates it"))
        }
        Some(version) => Row::new(Mark::Well, "yt-dlp", version),
        None => Row::new(Mark::Warning, "yt-dlp", format!("{} does not tell its version", program.display()))
            .with_fix(Some("potbridge-setup doctor says why")),
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use potbridge_test_support::executable;

    #[test]
    fn it_is_new_old_or_does_not_tell() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("yt-dlp");
        for (script, limit, mark, text) in [
            ("echo 2999.01.01", 60_000, Mark::Well, "2999.01.01"),
            ("echo a warning >&2; echo; echo 2999.01.01.232828", 60_000, Mark::Well, "2999.01.01.232828"),
            ("echo 2021.12.17", 60_000, Mark::Warning, "2021.12.17, too old"),
            ("echo 2999.01.01; exit 1", 60_000, Mark::Warning, "does not tell its version"),
            ("echo no version", 60_000, Mark::Warning, "does not tell its version"),
            ("sleep 600; echo 2999.01.01", 50, Mark::Warning, "does not tell its version"),
        ] {
            executable::write(&program, format!("#!/bin/sh\n{script}\n"));
            let row = row(&program, Duration::from_millis(limit));
            assert!(row.mark == mark && row.text.contains(text), "{script}: {row:?}");
        }
    }
}
