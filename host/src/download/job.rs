//! A download that this process runs: what it consists of, and what every step of it does.
//!
//! The steps are methods in files of their own: [`super::yt_dlp_run`], [`super::token_request`], [`super::video`],
//! [`super::playlist`] and, above all of them, [`super::run`].

use super::detached::StartRequest;
use super::lock::DownloadLock;
use super::log::Log;
use super::records::{Record, Records};
use super::reporter::Reporter;
use super::stop::StopReason;
use super::timing::Timing;
use super::tokens::Tokens;
use crate::config::{Config, DownloadConfig, check_folder};
use crate::error::Error;
use crate::store::TokenStore;
use crate::yt_dlp::plugin::Plugin;
use crate::yt_dlp::program;
use crate::yt_dlp::proxy::{in_use, proxies};
use crate::yt_dlp::secrets::Secrets;
use potbridge_protocol::download::{DownloadProgress, DownloadState, PlaylistProgress};
use potbridge_protocol::{Code, Cookie, Download, DownloadId, DownloadRequest, Problem};
use potbridge_system::clock;
use potbridge_system::dirs::Dirs;
use potbridge_system::file_lock::FileLock;
use std::env;
use std::io;
use std::path::PathBuf;
use std::thread;

/// How many notices a download tells. A playlist's own, that some of its videos failed, comes besides.
const MOST_NOTICES: usize = 50;

/// A download that this process runs.
pub struct DownloadJob<'a> {
    pub(super) dirs: Dirs,
    pub(super) config: DownloadConfig,
    pub(super) timing: Timing,
    pub(super) records: Records,
    pub(super) reporter: Reporter<'a>,
    pub(super) request: DownloadRequest,
    pub(super) cookies: Vec<Cookie>,
    pub(super) tokens: Tokens,
    pub(super) yt_dlp: PathBuf,
    /// Our own plugin for yt-dlp, for runs with a token.
    pub(super) plugin: Option<Plugin>,
    pub(super) dir: PathBuf,
    pub(super) log: Log,
    /// Where the proxy is set that yt-dlp uses.
    pub(super) proxy: Option<String>,
    /// The version of yt-dlp if that is old; `None` if it was not asked for.
    pub(super) old_version: Option<Option<String>>,
    /// Whether the client of the token was of no use to a video before.
    pub(super) token_later: bool,
    /// Whether there was no browser when one was to be asked last.
    pub(super) no_browser: bool,
    /// Gets the path of each file once it is whole.
    pub(super) on_file: Box<dyn FnMut(&str) + 'a>,
    /// Whether this process was asked to end.
    is_interrupted: &'a dyn Fn() -> bool,
    _lock: DownloadLock,
}

impl<'a> DownloadJob<'a> {
    /// Checks all that can be checked before anything is started, and locks the download.
    ///
    /// `on_change` gets the download after every change. `is_interrupted` says whether this process was asked to end.
    ///
    /// # Errors
    /// yt-dlp, the folder or the records cannot be had, or another process runs this download.
    pub fn prepare(
        start: StartRequest,
        dirs: Dirs,
        config: Config,
        timing: Timing,
        on_change: Box<dyn FnMut(&Download) + 'a>,
        is_interrupted: &'a dyn Fn() -> bool,
    ) -> Result<Self, Error> {
        let StartRequest { mut request, resume } = start;
        config.download.check(&dirs.config)?;
        let yt_dlp = program::yt_dlp(&config.download)?;
        let dir = config.download.folder(&dirs.config)?;
        let failed = |what: String| move |source| Error::DownloadIo { what, source };
        check_folder(&dir).map_err(|why| {
            failed("yt-dlp cannot be started".to_owned())(io::Error::new(io::ErrorKind::InvalidInput, why))
        })?;
        std::fs::create_dir_all(&dir)
            .map_err(failed(format!("the folder for downloads, {}, cannot be made", dir.display())))?;
        // A store inside the browser's host is asked over the control socket.
        let in_memory = config.store.is_in_memory();
        let store = (!in_memory).then(|| TokenStore::open(&config.store, &dirs)).transpose()?;
        let not_kept = || failed(format!("the list of downloads in {} cannot be kept", dirs.state.display()));
        let records = Records::open(&dirs).map_err(not_kept())?;
        records.sweep();
        let id = resume.unwrap_or_else(Records::new_id);
        let Some(lock) = records.lock(&id).map_err(not_kept())? else {
            return Err(Error::DownloadRuns(id));
        };
        let cookies = std::mem::take(&mut request.cookies);
        // An address of a proxy that is no text is none that yt-dlp can use.
        let environment = env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        let proxies = proxies(&config.download.extra_options, environment);
        let log = Log::begin(&records.log(&id), Secrets::of(&cookies, &proxies)).map_err(not_kept())?;
        let title = records.read(&id).and_then(|record| record.download.title);
        let tokens = Tokens::new(store, config.private_windows, request.session.clone(), !cookies.is_empty());
        let record = Record { download: queued(id, title, &request), request: request.clone() };
        let reporter = Reporter::new(record, records.clone(), timing.report, on_change);
        // All but the renewal in the middle of a run works without it.
        let plugin = env::current_exe()
            .and_then(|program| Plugin::place(&program, &dirs))
            .inspect_err(|error| log::warn!("yt-dlp cannot be given our plugin: {error}"))
            .ok();
        Ok(Self {
            dirs,
            config: config.download,
            timing,
            records,
            reporter,
            request,
            cookies,
            tokens,
            yt_dlp,
            plugin,
            dir,
            log,
            proxy: in_use(&proxies),
            old_version: None,
            token_later: false,
            no_browser: false,
            on_file: Box::new(|_| {}),
            is_interrupted,
            _lock: lock,
        })
    }

    /// Has the path of each file told as soon as the file is whole.
    #[must_use]
    pub fn on_file(mut self, on_file: Box<dyn FnMut(&str) + 'a>) -> Self {
        self.on_file = on_file;
        self
    }

    /// The name that the host gave it.
    #[must_use]
    pub fn id(&self) -> &DownloadId {
        &self.reporter.download().id
    }

    /// Changes what is known of it, and reports that as soon as it may.
    pub(super) fn change(&mut self, change: impl FnOnce(&mut Download)) {
        self.reporter.change(change);
    }

    /// Tells what a person should know although the download goes on.
    pub(super) fn notice(&mut self, notice: Problem) {
        self.change(|download| add_notice(&mut download.notices, notice));
    }

    /// Reports what is due, and fails if somebody asked for the end.
    pub(super) fn check_cancelled(&mut self) -> Result<(), StopReason> {
        self.reporter.tick();
        let cancelled = (self.is_interrupted)() || self.records.is_cancelled(self.id());
        if cancelled { Err(StopReason::Cancelled) } else { Ok(()) }
    }

    /// Waits until a lock is free.
    pub(super) fn wait_for(
        &mut self,
        lock: impl Fn(&Self) -> io::Result<Option<FileLock>>,
    ) -> Result<FileLock, StopReason> {
        loop {
            self.check_cancelled()?;
            match lock(self) {
                Ok(Some(lock)) => return Ok(lock),
                Ok(None) => thread::sleep(self.timing.poll),
                Err(error) => {
                    let message = format!("The queue of downloads cannot be kept: {error}.");
                    return Err(StopReason::failed(Code::DownloadFailed, message));
                }
            }
        }
    }
}

/// A notice for each of a thousand videos would be more than a message to a browser holds. The first ones tell it all.
fn add_notice(notices: &mut Vec<Problem>, notice: Problem) {
    if notices.len() < MOST_NOTICES {
        notices.push(notice);
    }
}

/// A download that has not begun.
fn queued(id: DownloadId, title: Option<String>, request: &DownloadRequest) -> Download {
    let now = clock::now_ms();
    let list = |list_id| PlaylistProgress { list_id, videos: 0, done: 0, failed: 0 };
    Download {
        id,
        video_id: request.video_id.clone(),
        list: request.list_id.clone().map(list),
        title,
        preset: request.preset,
        subtitles: request.subtitles,
        state: DownloadState::Queued,
        progress: DownloadProgress::default(),
        file: None,
        notices: Vec::new(),
        error: None,
        asked_at: now,
        at: now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_playlist_tells_its_first_notices() {
        let mut notices = Vec::new();
        for number in 0..1000 {
            let notice = Problem::new(Code::SubtitlesMissing, number.to_string());
            add_notice(&mut notices, notice);
        }
        assert_eq!((notices.len(), notices[0].message.as_str()), (MOST_NOTICES, "0"));
    }
}
