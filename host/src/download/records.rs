//! The downloads of this machine, as every process sees them.
//!
//! Each download has a record in the state folder, `downloads/ID.json`. Only the process that runs the download writes
//! it, in one step. That process holds the lock `ID.lock` in the runtime folder for as long as it lives, and cancels the
//! download if the file `ID.cancel` appears there. No record holds a token or a cookie.

use super::entries_of::entries_of;
use super::lock::DownloadLock;
use crate::yt_dlp::cookie_file::remove_or_empty;
use potbridge_protocol::download::{DownloadProgress, DownloadState};
use potbridge_protocol::{Code, Download, DownloadId, DownloadRequest, Problem, VideoId};
use potbridge_system::clock;
use potbridge_system::dirs::{self, Dirs, open_private};
use potbridge_system::file_lock::FileLock;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// How many downloads that have ended are remembered.
const REMEMBERED: usize = 50;

const FOLDER: &str = "downloads";

/// How long a process may take to end after its last report.
const ENDING: Duration = Duration::from_secs(2);

/// How often to look whether it has.
const POLL: Duration = Duration::from_millis(10);

/// What is known of a download.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// What may be shown.
    pub download: Download,
    /// What was asked for, without the cookies.
    pub request: DownloadRequest,
}

/// Where the downloads of one potbridge are known.
#[derive(Clone, Debug)]
pub struct Records {
    folder: PathBuf,
    runtime: PathBuf,
    /// Where downloads of processes with other variables have their runtime files.
    elsewhere: Vec<PathBuf>,
}

impl Records {
    /// Makes its folders if they are missing.
    ///
    /// # Errors
    /// A folder cannot be made.
    pub fn open(dirs: &Dirs) -> io::Result<Self> {
        let folder = dirs.state.join(FOLDER);
        for dir in [&dirs.state, &folder] {
            dirs::make_private(dir)?;
        }
        let runtime = dirs.in_first_runtime(|runtime| {
            let own = runtime.join(FOLDER);
            dirs::make_private(runtime)?;
            dirs::make_private(&own)?;
            Ok(own)
        })?;
        let places = dirs.runtime_places().into_iter().map(|place| place.join(FOLDER));
        let elsewhere = places.filter(|place| *place != runtime).collect();
        Ok(Self { folder, runtime, elsewhere })
    }

    /// The folder of the records.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file for what yt-dlp prints, secrets masked.
    #[must_use]
    pub fn log(&self, id: &DownloadId) -> PathBuf {
        self.folder.join(format!("{id}.log"))
    }

    /// A file of the download's own that lives no longer than its process.
    #[must_use]
    pub fn runtime_file(&self, id: &DownloadId, ending: &str) -> PathBuf {
        self.runtime.join(format!("{id}.{ending}"))
    }

    /// Locks one of the places in the queue. Gives `None` if another process has it.
    ///
    /// # Errors
    /// The runtime folder cannot be written.
    pub(super) fn lock_place(&self, number: usize) -> io::Result<Option<FileLock>> {
        self.lock_here(&format!("slot-{number}"))
    }

    /// Locks a video while it is downloaded. Gives `None` if another process has it.
    ///
    /// # Errors
    /// The runtime folder cannot be written.
    pub(super) fn lock_video(&self, video_id: &VideoId) -> io::Result<Option<FileLock>> {
        self.lock_here(&format!("video-{video_id}"))
    }

    /// Locks a file of the own runtime folder, unless one of this name is locked elsewhere.
    fn lock_here(&self, name: &str) -> io::Result<Option<FileLock>> {
        let here = FileLock::try_take_or_go_on(&self.runtime.join(name))?;
        // Two processes with other variables than each other may see each other, and neither begins then: both try again.
        Ok(here.filter(|_| !self.elsewhere.iter().any(|place| is_locked(&place.join(name)))))
    }

    /// A name that no download of this machine has: the time and a random number, in hexadecimal. A process id would be in use
    /// twice if there are PID namespaces.
    #[must_use]
    pub fn new_id() -> DownloadId {
        // The system always has random bytes. Without them the time alone would do nearly as well.
        let random = getrandom::u32().unwrap_or_default();
        let name = format!("{:x}-{random:x}", clock::now_ms());
        DownloadId::new(&name)
            .unwrap_or_else(|_| unreachable!("hexadecimal numbers and a hyphen name a download"))
    }

    /// Locks a download. Gives `None` if another process runs it.
    ///
    /// # Errors
    /// The runtime folder cannot be written.
    pub(super) fn lock(&self, id: &DownloadId) -> io::Result<Option<DownloadLock>> {
        self.wait_for_its_end(id);
        let path = self.runtime_file(id, "lock");
        let Some(lock) = self.lock_here(&format!("{id}.lock"))? else { return Ok(None) };
        remove(&self.runtime_file(id, "cancel"))?;
        Ok(Some(DownloadLock::new(lock, path)))
    }

    /// Whether a process runs it.
    #[must_use]
    pub fn is_live(&self, id: &DownloadId) -> bool {
        self.live_in(id).is_some()
    }

    /// The folder with the runtime files of the process that runs it.
    fn live_in(&self, id: &DownloadId) -> Option<&Path> {
        let lock = format!("{id}.lock");
        let mut places = std::iter::once(&self.runtime).chain(&self.elsewhere);
        places.find(|place| FileLock::is_held(&place.join(&lock))).map(PathBuf::as_path)
    }

    /// Writes a record, in one step.
    ///
    /// # Errors
    /// The state folder cannot be written.
    pub fn write(&self, record: &Record) -> io::Result<()> {
        let options = atomic_file::Options::new().mode(0o600);
        atomic_file::replace(&self.record(&record.download.id), &serde_json::to_vec(record)?, &options)?;
        Ok(())
    }

    /// Reads a record. If its process ended before the download, the record says that it was interrupted.
    #[must_use]
    pub fn read(&self, id: &DownloadId) -> Option<Record> {
        // `sweep` says which records cannot be read.
        self.try_read(id).ok().flatten()
    }

    fn try_read(&self, id: &DownloadId) -> io::Result<Option<Record>> {
        // Looked at before the record is read: a process writes its last record before it ends.
        let live = self.is_live(id);
        let mut record: Record = match fs::read(self.record(id)) {
            Ok(bytes) => serde_json::from_slice(&bytes)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        if !live && !record.download.state.is_final() {
            let download = &mut record.download;
            download.state = DownloadState::Failed;
            download.progress = DownloadProgress { speed: None, eta: None, ..download.progress };
            let message = "The program that ran this download was ended from outside.";
            let hint = "Retry it. It resumes where it was.";
            download.error = Some(Problem::new(Code::Interrupted, message).with_hint(hint));
        }
        Ok(Some(record))
    }

    /// All records, the newest first.
    ///
    /// # Errors
    /// Their folder cannot be read.
    pub fn all(&self) -> io::Result<Vec<Record>> {
        // An entry that cannot be read was removed meanwhile.
        let ids = fs::read_dir(&self.folder)?.flatten().filter_map(|entry| id_of(&entry.path()));
        let mut records: Vec<Record> = ids.filter_map(|id| self.read(&id)).collect();
        records.sort_by(|a, b| b.order().cmp(&a.order()));
        Ok(records)
    }

    /// Waits for the process of a download that has reported its end.
    fn wait_for_its_end(&self, id: &DownloadId) {
        let ends = Instant::now() + ENDING;
        while self.is_live(id)
            && self.read(id).is_some_and(|record| record.download.state.is_final())
            && Instant::now() < ends
        {
            thread::sleep(POLL);
        }
    }

    /// Asks the process that runs a download to cancel it. Says whether there is one.
    ///
    /// # Errors
    /// The runtime folder cannot be written.
    pub fn cancel(&self, id: &DownloadId) -> io::Result<bool> {
        let Some(place) = self.live_in(id) else { return Ok(false) };
        open_private(&place.join(format!("{id}.cancel"))).map(|_| true)
    }

    /// Whether somebody asked to cancel it.
    #[must_use]
    pub fn is_cancelled(&self, id: &DownloadId) -> bool {
        self.runtime_file(id, "cancel").exists()
    }

    /// Takes a download out of the list, unless it is running. Says whether it is out.
    ///
    /// # Errors
    /// The state folder cannot be written.
    pub fn forget(&self, id: &DownloadId) -> io::Result<bool> {
        self.wait_for_its_end(id);
        if self.is_live(id) {
            return Ok(false);
        }
        remove(&self.log(id))?;
        remove(&self.record(id)).map(|()| true)
    }

    /// Removes what killed processes left in the runtime folder, cookies above all, and the oldest records.
    pub fn sweep(&self) {
        let all = self
            .all()
            .inspect_err(|error| log::warn!("{} cannot be read: {error}", self.folder.display()))
            .unwrap_or_default();
        for record in all.into_iter().filter(|record| record.download.state.is_final()).skip(REMEMBERED) {
            let Record { download: Download { id, .. }, .. } = record;
            // It is tried again with the next download.
            if let Err(error) = self.forget(&id) {
                log::warn!("the old download {id} cannot be taken out of the list: {error}");
            }
        }
        for id in entries_of(&self.folder).filter_map(|entry| id_of(&entry.path())) {
            if let Err(error) = self.try_read(&id) {
                let path = self.record(&id);
                log::warn!(
                    "the download of {} is not in the list, since it cannot be read: {error}",
                    path.display()
                );
            }
        }
        for entry in entries_of(&self.runtime) {
            let path = entry.path();
            let Some(id) = path.file_stem().and_then(|name| DownloadId::new(name.to_str()?).ok()) else {
                continue;
            };
            let of_a_download = path.extension().is_some();
            if of_a_download && !self.is_live(&id) {
                // Its cookies, if it has any.
                remove_or_empty(&path);
            }
        }
    }

    fn record(&self, id: &DownloadId) -> PathBuf {
        self.folder.join(format!("{id}.json"))
    }
}

impl Record {
    /// Records are sorted by this: when the download was asked for, then its name.
    #[must_use]
    pub fn order(&self) -> (u64, &str) {
        (self.download.asked_at, self.download.id.as_str())
    }
}

/// The download whose record this is the path of.
#[must_use]
pub fn id_of(path: &Path) -> Option<DownloadId> {
    let name = path.file_name()?.to_str()?.strip_suffix(".json")?;
    (!name.starts_with('.')).then(|| DownloadId::new(name).ok())?
}

/// Whether a process has a file locked. One that cannot be locked by anybody counts as free.
fn is_locked(path: &Path) -> bool {
    let locked = |file: fs::File| matches!(file.try_lock_shared(), Err(fs::TryLockError::WouldBlock));
    fs::File::open(path).is_ok_and(locked)
}

/// Removes a file, if there is one.
fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
pub(super) mod tests;
