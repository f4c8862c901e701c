//! How old yt-dlp is.

use super::process::{Output, Process, ProcessEvent};
use super::watchdog::Watchdog;
use potbridge_system::yt_dlp_version::is_old;
use std::path::Path;
use std::time::{Duration, Instant};

/// Asks yt-dlp for its version, and gives it if that is old.
///
/// `None` also if it does not tell within `limit`, or if `is_cancelled`, which is asked as often as `poll` says.
pub(crate) fn old_version(
    program: &Path,
    (limit, poll): (Duration, Duration),
    watchdog: &mut Watchdog,
    mut is_cancelled: impl FnMut() -> bool,
) -> Option<String> {
    let mut process = Process::start(program, &["--version".to_owned()], "", watchdog).ok()?;
    let until = Instant::now() + limit;
    let version = loop {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() || is_cancelled() {
            break None;
        }
        match process.next(left.min(poll)) {
            Ok(Some(ProcessEvent::Line(line, Output::Standard))) => break Some(line.trim().to_owned()),
            Ok(Some(ProcessEvent::Line(..)) | None) => {}
            Ok(Some(ProcessEvent::Ended(_))) | Err(_) => break None,
        }
    };
    process.end();
    version.filter(|version| is_old(version))
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use potbridge_test_support::executable;

    #[test]
    fn a_program_is_asked_for_its_version_and_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("yt-dlp");
        for (script, limit, version) in [
            ("[ \"$*\" = --version ] && echo 2021.12.17", 60_000, Some("2021.12.17")),
            ("echo 2021.12.17 >&2", 60_000, None),
            ("exit 1", 60_000, None),
            ("sleep 600; echo 2021.12.17", 50, None),
            // One that never stops to talk.
            ("exec yes >&2", 50, None),
        ] {
            executable::write(&program, format!("#!/bin/sh\n{script}\n"));
            let mut watchdog = Watchdog::start(&folder.path().join("cookies")).unwrap();
            let times = (Duration::from_millis(limit), Duration::from_millis(10));
            let old = old_version(&program, times, &mut watchdog, || false);
            assert_eq!(old.as_deref(), version, "{script}");
        }
        executable::write(&program, "#!/bin/sh\nsleep 600; echo 2021.12.17\n");
        let mut polls = 0;
        let mut watchdog = Watchdog::start(&folder.path().join("cookies")).unwrap();
        let times = (Duration::from_secs(600), Duration::from_millis(10));
        let is_cancelled = || {
            polls += 1;
            polls > 3
        };
        assert_eq!(old_version(&program, times, &mut watchdog, is_cancelled), None);
        let mut watchdog = Watchdog::start(&folder.path().join("cookies")).unwrap();
        assert_eq!(old_version("/nowhere".as_ref(), times, &mut watchdog, || false), None);
    }
}
