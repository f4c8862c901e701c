//! Asks a source for its values: now, or whenever they may have changed.

use super::from_store::identity_of;
use super::say;
use super::source::{Source, Wake};
use super::values::Values;
use crate::error::Error;
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How long nothing must happen before the source is asked, so that a burst counts once.
const QUIET: Duration = Duration::from_millis(200);

/// The longest that a burst puts the asking off.
const BURST: Duration = Duration::from_secs(2);

/// How long it goes unasked where nothing happens: file systems that are mounted from elsewhere tell of no changes.
const UNASKED: Duration = Duration::from_secs(5);

/// A source that is asked from two threads.
pub(super) struct Asked(Mutex<(Box<dyn Source>, u64)>);

/// What a source answered.
pub(super) struct Answer {
    /// Which answer it is. Of two that cross on their way the later one counts.
    pub(super) number: u64,
    pub(super) found: Result<Option<Values>, Error>,
}

impl Asked {
    pub(super) fn new(source: Box<dyn Source>) -> Arc<Self> {
        Arc::new(Self(Mutex::new((source, 0))))
    }

    /// Asks for the values as they are now.
    pub(super) fn ask(&self) -> Answer {
        let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (source, number) = &mut *asked;
        *number += 1;
        Answer { number: *number, found: source.values() }
    }

    /// Asks at once and after every change, in a thread of its own, until `tell` says that it has heard enough.
    ///
    /// # Errors
    /// Where the system has no thread to give.
    pub(super) fn watch(self: &Arc<Self>, tell: impl Fn(Answer) -> bool + Send + 'static) -> io::Result<()> {
        let asked = Arc::clone(self);
        let watching = move || {
            let (wake, woken) = mpsc::sync_channel(1);
            let waker = wake.clone();
            let wake_up: Wake = Arc::new(move || {
                // Full: it will wake up as it is.
                let _ = waker.try_send(());
            });
            asked.listen(&wake_up);
            let mut watched = Watched::new(wake);
            loop {
                if !tell(asked.ask()) {
                    return;
                }
                // What happened before it was watched was not heard.
                if watched.renew(asked.dirs()) {
                    continue;
                }
                if woken.recv_timeout(UNASKED).is_ok() {
                    settle(&woken);
                }
            }
        };
        thread::Builder::new().name("values".to_owned()).spawn(watching).map(drop)
    }

    fn listen(&self, wake: &Wake) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).0.listen(wake);
    }

    fn dirs(&self) -> Vec<PathBuf> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).0.dirs()
    }
}

fn settle(woken: &Receiver<()>) {
    let end = Instant::now() + BURST;
    while Instant::now() < end && woken.recv_timeout(QUIET).is_ok() {}
}

/// The dirs that are being watched.
struct Watched {
    watcher: Option<RecommendedWatcher>,
    dirs: HashMap<PathBuf, Option<(u64, u64)>>,
    /// Something was removed, and it may have been a folder: one that is made again can look the same.
    removed: Arc<AtomicBool>,
    told: bool,
    // Held, so that there is somebody to wait for even where nothing can be watched.
    _wake: SyncSender<()>,
}

impl Watched {
    fn new(wake: SyncSender<()>) -> Self {
        let (waker, removed) = (wake.clone(), Arc::new(AtomicBool::new(false)));
        let removal = Arc::clone(&removed);
        let on_event = move |event: notify::Result<notify::Event>| {
            let kind = event.map_or(EventKind::Any, |event| event.kind);
            if kind.is_remove() {
                removal.store(true, Ordering::Release);
            }
            // Reading is no change. Where events were lost, or watching failed, there may have been one.
            if !kind.is_access() {
                // Full: it will wake up as it is.
                let _ = waker.try_send(());
            }
        };
        let mut watched = Self { watcher: None, dirs: HashMap::new(), removed, told: false, _wake: wake };
        match notify::recommended_watcher(on_event) {
            Ok(watcher) => watched.watcher = Some(watcher),
            Err(error) => watched.tell("changes", &error),
        }
        watched
    }

    /// Watches the dirs that stand there now: one that was removed and made again is another. Says whether
    /// one of them was not watched before.
    fn renew(&mut self, dirs: Vec<PathBuf>) -> bool {
        if self.removed.swap(false, Ordering::Acquire) {
            self.dirs.clear();
        }
        let mut renewed = false;
        for folder in dirs {
            let identity = identity_of(&folder);
            let Some(watcher) = &mut self.watcher else { break };
            if !folder.is_dir() || self.dirs.get(&folder) == Some(&identity) {
                continue;
            }
            // An error says that the system has dropped it already.
            let _ = watcher.unwatch(&folder);
            match watcher.watch(&folder, RecursiveMode::NonRecursive) {
                Ok(()) => {
                    self.dirs.insert(folder, identity);
                    renewed = true;
                }
                Err(error) => self.tell(&folder.display().to_string(), &error),
            }
        }
        renewed
    }

    fn tell(&mut self, what: &str, error: &notify::Error) {
        if !self.told {
            say(format_args!(
                "warning: {what} cannot be watched ({error}): looking every {} s instead",
                UNASKED.as_secs()
            ));
            self.told = true;
        }
    }
}
