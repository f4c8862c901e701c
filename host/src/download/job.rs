//! One download, from its turn in the queue to its file: the only way that a download runs.

use super::log::Log;
use super::records::{DownloadLock, Record, Records};
use super::reporter::Reporter;
use super::running::{Running, Stop};
use super::tokens::Tokens;
use crate::config::{Config, DownloadConfig};
use crate::error::Error;
use crate::store::TokenStore;
use crate::yt_dlp::options::check_folder;
use crate::yt_dlp::program;
use potbridge_protocol::download::{DownloadProgress, DownloadState, PlaylistProgress};
use potbridge_protocol::{Cookie, Download, DownloadId, DownloadRequest};
use potbridge_system::clock;
use potbridge_system::dirs::Dirs;
use serde::{Deserialize, Serialize};
use std::io;
use std::path::PathBuf;

/// What a download begins with, as the host hands it to the process that runs it.
#[derive(Serialize, Deserialize)]
pub struct Start {
    /// What is to be downloaded.
    pub request: DownloadRequest,
    /// The download to go on with, where it is not a new one.
    #[serde(default)]
    pub resume: Option<DownloadId>,
}

/// A download that is ready to run.
pub struct Job {
    dirs: Dirs,
    config: DownloadConfig,
    records: Records,
    record: Record,
    cookies: Vec<Cookie>,
    tokens: Tokens,
    yt_dlp: PathBuf,
    dir: PathBuf,
    log: Log,
    _tenure: DownloadLock,
}

impl Job {
    /// Checks all that can be checked before anything is started.
    ///
    /// # Errors
    /// Where yt-dlp, the folder, or the records is not to be had, or another process runs this very download.
    pub fn prepare(start: Start, dirs: Dirs, config: Config) -> Result<Self, Error> {
        let Start { mut request, resume } = start;
        let yt_dlp = program::yt_dlp(&config.download)?;
        let dir = config.download.folder(&dirs.config)?;
        let failed = |what: String| move |source| Error::DownloadIo { what, source };
        check_folder(&dir).map_err(|why| {
            failed("yt-dlp cannot be started".to_owned())(io::Error::new(io::ErrorKind::InvalidInput, why))
        })?;
        std::fs::create_dir_all(&dir)
            .map_err(failed(format!("the folder for downloads, {}, cannot be made", dir.display())))?;
        // A records inside the browser's host is asked over the control socket.
        let in_memory = config.store.is_in_memory();
        let tokens = (!in_memory).then(|| TokenStore::open(&config.store, &dirs)).transpose()?;
        let state = || format!("the list of downloads in {} cannot be kept", dirs.state.display());
        let records = Records::open(&dirs).map_err(failed(state()))?;
        records.sweep();
        let job = resume.unwrap_or_else(Records::new_job);
        let Some(lock) = records.take(&job).map_err(failed(state()))? else {
            return Err(Error::DownloadRuns(job));
        };
        let cookies = std::mem::take(&mut request.cookies);
        let log = Log::begin(&records.log(&job), &cookies).map_err(failed(state()))?;
        let before = records.read(&job).map(|record| record.download);
        let now = clock::now_ms();
        let download = Download {
            id: job,
            video_id: request.video_id.clone(),
            list: request.list_id.clone().map(|list_id| PlaylistProgress {
                list_id,
                videos: 0,
                done: 0,
                failed: 0,
            }),
            title: before.as_ref().and_then(|before| before.title.clone()),
            preset: request.preset,
            subtitles: request.subtitles,
            state: DownloadState::Queued,
            progress: DownloadProgress::default(),
            file: None,
            notices: Vec::new(),
            error: None,
            asked_at: now,
            at: now,
        };
        let tokens = Tokens::new(tokens, request.session.clone());
        let record = Record { download, request };
        let config = config.download;
        Ok(Self { dirs, config, records, record, cookies, tokens, yt_dlp, dir, log, _tenure: lock })
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &DownloadId {
        &self.record.download.id
    }

    /// Runs it to its end, tells of every change, and says how it ended. `ends` says whether this process was asked
    /// to end.
    ///
    /// # Errors
    /// Where its record cannot be written.
    pub fn run(self, tell: impl FnMut(&Download), ends: &dyn Fn() -> bool) -> Result<Download, Error> {
        let Self { dirs, config, records, record, cookies, tokens, yt_dlp, dir, log, _tenure } = self;
        let request = record.request.clone();
        let reporter =
            Reporter::new(record, &records, Box::new(tell)).map_err(|source| Error::DownloadIo {
                what: format!("the list of downloads in {} cannot be kept", dirs.state.display()),
                source,
            })?;
        let mut running = Running {
            dirs: dirs.clone(),
            config,
            records: &records,
            reporter,
            cookies,
            tokens,
            yt_dlp,
            dir,
            log,
            ends,
            requests_made: 0,
        };
        // Held until all is said, so that the next one's first word comes after this one's last.
        let slot = running.wait_for_slot();
        let ended = slot.as_ref().map_or_else(|stop| Err(stop.clone()), |_| running.all(&request));
        running.reporter.change(|download| {
            download.progress = DownloadProgress { speed: None, eta: None, ..download.progress };
            match ended {
                Ok(()) => {
                    download.state = DownloadState::Done;
                    download.progress.permille = Some(1000);
                }
                Err(Stop::Cancelled) => download.state = DownloadState::Cancelled,
                Err(Stop::Failed(why)) => {
                    (download.state, download.error) = (DownloadState::Failed, Some(why))
                }
            }
        });
        running.reporter.settle();
        drop(slot);
        Ok(running.reporter.download().clone())
    }
}
