//! Tells a browser how the downloads of this machine stand, and passes on what they wish for.

use super::desk::list;
use super::store::{Record, Store, job_of};
use super::wish::{PRECEDENCE, Wish};
use crate::folders::Folders;
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use potbridge_protocol::download::State;
use potbridge_protocol::{Download, FromHost, JobId, Word};
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// How often to look at downloads whose process may have been killed, which no event tells of; and where the system
/// tells of no changes at all, how often to look for them.
const LOOK: Duration = Duration::from_secs(2);

/// How often to look while a wish waits for the session that it is meant for.
const LOOK_AT_WISHES: Duration = Duration::from_millis(100);

struct Follower {
    store: Store,
    folders: Folders,
    profile: Word,
    tell: Box<dyn Fn(FromHost) + Send>,
    told: HashMap<JobId, (u64, State)>,
    taken_up: HashSet<Word>,
    /// Downloads with a wish that was left to another session so far.
    waiting: HashSet<JobId>,
}

/// Tells of every change from now on, in a thread of its own.
///
/// # Errors
/// Where the system has no thread to give.
pub fn follow(
    store: Store,
    folders: Folders,
    profile: Word,
    tell: impl Fn(FromHost) + Send + 'static,
) -> std::io::Result<()> {
    let mut follower = Follower {
        store,
        folders,
        profile,
        tell: Box::new(tell),
        told: HashMap::new(),
        taken_up: HashSet::new(),
        waiting: HashSet::new(),
    };
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
            match changes.recv_timeout(if self.waiting.is_empty() { LOOK } else { LOOK_AT_WISHES }) {
                Ok(paths) => paths.iter().filter_map(|path| job_of(path)).for_each(|job| self.look(&job)),
                Err(RecvTimeoutError::Timeout) => self.look_around(),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn look_around(&mut self) {
        let waiting: Vec<JobId> = self.waiting.drain().collect();
        if !waiting.is_empty() {
            return waiting.iter().for_each(|job| self.look(job));
        }
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
        if let Some(wish) = &record.wish {
            self.grant(wish, record);
        }
        if self.told.insert(job.clone(), (*at, *state)) != Some((*at, *state)) {
            (self.tell)(FromHost::Download { download: Box::new(record.download.clone()) });
        }
    }

    /// Passes a wish on, unless another session has.
    fn grant(&mut self, wish: &Wish, record: &Record) {
        let (job, session) = (&record.download.job, &record.ask.session);
        let name = wish.name(job);
        if self.taken_up.contains(&name) {
            return;
        }
        let is_ours = session.profile == self.profile;
        if !is_ours && !session.profile.as_str().is_empty() && wish.age() < PRECEDENCE {
            self.waiting.insert(job.clone());
            return;
        }
        // Where it cannot be taken up, another session may, or the download says that none did.
        if matches!(wish.take_up(&self.store, job), Ok(true)) {
            (self.tell)(FromHost::Wanted {
                id: name.clone(),
                video_id: wish.video_id.clone(),
                music: record.ask.music,
                container: session.container.clone().filter(|_| is_ours),
                within: u64::try_from(wish.left().as_millis()).unwrap_or(u64::MAX),
            });
        }
        self.taken_up.insert(name);
    }
}
