//! A download that runs: a token for each video, yt-dlp with it, and what is to be done where that fails.

use super::log::Log;
use super::queue::{self, Slot};
use super::records::Records;
use super::reporter::Reporter;
use super::target::{list_page, page};
use super::tokens::Tokens;
use crate::config::DownloadConfig;
use crate::error::Error;
use crate::ipc::request_token::request_token;
use crate::yt_dlp::cookie_file::CookieFile;
use crate::yt_dlp::failures::FailureKind;
use crate::yt_dlp::options::Options;
use crate::yt_dlp::output::Line;
use crate::yt_dlp::process::{Happened, Output, Process};
use crate::yt_dlp::progress::{self, Step};
use crate::yt_dlp::watchdog::Watchdog;
use potbridge_protocol::download::{DownloadProgress, DownloadState};
use potbridge_protocol::messages::ipc::TokenRequest;
use potbridge_protocol::{
    Capture, Code, Cookie, Download, DownloadRequest, ListId, Problem, ShortText, VideoId,
};
use potbridge_system::dirs::Dirs;
use std::path::PathBuf;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// How long a browser may take to bring a token.
const PATIENCE: Duration = Duration::from_secs(45);

/// How often to look for what no event tells of: a slot, a token request to cancel.
const LOOK: Duration = Duration::from_millis(100);

/// How many tokens a browser is asked for, for one video: one where there was none, and one where that was refused.
const MAX_REQUESTS: u32 = 2;

/// Why a download goes no further.
#[derive(Clone)]
pub(super) enum Stop {
    Cancelled,
    Failed(Problem),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error.problem())
    }
}

/// A download that runs.
pub(super) struct Running<'a> {
    pub(super) dirs: Dirs,
    pub(super) config: DownloadConfig,
    pub(super) records: &'a Records,
    pub(super) reporter: Reporter<'a>,
    pub(super) cookies: Vec<Cookie>,
    pub(super) tokens: Tokens,
    pub(super) yt_dlp: PathBuf,
    pub(super) dir: PathBuf,
    pub(super) log: Log,
    pub(super) ends: &'a dyn Fn() -> bool,
    pub(super) requests_made: u32,
}

impl Running<'_> {
    /// What was asked for, once its turn has come.
    pub(super) fn all(&mut self, request: &DownloadRequest) -> Result<(), Stop> {
        match (&request.list_id, &request.video_id) {
            (Some(list_id), _) => self.list(request, list_id),
            (None, Some(video_id)) => self.video(request, video_id),
            (None, None) => Err(failed(Code::NothingToDownload, "Neither a video nor a playlist was named.")),
        }
    }

    /// Waits for its turn.
    pub(super) fn wait_for_slot(&mut self) -> Result<Slot, Stop> {
        let (records, job, concurrent) =
            (self.records, self.reporter.download().id.clone(), self.config.concurrent);
        self.wait_for(|| queue::slot(records, &job, concurrent))
    }

    fn wait_for(&mut self, slot: impl Fn() -> std::io::Result<Option<Slot>>) -> Result<Slot, Stop> {
        loop {
            self.go_on()?;
            match slot() {
                Ok(Some(slot)) => return Ok(slot),
                Ok(None) => thread::sleep(LOOK),
                Err(error) => {
                    let message = format!("The queue of downloads cannot be kept: {error}.");
                    return Err(failed(Code::DownloadFailed, &message));
                }
            }
        }
    }

    /// Publishes what is due, and goes no further where somebody asked for the end.
    fn go_on(&mut self) -> Result<(), Stop> {
        self.reporter.tick();
        let cancelled = (self.ends)() || self.records.is_cancelled(&self.reporter.download().id);
        if cancelled { Err(Stop::Cancelled) } else { Ok(()) }
    }

    /// Every video of a playlist, one after the other: each needs a token of its own.
    fn list(&mut self, request: &DownloadRequest, list_id: &ListId) -> Result<(), Stop> {
        self.change(|download| download.state = DownloadState::Starting);
        let mut videos = Vec::new();
        let page = list_page(list_id, None, request.music);
        let cookies = self.cookie_path();
        let options =
            Options::of_list(&page, self.has_cookies().then_some(&*cookies), &self.config.extra_options);
        self.run_yt_dlp(options, |_, line| {
            if let Line::Entry { video_id, title } = line {
                videos.push((video_id, title));
            }
        })?
        .map_err(|failure| Stop::Failed(failure.problem(None)))?;
        if videos.is_empty() {
            return Err(failed(
                Code::NothingToDownload,
                &format!("The playlist {list_id} has no videos that can be seen."),
            ));
        }
        let count = u32::try_from(videos.len()).unwrap_or(u32::MAX);
        let mut first_failure = None;
        for (video_id, title) in videos {
            self.change(|download| {
                download.video_id = Some(video_id.clone());
                download.title = title;
                download.progress = DownloadProgress::default();
                if let Some(list) = &mut download.list {
                    list.videos = count;
                }
            });
            self.requests_made = 0;
            let ended = self.video(request, &video_id);
            let done = ended.is_ok();
            match ended {
                Err(Stop::Cancelled) => return Err(Stop::Cancelled),
                Err(Stop::Failed(why)) if why.code.concerns_all_videos() => return Err(Stop::Failed(why)),
                Err(Stop::Failed(why)) => {
                    first_failure.get_or_insert(why);
                }
                Ok(()) => {}
            }
            self.change(|download| {
                if let Some(list) = &mut download.list {
                    *(if done { &mut list.done } else { &mut list.failed }) += 1;
                }
            });
        }
        let Some(why) = first_failure else { return Ok(()) };
        let failed = self.reporter.download().list.as_ref().map_or(0, |list| list.failed);
        if failed == count {
            return Err(Stop::Failed(why));
        }
        self.change(|download| {
            let message = format!("{failed} of {count} videos could not be had. The first: {}", why.message);
            download.notices.push(Problem::new(Code::SomeFailed, message));
        });
        Ok(())
    }

    fn video(&mut self, request: &DownloadRequest, video_id: &VideoId) -> Result<(), Stop> {
        let records = self.records;
        let _slot = self.wait_for(|| queue::video(records, video_id))?;
        let mut refused = None;
        loop {
            let captures = self.tokens.of(video_id)?;
            if captures.is_empty() {
                let token_request = TokenRequest {
                    video_id: Some(video_id.clone()),
                    bypass_cache: refused.is_some(),
                    music: request.music,
                    prefer_session: request.session.clone(),
                    ..TokenRequest::default()
                };
                let capture = self.request_token(token_request, video_id, refused.as_ref())?;
                self.tokens.take(capture);
                continue;
            }
            match self.fetch(request, video_id, &captures)? {
                Ok(()) => return Ok(()),
                Err(failure)
                    if failure.code().blames_token()
                        && refused.is_none()
                        && self.requests_made < MAX_REQUESTS =>
                {
                    let message = format!("{} A new token is being asked for.", failure.what(video_id));
                    let notice = Problem::new(failure.code(), message);
                    self.change(|download| download.notices.push(notice));
                    self.tokens.refuse(captures);
                    refused = Some(failure);
                }
                Err(failure) => return Err(Stop::Failed(failure.problem(Some(video_id)))),
            }
        }
    }

    /// Asks the browsers for a token, and waits for it.
    fn request_token(
        &mut self,
        request: TokenRequest,
        video_id: &VideoId,
        refused: Option<&FailureKind>,
    ) -> Result<Capture, Stop> {
        let cannot = |why: &str| match refused {
            Some(failure) => {
                failed(failure.code(), &format!("{} No new one could be had: {why}", failure.what(video_id)))
            }
            None => failed(Code::NoToken, &format!("There is no token for {video_id}: {why}")),
        };
        if self.requests_made == MAX_REQUESTS {
            return Err(cannot("the browser was asked for one already."));
        }
        self.requests_made += 1;
        self.change(|download| download.state = DownloadState::WaitingForToken);
        let timeout_ms = u64::try_from(PATIENCE.as_millis()).unwrap_or(u64::MAX);
        let client = ShortText::new("download").unwrap_or_default();
        let (request, dirs) = (TokenRequest { client, timeout_ms, ..request }, self.dirs.clone());
        let (hand_over, handed_over) = mpsc::channel();
        thread::spawn(move || {
            // It fails where the download was cancelled meanwhile.
            drop(hand_over.send(Box::new(request_token(&request, &dirs))));
        });
        let obtained = loop {
            self.go_on()?;
            match handed_over.recv_timeout(LOOK) {
                Ok(obtained) => break obtained,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(cannot("the asking was broken off.")),
            }
        };
        let capture = obtained.map_err(|why| cannot(&why.why()))?;
        if refused.is_some() {
            let message = format!("The browser's player brought a new token for {video_id}.");
            let notice = Problem::new(Code::TokenRenewed, message);
            self.change(|download| download.notices.push(notice));
        }
        Ok(capture)
    }

    /// Has yt-dlp fetch a video; where it does not, says why.
    fn fetch(
        &mut self,
        request: &DownloadRequest,
        video_id: &VideoId,
        captures: &[Capture],
    ) -> Result<Result<(), FailureKind>, Stop> {
        self.change(|download| (download.state, download.file) = (DownloadState::Starting, None));
        self.log.hide(captures);
        let page = page(video_id, request.music);
        let cookies = self.cookie_path();
        let options = Options {
            page: &page,
            preset: request.preset,
            subtitles: request.subtitles,
            dir: &self.dir,
            captures,
            cookies: self.has_cookies().then_some(&*cookies),
            extra: &self.config.extra_options,
        }
        .build();
        let mut progress = progress::Progress::new();
        let mut file = None;
        let ended = self.run_yt_dlp(options, |reporter, line| {
            progress.take(&line);
            reporter.change(|download| {
                match line {
                    Line::Info { title, .. } => download.title = Some(title),
                    Line::Progress(_) if progress.has_begun() => download.state = DownloadState::Downloading,
                    Line::Processing { .. } if matches!(progress.step(), Step::Processing(_)) => {
                        download.state = DownloadState::Processing;
                    }
                    Line::File(path) => file = Some(path),
                    _ => {}
                }
                if progress.has_begun() {
                    download.progress = progress.now();
                }
            });
        })?;
        Ok(ended.and_then(|said| match file {
            Some(file) if file.is_file() => {
                self.change(|download| download.file = Some(file.display().to_string()));
                if request.subtitles && FailureKind::lacks_subtitles(&said) {
                    let message = format!("The video is there; its subtitles are not: yt-dlp had no token that YouTube takes for those of {video_id}.");
                    self.change(|download| download.notices.push(Problem::new(Code::SubtitlesMissing, message)));
                }
                Ok(())
            }
            _ => Err(FailureKind::without_file(&said)),
        }))
    }

    /// Runs yt-dlp to its end, and gives every line that means something to `take`. Where it fails, says why; where it
    /// does not, what it said.
    fn run_yt_dlp(
        &mut self,
        (arguments, options): (Vec<String>, zeroize::Zeroizing<String>),
        mut take: impl FnMut(&mut Reporter<'_>, Line),
    ) -> Result<Result<Vec<String>, FailureKind>, Stop> {
        let cannot =
            |what: &str, error: &std::io::Error| failed(Code::DownloadFailed, &format!("{what}: {error}."));
        let cookies = self.cookie_path();
        let mut watchdog = Watchdog::start(&cookies).map_err(|error| {
            cannot("The process that tidies up after a download cannot be started", &error)
        })?;
        let _cookie_file =
            self.has_cookies().then(|| CookieFile::write(&cookies, &self.cookies)).transpose().map_err(
                |error| cannot(&format!("The cookie file {} cannot be written", cookies.display()), &error),
            )?;
        let mut process = Process::start(&self.yt_dlp, &arguments, &options, &mut watchdog)
            .map_err(|error| cannot(&format!("{} cannot be started", self.yt_dlp.display()), &error))?;
        drop(options);
        let ended = loop {
            let happened = match self.go_on() {
                Ok(()) => process.next(LOOK),
                Err(stop) => {
                    process.end();
                    watchdog.release();
                    return Err(stop);
                }
            };
            match happened.map_err(|error| cannot("It is not known what became of yt-dlp", &error))? {
                Happened::Line(text, output) => match Line::of(&text) {
                    Line::Said(said) => self.log.take(&said),
                    line @ Line::Processing { .. } => take(&mut self.reporter, line),
                    line if output == Output::Standard => take(&mut self.reporter, line),
                    // In an error's text anybody may have written it.
                    _ => self.log.take("(a line that only looks like one of yt-dlp's own)"),
                },
                Happened::Ended(status) => break status,
                Happened::Nothing => {}
            }
        };
        process.end();
        watchdog.release();
        let said = self.log.said();
        Ok(if ended.success() { Ok(said) } else { Err(FailureKind::of(&said)) })
    }

    fn has_cookies(&self) -> bool {
        !self.cookies.is_empty()
    }

    fn cookie_path(&self) -> PathBuf {
        self.records.runtime_file(&self.reporter.download().id, "cookies")
    }

    fn change(&mut self, change: impl FnOnce(&mut Download)) {
        self.reporter.change(change);
    }
}

fn failed(code: Code, message: &str) -> Stop {
    Stop::Failed(Problem::new(code, message))
}
