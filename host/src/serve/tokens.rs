//! From a request to a token.

use super::pot_request::{PotRequest, RequestedBinding};
use potbridge_protocol::lifetime::{EXPIRES_MS, FRESH_MS};
use potbridge_protocol::messages::ipc::{ContentBinding, TokenRequest};
use potbridge_protocol::{Capture, PoToken, ShortText, VideoId, VisitorData};
use potbridge_system::clock;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// Gets the token that is requested, in the time that the token request gives, or says in words why there is none. In no time
/// at all, and for a session, it looks at the store alone.
pub type RequestToken = dyn Fn(&TokenRequest) -> Result<Capture, String> + Send + Sync;

/// What is kept of the time for a response, to send it.
const RESPONSE_TIME: Duration = Duration::from_millis(500);

/// A request that asked a browser and failed is not tried again for this long.
///
/// yt-dlp (2026.10.26) asks once for each format if it got no token.
const FAILURE_KEPT: Duration = Duration::from_secs(30);

/// A request that took this long asked a browser.
const BROWSER_ASKED: Duration = Duration::from_secs(1);

/// The name by which browsers know who asks.
const CLIENT: &str = "serve";

pub(super) struct TokenService {
    request_token: Box<RequestToken>,
    /// Tokens that were captured before are not given.
    invalidated_at: Mutex<Option<Instant>>,
    failed: Mutex<Vec<FailedRequest>>,
    /// A request that took this long asked a browser.
    browser_asked: Duration,
}

/// A video for which a browser was asked, and why there is no token.
struct FailedRequest {
    video_id: VideoId,
    at: Instant,
    why: String,
}

/// What became of a request.
pub(super) struct TokenResult {
    pub(super) subject: Subject,
    pub(super) result: Result<GivenToken, String>,
}

/// What a request was for, as a log may show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    Newest,
    Video(VideoId),
    Session,
    Unknown,
}

/// A token as it is given out.
pub(super) struct GivenToken {
    pub(super) content_binding: Zeroizing<String>,
    pub(super) token: PoToken,
    /// Until when clients may keep it: milliseconds since 1970.
    pub(super) expires_at: u64,
}

impl TokenService {
    pub(super) fn new(request_token: Box<RequestToken>) -> Self {
        Self {
            request_token,
            invalidated_at: Mutex::default(),
            failed: Mutex::default(),
            browser_asked: BROWSER_ASKED,
        }
    }

    /// Gives no token any more that is known now.
    pub(super) fn invalidate(&self) {
        *self.invalidated_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// From when on tokens are given: milliseconds since 1970. The clock may have been set since it was said.
    fn valid_since(&self) -> u64 {
        let at = *self.invalidated_at.lock().unwrap_or_else(PoisonError::into_inner);
        let ago = |at: Instant| u64::try_from(at.elapsed().as_millis()).unwrap_or(u64::MAX);
        at.map_or(0, |at| clock::now_ms().saturating_sub(ago(at)))
    }

    /// Blocks until there is a result, or the time is over.
    pub(super) fn get(&self, asked: &PotRequest, end: Instant) -> TokenResult {
        let bypass_cache = asked.bypass_cache;
        match &asked.binding {
            None => TokenResult::of(
                Subject::Newest,
                self.ask(&request(None, None, bypass_cache, end)),
                own_binding,
            ),
            Some(RequestedBinding::VisitorOrVideo(id)) => self.visitor_or_video(id, bypass_cache, end),
            Some(RequestedBinding::VisitorData(text)) => {
                self.session(text, ContentBinding::VisitorData, bypass_cache, end)
            }
            Some(RequestedBinding::DataSyncId(text)) => {
                self.session(text, ContentBinding::DataSyncId, bypass_cache, end)
            }
            Some(RequestedBinding::Unknown) => TokenResult::failed(
                "the content binding is neither a video's id, nor visitor data, nor a datasync id",
            ),
        }
    }

    /// A visitor's id has the shape of a video's. It is taken for a visitor's if the store has a token of that visitor.
    fn visitor_or_video(&self, id: &VideoId, bypass_cache: bool, end: Instant) -> TokenResult {
        let visitor = |bypass_cache, end| {
            let id = Zeroizing::new(id.as_str().to_owned());
            request(None, Some(ContentBinding::VisitorId(id)), bypass_cache, end)
        };
        let binding = |_: &Capture| Zeroizing::new(id.as_str().to_owned());
        if (self.request_token)(&visitor(false, Instant::now())).is_ok() {
            return TokenResult::of(Subject::Session, self.ask(&visitor(bypass_cache, end)), binding);
        }
        TokenResult::of(Subject::Video(id.clone()), self.video(id, bypass_cache, end), binding)
    }

    fn video(&self, id: &VideoId, bypass_cache: bool, end: Instant) -> Result<Capture, String> {
        let of_video = |end| request(Some(id.clone()), None, bypass_cache, end);
        let began = Instant::now();
        if let Some(why) = self.failed_before(id, began) {
            return (self.request_token)(&of_video(began)).map_err(|_| why);
        }
        let result = self.ask(&of_video(end));
        if let Err(why) = &result
            && began.elapsed() >= self.browser_asked
        {
            let failed = FailedRequest { video_id: id.clone(), at: Instant::now(), why: why.clone() };
            self.failed.lock().unwrap_or_else(PoisonError::into_inner).push(failed);
        }
        result
    }

    fn failed_before(&self, id: &VideoId, now: Instant) -> Option<String> {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.retain(|failed| now.saturating_duration_since(failed.at) < FAILURE_KEPT);
        failed.iter().find(|failed| failed.video_id == *id).map(|failed| failed.why.clone())
    }

    fn session(
        &self,
        text: &Zeroizing<String>,
        binding: fn(Zeroizing<String>) -> ContentBinding,
        bypass_cache: bool,
        end: Instant,
    ) -> TokenResult {
        let request = request(None, Some(binding(text.clone())), bypass_cache, end);
        TokenResult::of(Subject::Session, self.ask(&request), |_| text.clone())
    }

    fn ask(&self, request: &TokenRequest) -> Result<Capture, String> {
        if request.timeout_ms == 0 {
            return Err("too many ask for tokens at once: try again".to_owned());
        }
        let began = Instant::now();
        let capture = (self.request_token)(request)?;
        if request.bypass_cache || capture.captured_at >= self.valid_since() {
            return Ok(capture);
        }
        let spent = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        (self.request_token)(&TokenRequest {
            bypass_cache: true,
            timeout_ms: request.timeout_ms.saturating_sub(spent),
            ..request.clone()
        })
    }
}

/// The request names no client, and tokens of one video are good for every context.
fn request(
    video_id: Option<VideoId>,
    content_binding: Option<ContentBinding>,
    bypass_cache: bool,
    end: Instant,
) -> TokenRequest {
    let left = end.saturating_duration_since(Instant::now()).saturating_sub(RESPONSE_TIME);
    TokenRequest {
        video_id,
        content_binding,
        bypass_cache,
        client: ShortText::new(CLIENT).unwrap_or_default(),
        timeout_ms: u64::try_from(left.as_millis()).unwrap_or(u64::MAX),
        ..TokenRequest::default()
    }
}

/// The binding of a token that the request did not name: its video, or else its visitor.
fn own_binding(capture: &Capture) -> Zeroizing<String> {
    let video = capture.binding.video_id.as_ref().map(|id| id.as_str().to_owned());
    let visitor = || capture.binding.visitor_data.as_ref().map(VisitorData::percent_encoded);
    Zeroizing::new(video.or_else(visitor).unwrap_or_default())
}

impl TokenResult {
    pub(super) fn failed(why: &str) -> Self {
        Self { subject: Subject::Unknown, result: Err(why.to_owned()) }
    }

    fn of(
        subject: Subject,
        result: Result<Capture, String>,
        binding: impl Fn(&Capture) -> Zeroizing<String>,
    ) -> Self {
        let given = |capture: Capture| GivenToken {
            content_binding: binding(&capture),
            expires_at: expires_at(capture.captured_at, clock::now_ms()),
            token: capture.token,
        };
        Self { subject, result: result.map(given) }
    }
}

/// Clients keep a token while it is fresh.
///
/// A token that is not fresh any more gets the time at which it expires, because yt-dlp 2026.10.26 rejects a response
/// whose time is over.
fn expires_at(captured_at: u64, now: u64) -> u64 {
    let fresh_until = captured_at.saturating_add(FRESH_MS);
    if fresh_until > now { fresh_until } else { captured_at.saturating_add(EXPIRES_MS) }
}

#[cfg(test)]
mod tests;
