//! The downloads of this machine, as every process sees them.
//!
//! Each has a record in the state folder, `downloads/JOB.json`, which only the process that runs it writes, and always
//! whole. That process holds the lock `JOB.lock` in the runtime folder for as long as it lives, and looks there for
//! what others want of it: `JOB.cancel`. No record holds a token or a cookie.

use crate::clock;
use crate::folders::{self, Folders, open_private};
use potbridge_protocol::download::{Progress, State};
use potbridge_protocol::report::Notice;
use potbridge_protocol::{Ask, Download, JobId, VideoId};
use serde::{Deserialize, Serialize};
use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// How many downloads that have ended are remembered.
const REMEMBERED: usize = 50;

const FOLDER: &str = "downloads";

/// How long a process may take to end after its last word.
const LAST_MOMENTS: Duration = Duration::from_secs(2);

/// What is known of a download.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// What may be shown.
    pub download: Download,
    /// What was asked for, without the cookies.
    pub ask: Ask,
}

/// Where the downloads of one potbridge are known.
#[derive(Clone, Debug)]
pub struct Store {
    records: PathBuf,
    runtime: PathBuf,
}

/// The right to be the one process that runs a download, for as long as it lives.
pub struct Tenure {
    _lock: File,
    path: PathBuf,
}

impl Drop for Tenure {
    fn drop(&mut self) {
        // What stays behind is unlocked, and swept.
        let _ = fs::remove_file(&self.path);
    }
}

impl Store {
    /// Makes its folders where they are missing.
    ///
    /// # Errors
    /// Where that fails.
    pub fn open(folders: &Folders) -> io::Result<Self> {
        let store = Self { records: folders.state.join(FOLDER), runtime: folders.runtime.join(FOLDER) };
        folders::make_private(&folders.state)?;
        folders::make_private(&folders.runtime)?;
        folders::make_private(&store.records)?;
        folders::make_private(&store.runtime)?;
        Ok(store)
    }

    /// The folder of the records.
    #[must_use]
    pub fn records(&self) -> &Path {
        &self.records
    }

    /// The file in which the process that runs a download keeps what yt-dlp said, secrets masked.
    #[must_use]
    pub fn log(&self, job: &JobId) -> PathBuf {
        self.records.join(format!("{job}.log"))
    }

    /// A file of the download's own that lives no longer than its process.
    #[must_use]
    pub fn runtime_file(&self, job: &JobId, ending: &str) -> PathBuf {
        self.runtime.join(format!("{job}.{ending}"))
    }

    /// A slot of the queue.
    #[must_use]
    pub fn slot(&self, number: usize) -> PathBuf {
        self.runtime.join(format!("slot-{number}"))
    }

    /// What is locked while a video is downloaded.
    #[must_use]
    pub fn video(&self, video_id: &VideoId) -> PathBuf {
        self.runtime.join(format!("video-{video_id}"))
    }

    /// A name that no download of this machine has: the time and the process, in hexadecimal.
    #[must_use]
    pub fn new_job() -> JobId {
        let name = format!("{:x}-{:x}", clock::now_ms(), std::process::id());
        JobId::new(&name).unwrap_or_else(|_| unreachable!("hexadecimal numbers and a hyphen name a download"))
    }

    /// Takes a download over; nothing where another process has it.
    ///
    /// # Errors
    /// Where the runtime folder cannot be written.
    pub fn take(&self, job: &JobId) -> io::Result<Option<Tenure>> {
        self.wait_for_last_moments(job);
        let path = self.runtime_file(job, "lock");
        let lock = open_private(&path)?;
        match lock.try_lock() {
            Ok(()) => {
                remove(&self.runtime_file(job, "cancel"))?;
                Ok(Some(Tenure { _lock: lock, path }))
            }
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Whether a process runs it.
    #[must_use]
    pub fn is_live(&self, job: &JobId) -> bool {
        File::open(self.runtime_file(job, "lock"))
            .is_ok_and(|lock| matches!(lock.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }

    /// Writes a record, whole.
    ///
    /// # Errors
    /// Where the state folder cannot be written.
    pub fn write(&self, record: &Record) -> io::Result<()> {
        let mut file = tempfile::Builder::new().suffix(".new").tempfile_in(&self.records)?;
        file.write_all(&serde_json::to_vec(record)?)?;
        file.persist(self.record(&record.download.job)).map(drop).map_err(|error| error.error)
    }

    /// Reads a record, and says of one whose process is gone that it broke off.
    #[must_use]
    pub fn read(&self, job: &JobId) -> Option<Record> {
        // Asked before it is read: who ends writes its last word first.
        let live = self.is_live(job);
        let mut record: Record = serde_json::from_slice(&fs::read(self.record(job)).ok()?).ok()?;
        if !live && !record.download.state.is_final() {
            let download = &mut record.download;
            download.state = State::Failed;
            download.progress = Progress { speed: None, eta: None, ..download.progress };
            download.error = Some(Notice {
                code: "interrupted".to_owned(),
                message: "The program that ran this download was ended from outside: retry it, and it goes on from where it was."
                    .to_owned(),
            });
        }
        Some(record)
    }

    /// All of them, the newest first.
    #[must_use]
    pub fn all(&self) -> Vec<Record> {
        let Ok(entries) = fs::read_dir(&self.records) else { return Vec::new() };
        let mut records: Vec<Record> =
            entries.flatten().filter_map(|entry| self.read(&job_of(&entry.path())?)).collect();
        records.sort_by(|a, b| b.order().cmp(&a.order()));
        records
    }

    /// Who has seen that a download ended may be quicker than its process.
    fn wait_for_last_moments(&self, job: &JobId) {
        let ends = Instant::now() + LAST_MOMENTS;
        while self.is_live(job)
            && self.read(job).is_some_and(|record| record.download.state.is_final())
            && Instant::now() < ends
        {
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Asks the process that runs it to end it. Says whether there is one.
    ///
    /// # Errors
    /// Where the runtime folder cannot be written.
    pub fn cancel(&self, job: &JobId) -> io::Result<bool> {
        if !self.is_live(job) {
            return Ok(false);
        }
        open_private(&self.runtime_file(job, "cancel")).map(|_| true)
    }

    /// Whether somebody asked to end it.
    #[must_use]
    pub fn is_cancelled(&self, job: &JobId) -> bool {
        self.runtime_file(job, "cancel").exists()
    }

    /// Takes one that is not running out of the list. Says whether it is out of it.
    ///
    /// # Errors
    /// Where the state folder cannot be written.
    pub fn forget(&self, job: &JobId) -> io::Result<bool> {
        self.wait_for_last_moments(job);
        if self.is_live(job) {
            return Ok(false);
        }
        remove(&self.log(job))?;
        remove(&self.record(job)).map(|()| true)
    }

    /// Removes what killed processes left in the runtime folder, cookies above all, and what is too old to remember.
    pub fn sweep(&self) {
        for record in
            self.all().into_iter().filter(|record| record.download.state.is_final()).skip(REMEMBERED)
        {
            // It is tried again with the next download.
            let _ = self.forget(&record.download.job);
        }
        for entry in fs::read_dir(&self.runtime).into_iter().flatten().flatten() {
            let path = entry.path();
            let Some(job) = path.file_stem().and_then(|name| JobId::new(name.to_str()?).ok()) else {
                continue;
            };
            let of_a_job = path.extension().is_some();
            if of_a_job && !self.is_live(&job) {
                let _ = fs::remove_file(path);
            }
        }
    }

    fn record(&self, job: &JobId) -> PathBuf {
        self.records.join(format!("{job}.json"))
    }
}

impl Record {
    /// What decides whose turn is first.
    #[must_use]
    pub fn order(&self) -> (u64, &str) {
        (self.download.asked_at, self.download.job.as_str())
    }
}

/// The download whose record a path is.
#[must_use]
pub fn job_of(path: &Path) -> Option<JobId> {
    let name = path.file_name()?.to_str()?.strip_suffix(".json")?;
    (!name.starts_with('.')).then(|| JobId::new(name).ok())?
}

/// Removes a file; that there is none is as good.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use potbridge_protocol::Preset;

    pub(in crate::download) fn store(at: &Path) -> Store {
        let folders = Folders { config: at.join("c.toml"), state: at.join("state"), runtime: at.join("run") };
        Store::open(&folders).unwrap()
    }

    pub(in crate::download) fn record(job: &str, state: State, asked_at: u64) -> Record {
        let video_id = Some(VideoId::new("dQw4w9WgXcQ").unwrap());
        Record {
            download: Download {
                job: JobId::new(job).unwrap(),
                video_id: video_id.clone(),
                list: None,
                title: None,
                preset: Preset::Best,
                subtitles: false,
                state,
                progress: Progress::default(),
                file: None,
                notices: Vec::new(),
                error: None,
                asked_at,
                at: asked_at,
            },
            ask: Ask {
                video_id,
                list_id: None,
                music: false,
                preset: Preset::Best,
                subtitles: false,
                session: potbridge_protocol::Session::default(),
                cookies: Vec::new(),
            },
        }
    }

    #[test]
    fn a_download_whose_process_is_gone_has_broken_off() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path());
        let running = record("1", State::Downloading, 5);
        let job = running.download.job.clone();
        let tenure = store.take(&job).unwrap().unwrap();
        assert!(store.take(&job).unwrap().is_none(), "one process runs it");
        store.write(&running).unwrap();
        assert_eq!(store.read(&job), Some(running));
        drop(tenure);
        let read = store.read(&job).unwrap().download;
        assert_eq!((read.state, read.error.unwrap().code.as_str()), (State::Failed, "interrupted"));
    }

    #[test]
    fn one_that_runs_is_cancelled_and_not_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path());
        let job = JobId::new("2").unwrap();
        store.write(&record("2", State::Queued, 5)).unwrap();
        assert!(!store.cancel(&job).unwrap(), "nobody runs it");
        let tenure = store.take(&job).unwrap().unwrap();
        assert!(!store.forget(&job).unwrap());
        assert!(store.cancel(&job).unwrap() && store.is_cancelled(&job));
        drop(tenure);
        let again = store.take(&job).unwrap().unwrap();
        assert!(!store.is_cancelled(&job), "that was meant for the process before");
        drop(again);
        assert!(store.forget(&job).unwrap() && store.read(&job).is_none());
    }

    #[test]
    fn what_killed_processes_left_is_swept_and_what_is_in_use_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path());
        let (dead, live) = (JobId::new("a").unwrap(), JobId::new("b").unwrap());
        let _tenure = store.take(&live).unwrap().unwrap();
        for job in [&dead, &live] {
            fs::write(store.runtime_file(job, "cookies"), "secret").unwrap();
        }
        for number in 0..70 {
            store.write(&record(&format!("{number:02}"), State::Done, number)).unwrap();
        }
        store.sweep();
        assert!(!store.runtime_file(&dead, "cookies").exists());
        assert!(store.runtime_file(&live, "cookies").exists());
        let all = store.all();
        assert_eq!((all.len(), all[0].download.asked_at, all[49].download.asked_at), (REMEMBERED, 69, 20));
    }

    #[cfg(unix)]
    #[test]
    fn the_files_are_their_owners_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path());
        let job = JobId::new("3").unwrap();
        let _tenure = store.take(&job).unwrap().unwrap();
        store.write(&record("3", State::Queued, 1)).unwrap();
        for (path, mode) in [
            (store.records.clone(), 0o700),
            (store.runtime.clone(), 0o700),
            (store.record(&job), 0o600),
            (store.runtime_file(&job, "lock"), 0o600),
        ] {
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, mode, "{path:?}");
        }
    }
}
