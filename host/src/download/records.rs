//! The downloads of this machine, as every process sees them.
//!
//! Each has a record in the state folder, `downloads/JOB.json`, which only the process that runs it writes, and always
//! whole. That process holds the lock `JOB.lock` in the runtime folder for as long as it lives, and looks there for
//! what others want of it: `JOB.cancel`. No record holds a token or a cookie.

use potbridge_protocol::download::{DownloadProgress, DownloadState};
use potbridge_protocol::{Code, Problem};
use potbridge_protocol::{Download, DownloadId, DownloadRequest, VideoId};
use potbridge_system::clock;
use potbridge_system::dirs::{self, Dirs, open_private};
use serde::{Deserialize, Serialize};
use std::fs::{self, File, TryLockError};
use std::io;
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
    pub request: DownloadRequest,
}

/// Where the downloads of one potbridge are known.
#[derive(Clone, Debug)]
pub struct Records {
    records: PathBuf,
    runtime: PathBuf,
}

/// The right to be the one process that runs a download, for as long as it lives.
pub struct DownloadLock {
    _lock: File,
    path: PathBuf,
}

impl Drop for DownloadLock {
    fn drop(&mut self) {
        // What stays behind is unlocked, and swept.
        let _ = fs::remove_file(&self.path);
    }
}

impl Records {
    /// Makes its dirs where they are missing.
    ///
    /// # Errors
    /// Where that fails.
    pub fn open(dirs: &Dirs) -> io::Result<Self> {
        let records = Self { records: dirs.state.join(FOLDER), runtime: dirs.runtime.join(FOLDER) };
        dirs::make_private(&dirs.state)?;
        dirs::make_private(&dirs.runtime)?;
        dirs::make_private(&records.records)?;
        dirs::make_private(&records.runtime)?;
        Ok(records)
    }

    /// The folder of the records.
    #[must_use]
    pub fn records(&self) -> &Path {
        &self.records
    }

    /// The file in which the process that runs a download keeps what yt-dlp said, secrets masked.
    #[must_use]
    pub fn log(&self, job: &DownloadId) -> PathBuf {
        self.records.join(format!("{job}.log"))
    }

    /// A file of the download's own that lives no longer than its process.
    #[must_use]
    pub fn runtime_file(&self, job: &DownloadId, ending: &str) -> PathBuf {
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
    pub fn new_job() -> DownloadId {
        let name = format!("{:x}-{:x}", clock::now_ms(), std::process::id());
        DownloadId::new(&name)
            .unwrap_or_else(|_| unreachable!("hexadecimal numbers and a hyphen name a download"))
    }

    /// Takes a download over; nothing where another process has it.
    ///
    /// # Errors
    /// Where the runtime folder cannot be written.
    pub fn take(&self, job: &DownloadId) -> io::Result<Option<DownloadLock>> {
        self.wait_for_last_moments(job);
        let path = self.runtime_file(job, "lock");
        let lock = open_private(&path)?;
        match lock.try_lock() {
            Ok(()) => {
                remove(&self.runtime_file(job, "cancel"))?;
                Ok(Some(DownloadLock { _lock: lock, path }))
            }
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Whether a process runs it.
    #[must_use]
    pub fn is_live(&self, job: &DownloadId) -> bool {
        File::open(self.runtime_file(job, "lock"))
            .is_ok_and(|lock| matches!(lock.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }

    /// Writes a record, whole.
    ///
    /// # Errors
    /// Where the state folder cannot be written.
    pub fn write(&self, record: &Record) -> io::Result<()> {
        let options = atomic_file::Options::new().mode(0o600);
        atomic_file::replace(&self.record(&record.download.id), &serde_json::to_vec(record)?, &options)?;
        Ok(())
    }

    /// Reads a record, and says of one whose process is gone that it broke off.
    #[must_use]
    pub fn read(&self, job: &DownloadId) -> Option<Record> {
        // Asked before it is read: who ends writes its last word first.
        let live = self.is_live(job);
        let mut record: Record = serde_json::from_slice(&fs::read(self.record(job)).ok()?).ok()?;
        if !live && !record.download.state.is_final() {
            let download = &mut record.download;
            download.state = DownloadState::Failed;
            download.progress = DownloadProgress { speed: None, eta: None, ..download.progress };
            let message = "The program that ran this download was ended from outside.";
            let hint = "Retry it. It resumes where it was.";
            download.error = Some(Problem::new(Code::Interrupted, message).with_hint(hint));
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
    fn wait_for_last_moments(&self, job: &DownloadId) {
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
    pub fn cancel(&self, job: &DownloadId) -> io::Result<bool> {
        if !self.is_live(job) {
            return Ok(false);
        }
        open_private(&self.runtime_file(job, "cancel")).map(|_| true)
    }

    /// Whether somebody asked to end it.
    #[must_use]
    pub fn is_cancelled(&self, job: &DownloadId) -> bool {
        self.runtime_file(job, "cancel").exists()
    }

    /// Takes one that is not running out of the list. Says whether it is out of it.
    ///
    /// # Errors
    /// Where the state folder cannot be written.
    pub fn forget(&self, job: &DownloadId) -> io::Result<bool> {
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
            let _ = self.forget(&record.download.id);
        }
        for entry in fs::read_dir(&self.runtime).into_iter().flatten().flatten() {
            let path = entry.path();
            let Some(job) = path.file_stem().and_then(|name| DownloadId::new(name.to_str()?).ok()) else {
                continue;
            };
            let of_a_job = path.extension().is_some();
            if of_a_job && !self.is_live(&job) {
                let _ = fs::remove_file(path);
            }
        }
    }

    fn record(&self, job: &DownloadId) -> PathBuf {
        self.records.join(format!("{job}.json"))
    }
}

impl Record {
    /// What decides whose turn is first.
    #[must_use]
    pub fn order(&self) -> (u64, &str) {
        (self.download.asked_at, self.download.id.as_str())
    }
}

/// The download whose record a path is.
#[must_use]
pub fn job_of(path: &Path) -> Option<DownloadId> {
    let name = path.file_name()?.to_str()?.strip_suffix(".json")?;
    (!name.starts_with('.')).then(|| DownloadId::new(name).ok())?
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

    pub(in crate::download) fn records(at: &Path) -> Records {
        let dirs = Dirs { config: at.join("c.toml"), state: at.join("state"), runtime: at.join("run") };
        Records::open(&dirs).unwrap()
    }

    pub(in crate::download) fn record(job: &str, state: DownloadState, asked_at: u64) -> Record {
        let video_id = Some(VideoId::new("dQw4w9WgXcQ").unwrap());
        Record {
            download: Download {
                id: DownloadId::new(job).unwrap(),
                video_id: video_id.clone(),
                list: None,
                title: None,
                preset: Preset::Best,
                subtitles: false,
                state,
                progress: DownloadProgress::default(),
                file: None,
                notices: Vec::new(),
                error: None,
                asked_at,
                at: asked_at,
            },
            request: DownloadRequest {
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
        let records = records(folder.path());
        let running = record("1", DownloadState::Downloading, 5);
        let job = running.download.id.clone();
        let lock = records.take(&job).unwrap().unwrap();
        assert!(records.take(&job).unwrap().is_none(), "one process runs it");
        records.write(&running).unwrap();
        assert_eq!(records.read(&job), Some(running));
        drop(lock);
        let read = records.read(&job).unwrap().download;
        assert_eq!((read.state, read.error.unwrap().code.as_str()), (DownloadState::Failed, "interrupted"));
    }

    #[test]
    fn one_that_runs_is_cancelled_and_not_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let records = records(folder.path());
        let job = DownloadId::new("2").unwrap();
        records.write(&record("2", DownloadState::Queued, 5)).unwrap();
        assert!(!records.cancel(&job).unwrap(), "nobody runs it");
        let lock = records.take(&job).unwrap().unwrap();
        assert!(!records.forget(&job).unwrap());
        assert!(records.cancel(&job).unwrap() && records.is_cancelled(&job));
        drop(lock);
        let again = records.take(&job).unwrap().unwrap();
        assert!(!records.is_cancelled(&job), "that was meant for the process before");
        drop(again);
        assert!(records.forget(&job).unwrap() && records.read(&job).is_none());
    }

    #[test]
    fn what_killed_processes_left_is_swept_and_what_is_in_use_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let records = records(folder.path());
        let (dead, live) = (DownloadId::new("a").unwrap(), DownloadId::new("b").unwrap());
        let _tenure = records.take(&live).unwrap().unwrap();
        for job in [&dead, &live] {
            fs::write(records.runtime_file(job, "cookies"), "secret").unwrap();
        }
        for number in 0..70 {
            records.write(&record(&format!("{number:02}"), DownloadState::Done, number)).unwrap();
        }
        records.sweep();
        assert!(!records.runtime_file(&dead, "cookies").exists());
        assert!(records.runtime_file(&live, "cookies").exists());
        let all = records.all();
        assert_eq!((all.len(), all[0].download.asked_at, all[49].download.asked_at), (REMEMBERED, 69, 20));
    }

    #[cfg(unix)]
    #[test]
    fn the_files_are_their_owners_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let records = records(folder.path());
        let job = DownloadId::new("3").unwrap();
        let _tenure = records.take(&job).unwrap().unwrap();
        records.write(&record("3", DownloadState::Queued, 1)).unwrap();
        for (path, mode) in [
            (records.records.clone(), 0o700),
            (records.runtime.clone(), 0o700),
            (records.record(&job), 0o600),
            (records.runtime_file(&job, "lock"), 0o600),
        ] {
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, mode, "{path:?}");
        }
    }
}
