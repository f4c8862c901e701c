//! Asks a browser for a token, while the download waits.

use super::job::DownloadJob;
use super::stop::StopReason;
use crate::ipc::patience::Patience;
use crate::ipc::request_token::request_token;
use crate::yt_dlp::failures::FailureKind;
use potbridge_protocol::download::DownloadState;
use potbridge_protocol::messages::ipc::TokenRequest;
use potbridge_protocol::{Capture, Code, Problem, ShortText, VideoId};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// How many tokens a browser is asked for, for one video: one if there is none, and one if that is refused.
pub(super) const MAX_REQUESTS: u32 = 2;

impl DownloadJob<'_> {
    /// Asks the browsers for a token, and waits for it.
    ///
    /// `refused` is the failure of the token before; then the browser is asked for another than those known.
    ///
    /// # Errors
    /// No browser brought one, or somebody cancelled the download.
    pub(super) fn request_token(
        &mut self,
        video_id: &VideoId,
        refused: Option<&FailureKind>,
    ) -> Result<Capture, StopReason> {
        if self.requests_made == MAX_REQUESTS {
            return Err(no_token(video_id, refused, "the browser was asked for one already.", None));
        }
        self.requests_made += 1;
        self.change(|download| download.state = DownloadState::WaitingForToken);
        log::info!("download {} asks a browser for a token for {video_id}", self.id());
        let request = TokenRequest {
            video_id: Some(video_id.clone()),
            bypass_cache: refused.is_some(),
            music: self.request.music,
            prefer_session: self.request.session.clone(),
            client: ShortText::new("download").unwrap_or_default(),
            timeout_ms: u64::try_from(self.timing.token.as_millis()).unwrap_or(u64::MAX),
            ..TokenRequest::default()
        };
        let dirs = self.dirs.clone();
        let for_browser = if self.no_browser { Duration::ZERO } else { self.timing.browser };
        let patience = Patience::new(for_browser);
        let _withdrawn = patience.withdrawal.at_drop();
        let (send, received) = mpsc::channel();
        thread::spawn(move || {
            // It fails if the download was cancelled meanwhile.
            drop(send.send(Box::new(request_token(&request, &patience, &dirs))));
        });
        let answer = loop {
            self.check_cancelled()?;
            match received.recv_timeout(self.timing.poll) {
                Ok(answer) => break answer,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(no_token(video_id, refused, "the request broke off.", None));
                }
            }
        };
        // The next video of a playlist does not wait for a browser again.
        self.no_browser = (*answer).as_ref().is_err_and(|error| error.code() == Code::NoBrowser);
        let capture = answer.map_err(|why| no_token(video_id, refused, &why.why(), why.hint()))?;
        if self.tokens.is_refused(&capture) {
            let why = "the browser was asked for a new one a moment ago, and has only the refused one.";
            return Err(no_token(video_id, refused, why, Some("Try again in a few minutes.".to_owned())));
        }
        if refused.is_some() {
            let message = format!("The browser's player brought a new token for {video_id}.");
            let notice = Problem::new(Code::TokenRenewed, message);
            self.change(|download| download.notices.push(notice));
        }
        Ok(capture)
    }
}

/// The failure of a download that gets no token: that of the refused one, if one was refused.
fn no_token(
    video_id: &VideoId,
    refused: Option<&FailureKind>,
    why: &str,
    hint: Option<String>,
) -> StopReason {
    let (code, message) = match refused {
        Some(failure) => {
            (failure.code(), format!("{} No new one came: {why}", failure.message(Some(video_id))))
        }
        None => (Code::NoToken, format!("There is no token for {video_id}: {why}")),
    };
    StopReason::Failed(Problem { code, message, hint })
}
