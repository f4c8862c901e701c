//! One download, from its turn in the queue to its file: the only way that a download runs.

use super::log::Log;
use super::options::check_folder;
use super::program;
use super::published::Published;
use super::running::{Running, Stop};
use super::store::{Record, Store, Tenure};
use super::tokens::Tokens;
use crate::clock;
use crate::config::{Config, DownloadConfig};
use crate::error::Error;
use crate::folders::Folders;
use crate::shelf::Shelf;
use potbridge_protocol::download::{List, Progress, State};
use potbridge_protocol::{Ask, Cookie, Download, JobId};
use serde::{Deserialize, Serialize};
use std::io;
use std::path::PathBuf;

/// What a download begins with, as the host hands it to the process that runs it.
#[derive(Serialize, Deserialize)]
pub struct Start {
    /// What is to be downloaded.
    pub ask: Ask,
    /// The download to go on with, where it is not a new one.
    #[serde(default)]
    pub again: Option<JobId>,
}

/// A download that is ready to run.
pub struct Job {
    folders: Folders,
    config: DownloadConfig,
    store: Store,
    record: Record,
    cookies: Vec<Cookie>,
    tokens: Tokens,
    yt_dlp: PathBuf,
    dir: PathBuf,
    log: Log,
    _tenure: Tenure,
}

impl Job {
    /// Checks all that can be checked before anything is started.
    ///
    /// # Errors
    /// Where yt-dlp, the folder, or the shelf is not to be had, or another process runs this very download.
    pub fn prepare(start: Start, folders: Folders, config: Config) -> Result<Self, Error> {
        let Start { mut ask, again } = start;
        let yt_dlp = program::yt_dlp(&config.download)?;
        let dir = config.download.folder(&folders.config)?;
        let failed = |what: String| move |source| Error::Download { what, source };
        check_folder(&dir).map_err(|why| {
            failed("yt-dlp cannot be started".to_owned())(io::Error::new(io::ErrorKind::InvalidInput, why))
        })?;
        std::fs::create_dir_all(&dir)
            .map_err(failed(format!("the folder for downloads, {}, cannot be made", dir.display())))?;
        // One inside the browser's host is asked over the link.
        let in_memory = config.shelf.is_in_memory();
        let shelf = (!in_memory).then(|| Shelf::open(&config.shelf, &folders)).transpose()?;
        let state = || format!("the list of downloads in {} cannot be kept", folders.state.display());
        let store = Store::open(&folders).map_err(failed(state()))?;
        store.sweep();
        let job = again.unwrap_or_else(Store::new_job);
        let Some(tenure) = store.take(&job).map_err(failed(state()))? else {
            return Err(Error::DownloadRuns(job));
        };
        let cookies = std::mem::take(&mut ask.cookies);
        let log = Log::begin(&store.log(&job), &cookies).map_err(failed(state()))?;
        let before = store.read(&job).map(|record| record.download);
        let now = clock::now_ms();
        let download = Download {
            job,
            video_id: ask.video_id.clone(),
            list: ask.list_id.clone().map(|list_id| List { list_id, videos: 0, done: 0, failed: 0 }),
            title: before.as_ref().and_then(|before| before.title.clone()),
            preset: ask.preset,
            subtitles: ask.subtitles,
            state: State::Queued,
            progress: Progress::default(),
            file: None,
            notices: Vec::new(),
            error: None,
            asked_at: now,
            at: now,
        };
        let tokens = Tokens::new(shelf, ask.session.clone());
        let record = Record { download, ask };
        let config = config.download;
        Ok(Self { folders, config, store, record, cookies, tokens, yt_dlp, dir, log, _tenure: tenure })
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &JobId {
        &self.record.download.job
    }

    /// Runs it to its end, tells of every change, and says how it ended. `ends` says whether this process was asked
    /// to end.
    ///
    /// # Errors
    /// Where its record cannot be written.
    pub fn run(self, tell: impl FnMut(&Download), ends: &dyn Fn() -> bool) -> Result<Download, Error> {
        let Self { folders, config, store, record, cookies, tokens, yt_dlp, dir, log, _tenure } = self;
        let ask = record.ask.clone();
        let published = Published::new(record, &store, Box::new(tell)).map_err(|source| Error::Download {
            what: format!("the list of downloads in {} cannot be kept", folders.state.display()),
            source,
        })?;
        let mut running = Running {
            folders: folders.clone(),
            config,
            store: &store,
            published,
            cookies,
            tokens,
            yt_dlp,
            dir,
            log,
            ends,
            wishes: 0,
        };
        // Held until all is said, so that the next one's first word comes after this one's last.
        let slot = running.wait_for_slot();
        let ended = slot.as_ref().map_or_else(|stop| Err(stop.clone()), |_| running.all(&ask));
        running.published.change(|download| {
            download.progress = Progress { speed: None, eta: None, ..download.progress };
            match ended {
                Ok(()) => {
                    download.state = State::Done;
                    download.progress.permille = Some(1000);
                }
                Err(Stop::Cancelled) => download.state = State::Cancelled,
                Err(Stop::Failed(why)) => (download.state, download.error) = (State::Failed, Some(why)),
            }
        });
        running.published.settle();
        drop(slot);
        Ok(running.published.download().clone())
    }
}
