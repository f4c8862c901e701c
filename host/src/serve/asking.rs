//! From a question to a token.

use super::question::{Named, Question};
use potbridge_protocol::lifetime::{EXPIRES_MS, FRESH_MS};
use potbridge_protocol::messages::ipc::{ContentBinding, TokenRequest};
use potbridge_protocol::{Capture, PoToken, ShortText, VideoId, VisitorData};
use potbridge_system::clock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// Gets the token that is requested, in the time that the token request gives, or says in words why there is none. In no time
/// at all, and for a session, it looks at the store alone.
pub type RequestToken = dyn Fn(&TokenRequest) -> Result<Capture, String> + Send + Sync;

/// What is kept back of the time for an answer, to give it.
const TO_ANSWER: Duration = Duration::from_millis(500);

/// yt-dlp (2026.10.26) asks once for each format where it got none: what took [`LONG`] and was in vain is not tried again
/// for this long.
const REMEMBERED: Duration = Duration::from_secs(30);

/// From here on a browser was asked.
const LONG: Duration = Duration::from_secs(1);

/// What browsers are told that asks.
const CLIENT: &str = "serve";

pub(super) struct Asking {
    request_token: Box<RequestToken>,
    /// Tokens of before are not given: milliseconds since 1970.
    invalidated_at: AtomicU64,
    in_vain: Mutex<Vec<InVain>>,
}

/// A video that a browser was asked for, and why there is no token.
struct InVain {
    video_id: VideoId,
    at: Instant,
    why: String,
}

/// What became of a question.
pub(super) struct Outcome {
    pub(super) subject: Subject,
    pub(super) result: Result<Given, String>,
}

/// What a question was for, as a log may show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    Newest,
    Video(VideoId),
    Session,
    Unknown,
}

/// A token as it is given.
pub(super) struct Given {
    pub(super) content_binding: Zeroizing<String>,
    pub(super) token: PoToken,
    /// Milliseconds since 1970.
    pub(super) expires_at: u64,
}

impl Asking {
    pub(super) fn new(request_token: Box<RequestToken>) -> Self {
        Self { request_token, invalidated_at: AtomicU64::new(0), in_vain: Mutex::default() }
    }

    /// From now on, gives no token that is known now.
    pub(super) fn invalidate(&self) {
        self.invalidated_at.store(clock::now_ms(), Ordering::Relaxed);
    }

    /// Blocks until there is an answer, or the time is over.
    pub(super) fn ask(&self, question: &Question, end: Instant) -> Outcome {
        let bypass_cache = question.bypass_cache;
        match &question.binding {
            None => {
                Outcome::of(Subject::Newest, self.get(&request(None, None, bypass_cache, end)), own_binding)
            }
            Some(Named::VisitorOrVideo(id)) => self.visitor_or_video(id, bypass_cache, end),
            Some(Named::VisitorData(text)) => {
                self.session(text, ContentBinding::VisitorData, bypass_cache, end)
            }
            Some(Named::DataSyncId(text)) => {
                self.session(text, ContentBinding::DataSyncId, bypass_cache, end)
            }
            Some(Named::Unknown) => Outcome::failed(
                "the content binding is neither a video's id, nor visitor data, nor a datasync id",
            ),
        }
    }

    /// A visitor's id has the shape of a video's. It is one where the store knows it for one, which takes no time.
    fn visitor_or_video(&self, id: &VideoId, bypass_cache: bool, end: Instant) -> Outcome {
        let visitor = |bypass_cache, end| {
            let id = Zeroizing::new(id.as_str().to_owned());
            request(None, Some(ContentBinding::VisitorId(id)), bypass_cache, end)
        };
        let binding = |_: &Capture| Zeroizing::new(id.as_str().to_owned());
        if (self.request_token)(&visitor(false, Instant::now())).is_ok() {
            return Outcome::of(Subject::Session, self.get(&visitor(bypass_cache, end)), binding);
        }
        Outcome::of(Subject::Video(id.clone()), self.video(id, bypass_cache, end), binding)
    }

    fn video(&self, id: &VideoId, bypass_cache: bool, end: Instant) -> Result<Capture, String> {
        let of_video = |end| request(Some(id.clone()), None, bypass_cache, end);
        let began = Instant::now();
        if let Some(why) = self.why_in_vain(id, began) {
            return (self.request_token)(&of_video(began)).map_err(|_| why);
        }
        let result = self.get(&of_video(end));
        if let Err(why) = &result
            && began.elapsed() >= LONG
        {
            let failed = InVain { video_id: id.clone(), at: Instant::now(), why: why.clone() };
            self.in_vain.lock().unwrap_or_else(PoisonError::into_inner).push(failed);
        }
        result
    }

    fn why_in_vain(&self, id: &VideoId, now: Instant) -> Option<String> {
        let mut in_vain = self.in_vain.lock().unwrap_or_else(PoisonError::into_inner);
        in_vain.retain(|failed| now.saturating_duration_since(failed.at) < REMEMBERED);
        in_vain.iter().find(|failed| failed.video_id == *id).map(|failed| failed.why.clone())
    }

    fn session(
        &self,
        text: &Zeroizing<String>,
        binding: fn(Zeroizing<String>) -> ContentBinding,
        bypass_cache: bool,
        end: Instant,
    ) -> Outcome {
        let request = request(None, Some(binding(text.clone())), bypass_cache, end);
        Outcome::of(Subject::Session, self.get(&request), |_| text.clone())
    }

    fn get(&self, request: &TokenRequest) -> Result<Capture, String> {
        if request.timeout_ms == 0 {
            return Err("too many ask for tokens at once: try again".to_owned());
        }
        let began = Instant::now();
        let capture = (self.request_token)(request)?;
        if request.bypass_cache || capture.captured_at >= self.invalidated_at.load(Ordering::Relaxed) {
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
    let left = end.saturating_duration_since(Instant::now()).saturating_sub(TO_ANSWER);
    TokenRequest {
        video_id,
        content_binding,
        bypass_cache,
        client: ShortText::new(CLIENT).unwrap_or_default(),
        timeout_ms: u64::try_from(left.as_millis()).unwrap_or(u64::MAX),
        ..TokenRequest::default()
    }
}

/// What a token that nobody named is good for: its video; where that is unknown, its visitor.
fn own_binding(capture: &Capture) -> Zeroizing<String> {
    let video = capture.binding.video_id.as_ref().map(|id| id.as_str().to_owned());
    let visitor = || capture.binding.visitor_data.as_ref().map(VisitorData::percent_encoded);
    Zeroizing::new(video.or_else(visitor).unwrap_or_default())
}

impl Outcome {
    pub(super) fn failed(why: &str) -> Self {
        Self { subject: Subject::Unknown, result: Err(why.to_owned()) }
    }

    fn of(
        subject: Subject,
        result: Result<Capture, String>,
        binding: impl Fn(&Capture) -> Zeroizing<String>,
    ) -> Self {
        let given = |capture: Capture| Given {
            content_binding: binding(&capture),
            expires_at: expires_at(capture.captured_at, clock::now_ms()),
            token: capture.token,
        };
        Self { subject, result: result.map(given) }
    }
}

/// Askers keep a token until then. One that is fresh no more is good for a while yet.
fn expires_at(captured_at: u64, now: u64) -> u64 {
    let fresh_until = captured_at.saturating_add(FRESH_MS);
    if fresh_until > now { fresh_until } else { captured_at.saturating_add(EXPIRES_MS) }
}

#[cfg(test)]
mod tests;
