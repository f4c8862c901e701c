//! Asks a browser for a token, while the download waits.

use super::job::DownloadJob;
use super::ladder::sentence;
use super::stop::StopReason;
use crate::ipc::patience::Patience;
use crate::ipc::request_token::request_token;
use potbridge_protocol::download::DownloadState;
use potbridge_protocol::messages::ipc::TokenRequest;
use potbridge_protocol::{Capture, Code, PoToken, Problem, ShortText, VideoId};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// What the browser is asked for another token after.
pub(super) struct Refusal<'a> {
    /// Why the token before was of no use.
    pub(super) failure: &'a Problem,
    /// Those that YouTube refused.
    pub(super) tokens: &'a [PoToken],
}

impl DownloadJob<'_> {
    /// Asks the browsers for a token, and waits for it.
    ///
    /// With `refusal` they are asked for another token than those known. If none comes, says why not.
    ///
    /// # Errors
    /// Somebody cancelled the download.
    pub(super) fn request_token(
        &mut self,
        video_id: &VideoId,
        refusal: Option<&Refusal<'_>>,
    ) -> Result<Result<Capture, Problem>, StopReason> {
        self.change(|download| download.state = DownloadState::WaitingForToken);
        log::info!("download {} asks a browser for a token for {video_id}", self.id());
        let request = TokenRequest {
            video_id: Some(video_id.clone()),
            bypass_cache: refusal.is_some(),
            refused: refusal.map_or_else(Vec::new, |refusal| refusal.tokens.to_vec()),
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
                    return Ok(Err(no_token(video_id, refusal, "the request broke off.", None)));
                }
            }
        };
        // The next video of a playlist does not wait for a browser again.
        self.no_browser = (*answer).as_ref().is_err_and(|error| error.code() == Code::NoBrowser);
        let capture = match *answer {
            Ok(capture) => capture,
            Err(why) => return Ok(Err(no_token(video_id, refusal, &why.why(), why.hint()))),
        };
        if self.tokens.is_set_aside(&capture) {
            let why = "the browser was asked for a new one a moment ago, and has only the refused one.";
            let hint = Some("Try again in a few minutes.".to_owned());
            return Ok(Err(no_token(video_id, refusal, why, hint)));
        }
        if refusal.is_some() {
            let message = format!("The browser's player brought a new token for {video_id}.");
            self.notice(Problem::new(Code::TokenRenewed, message));
        }
        Ok(Ok(capture))
    }
}

/// The failure of a step that gets no token: that of the token before, if there was one.
fn no_token(video_id: &VideoId, refusal: Option<&Refusal<'_>>, why: &str, hint: Option<String>) -> Problem {
    let (code, message) = match refusal {
        Some(Refusal { failure, .. }) => {
            (failure.code, format!("{} No new one came: {why}", sentence(&failure.message)))
        }
        None => (Code::NoToken, format!("There is no token for {video_id}: {why}")),
    };
    let message = sentence(&message);
    Problem { code, message, hint }
}
