//! How long nobody has needed the browser.

use super::places::Places;
use potbridge_system::dirs::open_private;
use std::fs::{self, OpenOptions};
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// How long somebody who wanted the browser has to send it a request, in which it starts.
const UNCLAIMED: Duration = Duration::from_secs(60);

/// Says that somebody wants the browser to run.
pub(super) fn want(places: &Places) -> io::Result<()> {
    open_private(&places.wanted())?.set_modified(SystemTime::now())
}

/// Whether somebody has wanted the browser since a time.
pub(super) fn is_wanted_since(places: &Places, time: SystemTime) -> bool {
    written(&places.wanted()).is_some_and(|wanted| wanted >= time)
}

/// When the browser was last needed, as far as the files tell.
pub(super) fn last_use(places: &Places) -> Option<SystemTime> {
    written(&places.in_use())
}

fn written(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).ok()?.modified().ok()
}

/// How long nobody has needed a browser that runs.
pub(super) struct Idleness {
    /// It ends after so long.
    limit: Duration,
    started: SystemTime,
    /// When somebody was last seen to need it.
    seen: Option<SystemTime>,
}

impl Idleness {
    /// Of a browser that is started now.
    pub(super) fn new(limit: Duration, now: SystemTime) -> Self {
        Self { limit, started: now, seen: None }
    }

    /// Whether the browser has been idle for too long. Must be asked now and then.
    pub(super) fn is_over(&mut self, places: &Places, now: SystemTime) -> bool {
        // A file that is made here would look like a use.
        let file = OpenOptions::new().write(true).open(places.in_use());
        let in_use = file.is_ok_and(|file| file.try_lock().is_err());
        if in_use {
            self.seen = Some(now);
            return false;
        }
        let (used, wanted) = (last_use(places), written(&places.wanted()));
        let last = [Some(self.started), self.seen, used].into_iter().flatten().max().unwrap_or(now);
        // Whoever wanted it has not reached it yet.
        let claimed = wanted.is_none_or(|wanted| used.max(self.seen).is_some_and(|used| used >= wanted));
        let until_claimed = wanted.filter(|_| !claimed).map(|wanted| wanted + self.limit.max(UNCLAIMED));
        now >= until_claimed.map_or(last + self.limit, |until| until.max(last + self.limit))
    }

    /// How long to wait before it is asked again.
    pub(super) fn look_again(&self) -> Duration {
        (self.limit / 8).clamp(Duration::from_millis(50), Duration::from_secs(5))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::own_browser::in_use::in_use;
    use potbridge_system::dirs::Dirs;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn idleness_counts_from_the_last_use() {
        let state = tempfile::tempdir().unwrap();
        let dirs = Dirs { config: "c".into(), state: state.path().to_owned(), runtime: "r".into() };
        let places = Places::of(&dirs);
        places.make().unwrap();
        let start = SystemTime::now() - 1000 * SECOND;
        let mut idleness = Idleness::new(10 * SECOND, start);
        assert!(!idleness.is_over(&places, start + 9 * SECOND));
        assert!(idleness.is_over(&places, start + 10 * SECOND), "nobody ever wanted it");

        want(&places).unwrap();
        let wanted = written(&places.wanted()).unwrap();
        assert!(!idleness.is_over(&places, wanted + 59 * SECOND), "who wanted it may still come");
        assert!(idleness.is_over(&places, wanted + 60 * SECOND), "who wanted it never came");

        let guard = in_use(&dirs).unwrap();
        assert!(!idleness.is_over(&places, wanted + 1000 * SECOND), "somebody waits in it");
        drop(guard);
        assert!(!idleness.is_over(&places, wanted + 1009 * SECOND));
        assert!(idleness.is_over(&places, wanted + 1010 * SECOND));

        let mut other = Idleness::new(10 * SECOND, start);
        let used = last_use(&places).unwrap();
        assert!(!other.is_over(&places, used + 9 * SECOND));
        assert!(other.is_over(&places, used + 10 * SECOND), "the request has come and gone");
    }
}
