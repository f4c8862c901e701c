//! How old yt-dlp is.

use super::process::{Output, Process, ProcessEvent};
use super::watchdog::Watchdog;
use std::path::Path;
use std::time::{Duration, Instant};

/// The newest version known when this was written.
pub(crate) const NEWEST: &str = "2026.10.26";

/// YouTube's changes need a newer yt-dlp within weeks. In days.
const OLD: i64 = 60;

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

/// Whether a version is older than [`NEWEST`] by [`OLD`]. What is no version is not.
fn is_old(version: &str) -> bool {
    day_of(version).zip(day_of(NEWEST)).is_some_and(|(day, newest)| newest - day >= OLD)
}

/// The day of a version, counted from some day on: `2026.10.26`, or `2026.10.26.232828` of a nightly one.
fn day_of(version: &str) -> Option<i64> {
    let mut numbers = version.split('.').map(|number| number.parse::<i64>().ok());
    let (year, month, day) = (numbers.next()??, numbers.next()??, numbers.next()??);
    if !(2000..3000).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // The year begins in March, so that its last day is the one that leap years add.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    Some(365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_program_is_asked_for_its_version_and_not_waited_for() {
        use std::os::unix::fs::PermissionsExt as _;
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
            std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
            std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o700)).unwrap();
            let mut watchdog = Watchdog::start(&folder.path().join("cookies")).unwrap();
            let times = (Duration::from_millis(limit), Duration::from_millis(10));
            let old = old_version(&program, times, &mut watchdog, || false);
            assert_eq!(old.as_deref(), version, "{script}");
        }
        std::fs::write(&program, "#!/bin/sh\nsleep 600; echo 2021.12.17\n").unwrap();
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

    #[test]
    fn a_version_is_old_after_sixty_days() {
        for (version, old) in [
            ("2026.10.26", false),
            ("2026.11.30", false),
            ("2026.08.28", false),
            ("2026.08.27", true),
            ("2026.8.27", true),
            ("2026.08.27.232828", true),
            ("2026.09.10.232828", false),
            ("2025.12.31", true),
            ("2021.12.17", true),
            ("", false),
            ("2.1", false),
            ("9999.99.99", false),
            ("1.2.3", false),
            ("99999999999999999999.1.1", false),
        ] {
            assert_eq!(is_old(version), old, "{version}");
        }
        assert_eq!(day_of("2024.03.01").unwrap() - day_of("2024.02.28").unwrap(), 2);
        assert_eq!(day_of("2026.01.01").unwrap() - day_of("2025.12.31").unwrap(), 1);
    }
}
