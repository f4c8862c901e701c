//! One video: yt-dlp with its tokens, and once more with a new token if YouTube refuses them.

use super::fetch::Attempt;
use super::job::DownloadJob;
use super::queue;
use super::stop::StopReason;
use super::token_request::MAX_REQUESTS;
use crate::yt_dlp::extractor_args;
use potbridge_protocol::{Problem, VideoId};

impl DownloadJob<'_> {
    /// Fetches a video. Asks a browser for a token if there is none, and once for another if that is refused.
    ///
    /// # Errors
    /// The video could not be fetched, or somebody cancelled the download.
    pub(super) fn fetch_video(&mut self, video_id: &VideoId) -> Result<(), StopReason> {
        let _lock = self.wait_for(|job| queue::lock_video(&job.records, video_id))?;
        if self.is_there(video_id) {
            return Ok(());
        }
        let mut refused = None;
        loop {
            let captures = self.tokens.of(video_id)?;
            if captures.is_empty() {
                let capture = self.request_token(video_id, refused.as_ref())?;
                self.tokens.take(capture);
                continue;
            }
            let attempt = Attempt {
                captures: &captures,
                extractor_args: &extractor_args::for_download(&captures, self.request.music),
                with_cookies: true,
                apart: None,
            };
            match self.fetch_with(video_id, attempt)? {
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
}
