//! One video: yt-dlp with its tokens, and once more with a new token if YouTube refuses them.

use super::job::DownloadJob;
use super::queue;
use super::stop::StopReason;
use super::token_request::MAX_REQUESTS;
use crate::yt_dlp::extractor_args;
use crate::yt_dlp::failures::FailureKind;
use crate::yt_dlp::options::Options;
use crate::yt_dlp::output::Line;
use crate::yt_dlp::progress::{Step, VideoProgress};
use potbridge_protocol::download::DownloadState;
use potbridge_protocol::youtube::watch_page;
use potbridge_protocol::{Capture, Code, Problem, VideoId};

impl DownloadJob<'_> {
    /// Fetches a video. Asks a browser for a token if there is none, and once for another if that is refused.
    ///
    /// # Errors
    /// The video could not be fetched, or somebody cancelled the download.
    pub(super) fn fetch_video(&mut self, video_id: &VideoId) -> Result<(), StopReason> {
        let _lock = self.wait_for(|job| queue::lock_video(&job.records, video_id))?;
        let mut refused = None;
        loop {
            let captures = self.tokens.of(video_id)?;
            if captures.is_empty() {
                let capture = self.request_token(video_id, refused.as_ref())?;
                self.tokens.take(capture);
                continue;
            }
            match self.fetch_with(video_id, &captures)? {
                Ok(()) => return Ok(()),
                Err(failure)
                    if failure.code().blames_token()
                        && refused.is_none()
                        && self.requests_made < MAX_REQUESTS =>
                {
                    let message = format!("{} A new token is requested.", failure.message(Some(video_id)));
                    let notice = Problem::new(failure.code(), message);
                    self.change(|download| download.notices.push(notice));
                    self.tokens.refuse(captures);
                    refused = Some(failure);
                }
                Err(failure) => return Err(StopReason::Failed(failure.problem(Some(video_id)))),
            }
        }
    }

    /// Has yt-dlp fetch a video with these tokens. If yt-dlp fails, says why.
    fn fetch_with(
        &mut self,
        video_id: &VideoId,
        captures: &[Capture],
    ) -> Result<Result<(), FailureKind>, StopReason> {
        self.change(|download| (download.state, download.file) = (DownloadState::Starting, None));
        self.log.begin_run(captures);
        let page = watch_page(video_id, self.request.music);
        let cookies = self.cookie_file();
        let call = Options {
            page: &page,
            preset: self.request.preset,
            subtitles: self.request.subtitles,
            dir: &self.dir,
            extractor_args: &extractor_args::for_download(captures, self.request.music),
            cookies: cookies.as_deref(),
            plugin: self.plugin.as_ref(),
            extra: &self.config.extra_options,
        }
        .build();
        let mut progress = VideoProgress::new();
        let mut file = None;
        let ended = self.run_yt_dlp(call, |reporter, line| {
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
        let printed = match ended {
            Ok(printed) => printed,
            Err(failure) => return Ok(Err(failure)),
        };
        let Some(file) = file.filter(|file| file.is_file()) else {
            return Ok(Err(FailureKind::without_file(&printed)));
        };
        self.change(|download| download.file = Some(file.display().to_string()));
        if self.request.subtitles && FailureKind::lacks_subtitles(&printed) {
            let message = format!(
                "The video is there, its subtitles are not: yt-dlp had no token that YouTube accepts for those of {video_id}."
            );
            self.change(|download| download.notices.push(Problem::new(Code::SubtitlesMissing, message)));
        }
        Ok(Ok(()))
    }
}
