//! A download that runs: a token for each video, yt-dlp with it, and what is to be done where that fails.

use super::cookie_file::CookieFile;
use super::keeper::Keeper;
use super::log::Log;
use super::options::Options;
use super::output::Line;
use super::process::{Happened, Output, Process};
use super::progress::{self, Step};
use super::published::Published;
use super::queue::{self, Slot};
use super::store::Store;
use super::target::{list_page, page};
use super::tokens::Tokens;
use super::verdict::Verdict;
use crate::config::DownloadConfig;
use crate::error::Error;
use crate::folders::Folders;
use crate::obtain::obtain;
use potbridge_protocol::download::{Progress, State};
use potbridge_protocol::link::Wish;
use potbridge_protocol::report::Notice;
use potbridge_protocol::{Ask, Capture, Cookie, Download, ListId, VideoId, Word};
use std::path::PathBuf;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// How long a browser may take to bring a token.
const PATIENCE: Duration = Duration::from_secs(45);

/// How often to look for what no event tells of: a slot, a wish to cancel.
const LOOK: Duration = Duration::from_millis(100);

/// How many tokens a browser is asked for, for one video: one where there was none, and one where that was refused.
const WISHES: u32 = 2;

/// Why a download goes no further.
#[derive(Clone)]
pub(super) enum Stop {
    Cancelled,
    Failed(Notice),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error.notice())
    }
}

/// A download that runs.
pub(super) struct Running<'a> {
    pub(super) folders: Folders,
    pub(super) config: DownloadConfig,
    pub(super) store: &'a Store,
    pub(super) published: Published<'a>,
    pub(super) cookies: Vec<Cookie>,
    pub(super) tokens: Tokens,
    pub(super) yt_dlp: PathBuf,
    pub(super) dir: PathBuf,
    pub(super) log: Log,
    pub(super) ends: &'a dyn Fn() -> bool,
    pub(super) wishes: u32,
}

impl Running<'_> {
    /// What was asked for, once its turn has come.
    pub(super) fn all(&mut self, ask: &Ask) -> Result<(), Stop> {
        match (&ask.list_id, &ask.video_id) {
            (Some(list_id), _) => self.list(ask, list_id),
            (None, Some(video_id)) => self.video(ask, video_id),
            (None, None) => Err(failed("nothing-to-download", "Neither a video nor a playlist was named.")),
        }
    }

    /// Waits for its turn.
    pub(super) fn wait_for_slot(&mut self) -> Result<Slot, Stop> {
        let (store, job, concurrent) =
            (self.store, self.published.download().job.clone(), self.config.concurrent);
        self.wait_for(|| queue::slot(store, &job, concurrent))
    }

    fn wait_for(&mut self, slot: impl Fn() -> std::io::Result<Option<Slot>>) -> Result<Slot, Stop> {
        loop {
            self.go_on()?;
            match slot() {
                Ok(Some(slot)) => return Ok(slot),
                Ok(None) => thread::sleep(LOOK),
                Err(error) => {
                    let message = format!("The queue of downloads cannot be kept: {error}.");
                    return Err(failed("download-failed", &message));
                }
            }
        }
    }

    /// Publishes what is due, and goes no further where somebody asked for the end.
    fn go_on(&mut self) -> Result<(), Stop> {
        self.published.tick();
        let cancelled = (self.ends)() || self.store.is_cancelled(&self.published.download().job);
        if cancelled { Err(Stop::Cancelled) } else { Ok(()) }
    }

    /// Every video of a playlist, one after the other: each needs a token of its own.
    fn list(&mut self, ask: &Ask, list_id: &ListId) -> Result<(), Stop> {
        self.change(|download| download.state = State::Starting);
        let mut videos = Vec::new();
        let page = list_page(list_id, None, ask.music);
        let cookies = self.cookie_path();
        let options =
            Options::of_list(&page, self.has_cookies().then_some(&*cookies), &self.config.extra_options);
        self.run_yt_dlp(options, |_, line| {
            if let Line::Entry { video_id, title } = line {
                videos.push((video_id, title));
            }
        })?
        .map_err(|verdict| Stop::Failed(verdict.notice(None)))?;
        if videos.is_empty() {
            return Err(failed(
                "nothing-to-download",
                &format!("The playlist {list_id} has no videos that can be seen."),
            ));
        }
        let count = u32::try_from(videos.len()).unwrap_or(u32::MAX);
        let mut first_failure = None;
        for (video_id, title) in videos {
            self.change(|download| {
                download.video_id = Some(video_id.clone());
                download.title = title;
                download.progress = Progress::default();
                if let Some(list) = &mut download.list {
                    list.videos = count;
                }
            });
            self.wishes = 0;
            let ended = self.video(ask, &video_id);
            let done = ended.is_ok();
            match ended {
                Err(Stop::Cancelled) => return Err(Stop::Cancelled),
                Err(Stop::Failed(why)) if Verdict::concerns_all(&why.code) => return Err(Stop::Failed(why)),
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
        let failed = self.published.download().list.as_ref().map_or(0, |list| list.failed);
        if failed == count {
            return Err(Stop::Failed(why));
        }
        self.change(|download| {
            let message = format!("{failed} of {count} videos could not be had. The first: {}", why.message);
            download.notices.push(Notice { code: why.code, message });
        });
        Ok(())
    }

    fn video(&mut self, ask: &Ask, video_id: &VideoId) -> Result<(), Stop> {
        let store = self.store;
        let _slot = self.wait_for(|| queue::video(store, video_id))?;
        let mut refused = None;
        loop {
            let captures = self.tokens.of(video_id)?;
            if captures.is_empty() {
                let wish = Wish {
                    video_id: Some(video_id.clone()),
                    anew: refused.is_some(),
                    music: ask.music,
                    rather_of: ask.session.clone(),
                    ..Wish::default()
                };
                let capture = self.wish(wish, video_id, refused.as_ref())?;
                self.tokens.take(capture);
                continue;
            }
            match self.fetch(ask, video_id, &captures)? {
                Ok(()) => return Ok(()),
                Err(verdict) if verdict.blames_token() && refused.is_none() && self.wishes < WISHES => {
                    let message = format!("{} A new token is being asked for.", verdict.what(video_id));
                    let notice = Notice { code: verdict.code().to_owned(), message };
                    self.change(|download| download.notices.push(notice));
                    self.tokens.refuse(captures);
                    refused = Some(verdict);
                }
                Err(verdict) => return Err(Stop::Failed(verdict.notice(Some(video_id)))),
            }
        }
    }

    /// Asks the browsers for a token, and waits for it.
    fn wish(&mut self, wish: Wish, video_id: &VideoId, refused: Option<&Verdict>) -> Result<Capture, Stop> {
        let cannot = |why: &str| match refused {
            Some(verdict) => {
                failed(verdict.code(), &format!("{} No new one could be had: {why}", verdict.what(video_id)))
            }
            None => failed("no-token", &format!("There is no token for {video_id}: {why}")),
        };
        if self.wishes == WISHES {
            return Err(cannot("the browser was asked for one already."));
        }
        self.wishes += 1;
        self.change(|download| download.state = State::WaitingForToken);
        let within = u64::try_from(PATIENCE.as_millis()).unwrap_or(u64::MAX);
        let asker = Word::new("download").unwrap_or_default();
        let (wish, folders) = (Wish { asker, within, ..wish }, self.folders.clone());
        let (hand_over, handed_over) = mpsc::channel();
        thread::spawn(move || {
            // It fails where the download was cancelled meanwhile.
            drop(hand_over.send(Box::new(obtain(&wish, &folders))));
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
            let notice = Notice { code: "token-renewed".to_owned(), message };
            self.change(|download| download.notices.push(notice));
        }
        Ok(capture)
    }

    /// Has yt-dlp fetch a video; where it does not, says why.
    fn fetch(
        &mut self,
        ask: &Ask,
        video_id: &VideoId,
        captures: &[Capture],
    ) -> Result<Result<(), Verdict>, Stop> {
        self.change(|download| (download.state, download.file) = (State::Starting, None));
        self.log.hide(captures);
        let page = page(video_id, ask.music);
        let cookies = self.cookie_path();
        let options = Options {
            page: &page,
            preset: ask.preset,
            subtitles: ask.subtitles,
            dir: &self.dir,
            captures,
            cookies: self.has_cookies().then_some(&*cookies),
            extra: &self.config.extra_options,
        }
        .build();
        let mut progress = progress::Progress::new();
        let mut file = None;
        let ended = self.run_yt_dlp(options, |published, line| {
            progress.take(&line);
            published.change(|download| {
                match line {
                    Line::Info { title, .. } => download.title = Some(title),
                    Line::Progress(_) if progress.has_begun() => download.state = State::Downloading,
                    Line::Processing { .. } if matches!(progress.step(), Step::Processing(_)) => {
                        download.state = State::Processing;
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
                if ask.subtitles && Verdict::lacks_subtitles(&said) {
                    let message = format!("The video is there; its subtitles are not: yt-dlp had no token that YouTube takes for those of {video_id}.");
                    self.change(|download| download.notices.push(Notice { code: "subtitles-missing".to_owned(), message }));
                }
                Ok(())
            }
            _ => Err(Verdict::without_file(&said)),
        }))
    }

    /// Runs yt-dlp to its end, and gives every line that means something to `take`. Where it fails, says why; where it
    /// does not, what it said.
    fn run_yt_dlp(
        &mut self,
        (arguments, options): (Vec<String>, zeroize::Zeroizing<String>),
        mut take: impl FnMut(&mut Published<'_>, Line),
    ) -> Result<Result<Vec<String>, Verdict>, Stop> {
        let cannot =
            |what: &str, error: &std::io::Error| failed("download-failed", &format!("{what}: {error}."));
        let cookies = self.cookie_path();
        let mut keeper = Keeper::start(&cookies).map_err(|error| {
            cannot("The process that tidies up after a download cannot be started", &error)
        })?;
        let _cookie_file =
            self.has_cookies().then(|| CookieFile::write(&cookies, &self.cookies)).transpose().map_err(
                |error| cannot(&format!("The cookie file {} cannot be written", cookies.display()), &error),
            )?;
        let mut process = Process::start(&self.yt_dlp, &arguments, &options, &mut keeper)
            .map_err(|error| cannot(&format!("{} cannot be started", self.yt_dlp.display()), &error))?;
        drop(options);
        let ended = loop {
            let happened = match self.go_on() {
                Ok(()) => process.next(LOOK),
                Err(stop) => {
                    process.end();
                    keeper.release();
                    return Err(stop);
                }
            };
            match happened.map_err(|error| cannot("It is not known what became of yt-dlp", &error))? {
                Happened::Line(text, output) => match Line::of(&text) {
                    Line::Said(said) => self.log.take(&said),
                    line @ Line::Processing { .. } => take(&mut self.published, line),
                    line if output == Output::Standard => take(&mut self.published, line),
                    // In an error's text anybody may have written it.
                    _ => self.log.take("(a line that only looks like one of yt-dlp's own)"),
                },
                Happened::Ended(status) => break status,
                Happened::Nothing => {}
            }
        };
        process.end();
        keeper.release();
        let said = self.log.said();
        Ok(if ended.success() { Ok(said) } else { Err(Verdict::of(&said)) })
    }

    fn has_cookies(&self) -> bool {
        !self.cookies.is_empty()
    }

    fn cookie_path(&self) -> PathBuf {
        self.store.runtime_file(&self.published.download().job, "cookies")
    }

    fn change(&mut self, change: impl FnOnce(&mut Download)) {
        self.published.change(change);
    }
}

fn failed(code: &str, message: &str) -> Stop {
    Stop::Failed(Notice { code: code.to_owned(), message: message.to_owned() })
}
