//! One video: each step of the ladder, until one brings the file.

use super::fetch::Attempt;
use super::job::DownloadJob;
use super::ladder::{CHOSEN_FIRST, Ladder, Order, Step, TOKEN_LATER, USUAL, sentence};
use super::parts;
use super::queue;
use super::stop::StopReason;
use super::token_request::Refusal;
use crate::config::extra_options::player_clients;
use crate::delivery::catch_up;
use crate::ipc::connected::connected;
use crate::yt_dlp::extractor_args::{self, WITHOUT_TOKEN};
use potbridge_protocol::{Capture, Code, Problem, VideoId};
use zeroize::Zeroizing;

impl DownloadJob<'_> {
    /// Fetches a video, step by step.
    ///
    /// # Errors
    /// No step brought it, or somebody cancelled the download.
    pub(super) fn fetch_video(&mut self, video_id: &VideoId) -> Result<(), StopReason> {
        let _lock = self.wait_for(|job| queue::lock_video(&job.records, video_id))?;
        if self.is_there(video_id)? {
            return Ok(());
        }
        for step in [Step::WithoutToken, Step::Defaults] {
            self.take_back(step, video_id);
        }
        let mut ladder = Ladder::new(self.order(), !self.cookies.is_empty());
        let mut refused = Vec::new();
        while let Some(step) = ladder.next() {
            match self.take_step(step, video_id, &ladder, &mut refused)? {
                Ok(()) => {
                    self.learn(step, None);
                    self.tell_way(step, video_id, ladder.reason());
                    return Ok(());
                }
                Err(problem) => {
                    log::info!("download {}: {step:?} failed for {video_id}: {}", self.id(), problem.code);
                    self.take_back(step, video_id);
                    self.learn(step, Some(problem.code));
                    ladder.fail(step, problem);
                }
            }
        }
        let nothing =
            || Problem::new(Code::DownloadFailed, format!("Nothing could be tried for {video_id}."));
        Err(StopReason::Failed(ladder.problem().unwrap_or_else(nothing)))
    }

    /// In which order the steps of the next video come.
    fn order(&self) -> Order {
        let chosen = player_clients(&self.config.extra_options);
        if chosen.is_some_and(|clients| !extractor_args::all_take_tokens(clients)) {
            CHOSEN_FIRST
        } else if self.token_later {
            TOKEN_LATER
        } else {
            USUAL
        }
    }

    /// Takes one step. If it does not bring the file, says why.
    fn take_step(
        &mut self,
        step: Step,
        video_id: &VideoId,
        ladder: &Ladder,
        refused: &mut Vec<Capture>,
    ) -> Result<Result<(), Problem>, StopReason> {
        let captures = match step {
            Step::WithoutToken => Vec::new(),
            Step::Defaults => self.tokens.of(video_id)?,
            Step::Token | Step::NewToken => match self.tokens_for(video_id, ladder, refused)? {
                Ok(captures) => captures,
                Err(problem) => return Ok(Err(problem)),
            },
        };
        let extractor_args = match step {
            Step::WithoutToken => Zeroizing::new(WITHOUT_TOKEN.to_owned()),
            Step::Defaults => extractor_args::by_default(&captures, ladder.is_new()),
            Step::Token | Step::NewToken => {
                let chosen = player_clients(&self.config.extra_options);
                extractor_args::for_download(&captures, self.request.music, chosen)
            }
        };
        self.log.take(&format!("[potbridge] {}", step.title()));
        if step.apart().is_some() {
            let [from, to] = [Step::Token, step].map(|step| self.work_folder(video_id, step.apart()));
            parts::share(from.path(), to.path(), video_id);
        }
        let attempt = Attempt {
            captures: &captures,
            extractor_args: &extractor_args,
            with_cookies: step != Step::WithoutToken,
            may_ask: step.has_token() || (step == Step::Defaults && ladder.is_new()),
            apart: step.apart(),
        };
        let Err(failure) = self.fetch_with(video_id, attempt)? else { return Ok(Ok(())) };
        let code = failure.code();
        if !code.blames_token() {
            return Ok(Err(failure.problem(Some(video_id))));
        }
        if !step.has_token() {
            let message = format!("YouTube refused yt-dlp the media of {video_id}.");
            return Ok(Err(Problem::new(code, message)));
        }
        self.tokens.set_aside(&captures);
        let shown = extractor_args::of_media(&captures).filter(|_| code == Code::TokenRefused);
        // In its own session it may be good.
        if let Some(shown) = shown.filter(|shown| self.tokens.is_of_this_session(shown)) {
            refused.push(shown.clone());
            if self.tokens.refuse(std::slice::from_ref(&shown.token)) {
                drop(catch_up(&self.dirs));
            }
        }
        Ok(Err(failure.problem(Some(video_id))))
    }

    /// The tokens for a video. Asks a browser if none is left. If none comes, says why not.
    fn tokens_for(
        &mut self,
        video_id: &VideoId,
        ladder: &Ladder,
        refused: &[Capture],
    ) -> Result<Result<Vec<Capture>, Problem>, StopReason> {
        let failure = ladder.failure_of(Step::Token);
        let found = self.tokens.of(video_id)?;
        if let Some(failure) = failure {
            let asks = found.is_empty() && !connected(&self.dirs).is_empty();
            let then = if asks { " A new token is requested." } else { "" };
            self.notice(Problem::new(failure.code, format!("{}{then}", sentence(&failure.message))));
        }
        if !found.is_empty() {
            return Ok(Ok(found));
        }
        let refusal = failure.map(|failure| Refusal { failure, captures: refused });
        Ok(match self.request_token(video_id, refusal.as_ref())? {
            Err(problem) => Err(problem),
            Ok(brought) => {
                self.tokens.take(brought.clone());
                let found = self.tokens.of(video_id)?;
                Ok(if found.is_empty() { vec![brought] } else { found })
            }
        })
    }

    /// Takes back the parts that a step was lent.
    fn take_back(&self, step: Step, video_id: &VideoId) {
        if step.apart().is_some() {
            let [from, to] = [step, Step::Token].map(|step| self.work_folder(video_id, step.apart()));
            parts::share(from.path(), to.path(), video_id);
            from.remove_if_empty();
        }
    }

    /// Learns from one video in which order the steps of the next one come.
    fn learn(&mut self, step: Step, failed: Option<Code>) {
        if step.has_token() {
            self.token_later = matches!(failed, Some(Code::SabrOnly | Code::NoJsRuntime));
        }
    }

    /// Tells in a notice how the file came, if not with a token. In a playlist once for each way.
    fn tell_way(&mut self, step: Step, video_id: &VideoId, reason: Option<&Problem>) {
        let (code, how) = match step {
            Step::Token | Step::NewToken => return,
            // The configuration says so.
            Step::Defaults if reason.is_none() => return,
            Step::WithoutToken => (
                Code::WithoutToken,
                "without a token and without a login, from clients of YouTube's that need none",
            ),
            Step::Defaults if self.cookies.is_empty() => {
                (Code::YtDlpDefaults, "in the way that yt-dlp takes by itself, without a login")
            }
            Step::Defaults => {
                (Code::YtDlpDefaults, "in the way that yt-dlp takes by itself, with the login of the cookies")
            }
        };
        let why = reason.map_or("The way with a token failed at a video before.", |reason| &reason.message);
        let message = format!("{video_id} came {how}: YouTube may have offered a lower quality. {why}");
        if !self.reporter.download().notices.iter().any(|notice| notice.code == code) {
            self.notice(Problem::new(code, message));
        }
    }
}
