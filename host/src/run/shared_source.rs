//! A source that is read from two threads: at a start, and whenever its values may have changed.

use super::source::{Source, Wake};
use super::values::Values;
use super::watched_folders::{POLL, WatchedFolders};
use crate::error::Error;
use std::io;
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How long nothing must happen before the source is read, so that a burst counts once.
const QUIET: Duration = Duration::from_millis(200);

/// The longest that a burst delays the reading.
const BURST: Duration = Duration::from_secs(2);

/// A source that is read from two threads.
pub(super) struct SharedSource(Mutex<(Box<dyn Source>, u64)>);

/// What a source gave when it was read.
pub(super) struct Reading {
    /// Which reading it is, counted from 1. Of two that cross on their way the later one counts.
    pub(super) number: u64,
    pub(super) found: Result<Option<Values>, Error>,
}

impl SharedSource {
    pub(super) fn new(source: Box<dyn Source>) -> Arc<Self> {
        Arc::new(Self(Mutex::new((source, 0))))
    }

    /// Reads the values as they are now.
    pub(super) fn read(&self) -> Reading {
        let mut locked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (source, number) = &mut *locked;
        *number += 1;
        Reading { number: *number, found: source.values() }
    }

    /// Reads at once and after every change, in a thread of its own, until `on_reading` says that it needs no more.
    ///
    /// # Errors
    /// The system has no thread to give.
    pub(super) fn watch(
        self: &Arc<Self>,
        on_reading: impl Fn(Reading) -> bool + Send + 'static,
    ) -> io::Result<()> {
        let source = Arc::clone(self);
        let watching = move || {
            let (wake, woken) = mpsc::sync_channel(1);
            let waker = wake.clone();
            let wake_up: Wake = Arc::new(move || {
                // If the channel is full, it wakes up anyway.
                let _ = waker.try_send(());
            });
            source.listen(&wake_up);
            let mut folders = WatchedFolders::new(wake);
            loop {
                if !on_reading(source.read()) {
                    return;
                }
                // Changes before a folder was watched were not reported.
                if folders.renew(source.dirs()) {
                    continue;
                }
                if woken.recv_timeout(source.next_change().map_or(POLL, |wait| wait.min(POLL))).is_ok() {
                    wait_until_quiet(&woken, QUIET, BURST);
                }
            }
        };
        thread::Builder::new().name("values".to_owned()).spawn(watching).map(drop)
    }

    fn next_change(&self) -> Option<Duration> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).0.next_change()
    }

    fn listen(&self, wake: &Wake) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).0.listen(wake);
    }

    fn dirs(&self) -> Vec<PathBuf> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).0.dirs()
    }
}

/// Waits until nothing has happened for `quiet`, at most about `limit`.
fn wait_until_quiet(woken: &Receiver<()>, quiet: Duration, limit: Duration) {
    let end = Instant::now() + limit;
    while Instant::now() < end && woken.recv_timeout(quiet).is_ok() {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_waited_out_but_not_for_ever() {
        let (wake, woken) = mpsc::sync_channel(1);
        let busy = thread::spawn(move || {
            while wake.send(()).is_ok() {
                thread::sleep(Duration::from_millis(1));
            }
        });
        let (quiet, limit) = (Duration::from_secs(10), Duration::from_millis(100));
        let began = Instant::now();
        wait_until_quiet(&woken, quiet, limit);
        assert!(began.elapsed() >= limit && began.elapsed() < quiet);
        drop(woken);
        busy.join().unwrap();
    }

    #[test]
    fn quiet_ends_the_wait() {
        let (_wake, woken) = mpsc::sync_channel(1);
        let (quiet, limit) = (Duration::from_millis(20), Duration::from_secs(30));
        let began = Instant::now();
        wait_until_quiet(&woken, quiet, limit);
        assert!(began.elapsed() >= quiet && began.elapsed() < limit);
    }
}
