//! Sends a browser every change of the downloads of this machine.

use super::actions::list;
use super::records::{Record, Records, id_of};
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use potbridge_protocol::download::DownloadState;
use potbridge_protocol::{Download, DownloadId, FromHost};
use potbridge_system::dirs::Dirs;
use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// How often to look at all records. No event comes if a process is killed, and some file systems report no changes.
const POLL: Duration = Duration::from_secs(2);

struct Follower {
    records: Records,
    dirs: Dirs,
    send: Box<dyn Fn(FromHost) + Send>,
    /// When each download was last reported, and in which state.
    sent: HashMap<DownloadId, (u64, DownloadState)>,
}

/// Sends every change from now on, in a thread of its own.
///
/// # Errors
/// The system has no thread to give.
pub fn follow(records: Records, dirs: Dirs, send: impl Fn(FromHost) + Send + 'static) -> io::Result<()> {
    follow_every(POLL, records, dirs, send)
}

fn follow_every(
    poll: Duration,
    records: Records,
    dirs: Dirs,
    send: impl Fn(FromHost) + Send + 'static,
) -> io::Result<()> {
    let mut follower = Follower { records, dirs, send: Box::new(send), sent: HashMap::new() };
    let (changed, changes) = mpsc::channel();
    let watcher = watcher(&follower.records, changed.clone())
        .inspect_err(|error| log::warn!("downloads are looked at every {} s alone: {error}", poll.as_secs()))
        .ok();
    thread::Builder::new()
        .name("downloads".to_owned())
        .spawn(move || {
            let _keep = (watcher, changed);
            follower.run(&changes, poll);
        })
        .map(drop)
}

fn watcher(records: &Records, changed: mpsc::Sender<Vec<PathBuf>>) -> notify::Result<RecommendedWatcher> {
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // If events were lost, this wakes it all the same.
        let paths =
            event.map_or(Vec::new(), |event| if event.kind.is_access() { Vec::new() } else { event.paths });
        // The follower has ended.
        let _ = changed.send(paths);
    })?;
    watcher.watch(records.folder(), RecursiveMode::NonRecursive)?;
    Ok(watcher)
}

impl Follower {
    fn run(&mut self, changes: &Receiver<Vec<PathBuf>>, poll: Duration) {
        self.look_around();
        loop {
            match changes.recv_timeout(poll) {
                Ok(paths) => paths.iter().filter_map(|path| id_of(path)).for_each(|id| self.look(&id)),
                Err(RecvTimeoutError::Timeout) => self.look_around(),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn look_around(&mut self) {
        // A browser that asks for the list is told if it cannot be read.
        for record in self.records.all().unwrap_or_default() {
            self.look_at(&record);
        }
    }

    fn look(&mut self, id: &DownloadId) {
        match self.records.read(id) {
            Some(record) => self.look_at(&record),
            None if self.sent.remove(id).is_some() => (self.send)(list(&self.records, &self.dirs)),
            None => {}
        }
    }

    fn look_at(&mut self, record: &Record) {
        let Download { id, at, state, .. } = &record.download;
        if self.sent.insert(id.clone(), (*at, *state)) != Some((*at, *state)) {
            (self.send)(FromHost::DownloadChanged { download: Box::new(record.download.clone()) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::download::records::tests::record;

    const LIMIT: Duration = Duration::from_secs(30);

    /// The next download that is sent in this state.
    fn next(sent: &Receiver<FromHost>, state: DownloadState) -> Download {
        loop {
            match sent.recv_timeout(LIMIT).unwrap() {
                FromHost::DownloadChanged { download } if download.state == state => return *download,
                _ => {}
            }
        }
    }

    #[test]
    fn every_change_is_sent_and_so_is_the_end_of_a_killed_process() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name| folder.path().join(name);
        let dirs = Dirs { config: at("c.toml"), state: at("state"), runtime: at("run") };
        let records = Records::open(&dirs).unwrap();
        let queued = record("1", DownloadState::Queued, 1);
        let id = &queued.download.id;
        let lock = records.lock(id).unwrap().unwrap();
        records.write(&queued).unwrap();
        let (send, sent) = mpsc::channel();
        let poll = Duration::from_millis(10);
        follow_every(poll, records.clone(), dirs, move |message| drop(send.send(message))).unwrap();
        assert_eq!(next(&sent, DownloadState::Queued), queued.download, "what was there before");
        let running = record("1", DownloadState::Downloading, 1);
        records.write(&running).unwrap();
        assert_eq!(next(&sent, DownloadState::Downloading), running.download);
        drop(lock);
        assert!(next(&sent, DownloadState::Failed).error.is_some());
        assert!(records.forget(id).unwrap());
        let is_list =
            |message| matches!(message, FromHost::Downloads { downloads, .. } if downloads.is_empty());
        while !is_list(sent.recv_timeout(LIMIT).unwrap()) {}
    }
}
