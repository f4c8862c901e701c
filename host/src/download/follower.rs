//! Tells a browser how the downloads of this machine stand.

use super::desk::list;
use super::store::{Record, Store, job_of};
use crate::folders::Folders;
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use potbridge_protocol::download::State;
use potbridge_protocol::{Download, FromHost, JobId};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// How often to look at downloads whose process may have been killed, which no event tells of; and where the system
/// tells of no changes at all, how often to look for them.
const LOOK: Duration = Duration::from_secs(2);

struct Follower {
    store: Store,
    folders: Folders,
    tell: Box<dyn Fn(FromHost) + Send>,
    told: HashMap<JobId, (u64, State)>,
}

/// Tells of every change from now on, in a thread of its own.
///
/// # Errors
/// Where the system has no thread to give.
pub fn follow(
    store: Store,
    folders: Folders,
    tell: impl Fn(FromHost) + Send + 'static,
) -> std::io::Result<()> {
    let mut follower = Follower { store, folders, tell: Box::new(tell), told: HashMap::new() };
    let (changed, changes) = mpsc::channel();
    // Where nothing can be watched, it looks every two seconds.
    let watcher = watcher(&follower.store, changed.clone());
    thread::Builder::new()
        .name("downloads".to_owned())
        .spawn(move || {
            let _keep = (watcher, changed);
            follower.run(&changes);
        })
        .map(drop)
}

fn watcher(store: &Store, changed: mpsc::Sender<Vec<PathBuf>>) -> Option<RecommendedWatcher> {
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // Where events were lost, all is looked at.
        let paths =
            event.map_or(Vec::new(), |event| if event.kind.is_access() { Vec::new() } else { event.paths });
        let _ = changed.send(paths);
    })
    .ok()?;
    watcher.watch(store.records(), RecursiveMode::NonRecursive).ok()?;
    Some(watcher)
}

impl Follower {
    fn run(&mut self, changes: &Receiver<Vec<PathBuf>>) {
        for record in self.store.all() {
            self.look_at(&record);
        }
        loop {
            match changes.recv_timeout(LOOK) {
                Ok(paths) => paths.iter().filter_map(|path| job_of(path)).for_each(|job| self.look(&job)),
                Err(RecvTimeoutError::Timeout) => self.look_around(),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn look_around(&mut self) {
        for record in self.store.all() {
            self.look_at(&record);
        }
    }

    fn look(&mut self, job: &JobId) {
        match self.store.read(job) {
            Some(record) => self.look_at(&record),
            None if self.told.remove(job).is_some() => (self.tell)(list(&self.store, &self.folders)),
            None => {}
        }
    }

    fn look_at(&mut self, record: &Record) {
        let Download { job, at, state, .. } = &record.download;
        if self.told.insert(job.clone(), (*at, *state)) != Some((*at, *state)) {
            (self.tell)(FromHost::Download { download: Box::new(record.download.clone()) });
        }
    }
}
