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
    pub(super) captures: &'a [Capture],
}

impl Refusal<'_> {
    fn tokens(&self) -> Vec<PoToken> {
        self.captures.iter().map(|capture| capture.token.clone()).collect()
    }

    /// Whether a token was captured after those that were refused.
    fn is_before(&self, capture: &Capture) -> bool {
        self.captures.iter().all(|refused| refused.captured_at < capture.captured_at)
    }
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
            refused: refusal.map_or_else(Vec::new, Refusal::tokens),
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
        // Without a new one an older one may be given that was not refused.
        if refusal.is_some_and(|refusal| refusal.is_before(&capture)) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::capture;

    #[test]
    fn a_token_is_new_if_it_was_captured_after_those_that_were_refused() {
        let video = "dQw4w9WgXcQ";
        let failure = Problem::new(Code::TokenRefused, "YouTube refused it.");
        let refusal =
            Refusal { failure: &failure, captures: &[capture(1, video, 1000), capture(2, video, 3000)] };
        for (at, is_new) in [(500, false), (2000, false), (3000, false), (3001, true)] {
            assert_eq!(refusal.is_before(&capture(3, video, at)), is_new, "{at}");
        }
        assert_eq!(refusal.tokens().len(), 2);
    }
}
