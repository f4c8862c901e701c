//! The folders in which a change may mean other values.

use super::identity::{Identity, identity_of};
use super::say::say;
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;
use std::time::Duration;

/// How often the values are read if nothing happens. Network file systems report no changes.
pub(super) const POLL: Duration = Duration::from_secs(5);

/// The folders that are being watched.
pub(super) struct WatchedFolders {
    watcher: Option<RecommendedWatcher>,
    folders: HashMap<PathBuf, Identity>,
    /// Something was removed. It may have been a folder, and one that is made again may have the same identity.
    removed: Arc<AtomicBool>,
    warned: bool,
    // Held, so that the channel stays open even if nothing can be watched.
    _wake: SyncSender<()>,
}

impl WatchedFolders {
    /// Watches no folder yet. `wake` is sent to on every change.
    pub(super) fn new(wake: SyncSender<()>) -> Self {
        let (waker, removed) = (wake.clone(), Arc::new(AtomicBool::new(false)));
        let removal = Arc::clone(&removed);
        let on_event = move |event: notify::Result<notify::Event>| {
            let kind = event.map_or(EventKind::Any, |event| event.kind);
            if kind.is_remove() {
                removal.store(true, Ordering::Release);
            }
            // Reading is no change. If events were lost, or watching failed, there may have been one.
            if !kind.is_access() {
                // If the channel is full, it wakes up anyway.
                let _ = waker.try_send(());
            }
        };
        let mut watched =
            Self { watcher: None, folders: HashMap::new(), removed, warned: false, _wake: wake };
        match notify::recommended_watcher(on_event) {
            Ok(watcher) => watched.watcher = Some(watcher),
            Err(error) => watched.warn("changes", &error),
        }
        watched
    }

    /// Watches the folders that stand there now. One that was removed and made again is another.
    ///
    /// Says whether one of them was not watched before.
    pub(super) fn renew(&mut self, folders: Vec<PathBuf>) -> bool {
        if self.removed.swap(false, Ordering::Acquire) {
            self.folders.clear();
        }
        let mut renewed = false;
        for folder in folders {
            let identity = identity_of(&folder);
            let Some(watcher) = &mut self.watcher else { break };
            if !folder.is_dir() || self.folders.get(&folder) == Some(&identity) {
                continue;
            }
            // An error says that the system has dropped it already.
            let _ = watcher.unwatch(&folder);
            match watcher.watch(&folder, RecursiveMode::NonRecursive) {
                Ok(()) => {
                    self.folders.insert(folder, identity);
                    renewed = true;
                }
                Err(error) => self.warn(&folder.display().to_string(), &error),
            }
        }
        renewed
    }

    fn warn(&mut self, what: &str, error: &notify::Error) {
        if !self.warned {
            say(format_args!(
                "warning: {what} cannot be watched ({error}): looking every {} s instead",
                POLL.as_secs()
            ));
            self.warned = true;
        }
    }
}
