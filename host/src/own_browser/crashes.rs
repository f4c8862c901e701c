//! How often the browser ended without being asked to. That is remembered beyond the life of its watchdog.

use super::places::Places;
use super::problems::failed;
use super::records;
use potbridge_protocol::Problem;
use potbridge_system::clock;
use std::time::Duration;

/// How often it is restarted within [`WINDOW`].
const MOST_RESTARTS: usize = 3;

/// How long a crash counts.
const WINDOW: Duration = Duration::from_secs(60 * 60);

/// The crashes that count: their times in milliseconds since 1970, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Crashes(Vec<u64>);

impl Crashes {
    /// Those that count at a time.
    pub(super) fn read(places: &Places, now: u64) -> Self {
        let mut times: Vec<u64> = records::read(&places.crashes()).unwrap_or_default();
        let window = u64::try_from(WINDOW.as_millis()).unwrap_or(u64::MAX);
        // One from the future was noted by a clock that ran ahead.
        times.retain(|time| *time <= now && now - time < window);
        Self(times)
    }

    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// Adds one, and keeps it.
    pub(super) fn add(&mut self, places: &Places, now: u64) {
        self.0.push(now);
        if let Err(error) = records::write(&places.crashes(), &self.0) {
            log::warn!("{} cannot be written: {error}", places.crashes().display());
        }
    }

    /// Why the browser is not started any more: it ended too often. `now` is a time in milliseconds since 1970.
    pub(super) fn too_many(&self, places: &Places, now: u64) -> Option<Problem> {
        let first = *self.0.first().filter(|_| self.count() > MOST_RESTARTS)?;
        let again = first.saturating_add(u64::try_from(WINDOW.as_millis()).unwrap_or(u64::MAX));
        let message =
            format!("potbridge's own browser ended by itself {} times within an hour", self.count());
        Some(failed(message).with_hint(format!(
            "look into {}; `potbridge browser end` lets it be started at once, otherwise it is at {}",
            places.log().display(),
            clock::local(again, now)
        )))
    }

    pub(super) fn forget(places: &Places) {
        records::remove(&places.crashes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use potbridge_protocol::Code;
    use potbridge_system::dirs::Dirs;

    const HOUR: u64 = 60 * 60 * 1000;

    #[test]
    fn the_fourth_crash_of_an_hour_is_one_too_many() {
        let state = tempfile::tempdir().unwrap();
        let dirs = Dirs { config: "c".into(), state: state.path().to_owned(), runtime: "r".into() };
        let places = Places::of(&dirs);
        places.make().unwrap();
        let start = 10 * HOUR;
        for (minute, too_many) in [(0, false), (10, false), (20, false), (30, true)] {
            let now = start + minute * 60_000;
            let mut crashes = Crashes::read(&places, now);
            crashes.add(&places, now);
            assert_eq!(crashes.too_many(&places, now).is_some(), too_many, "{minute}");
        }
        let at = |now| Crashes::read(&places, now);
        let problem = at(start + HOUR - 1).too_many(&places, start).unwrap();
        assert_eq!(problem.code, Code::OwnBrowserFailed);
        assert!(problem.in_full().contains("4 times within an hour"), "{problem:?}");
        assert!(at(start + HOUR).too_many(&places, start + HOUR).is_none(), "the first is forgotten by then");
        assert_eq!(at(start - 1).count(), 0, "a clock that went back forgets them");
        Crashes::forget(&places);
        assert_eq!(at(start + HOUR - 1).count(), 0);
    }
}
