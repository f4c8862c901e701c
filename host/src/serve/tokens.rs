//! From a request to a token.

use super::pot_request::{PotRequest, RequestedBinding};
use crate::ipc::patience::{GRACE, Patience, Withdrawal};
use potbridge_protocol::lifetime::{EXPIRES_MS, FRESH_MS};
use potbridge_protocol::messages::ipc::{ContentBinding, SERVE, TokenRequest};
use potbridge_protocol::{Capture, Code, PoToken, Problem, ShortText, VideoId, VisitorData};
use potbridge_system::clock;
use potbridge_system::digest::digest;
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// Gets the token that is requested, in the time that the token request gives, or says why there is none. In no time at all,
/// and for a session, it looks at the store alone.
pub type RequestToken = dyn Fn(&TokenRequest, &Patience) -> Result<Capture, Problem> + Send + Sync;

/// What is kept of the time for a response, to send it.
const RESPONSE_TIME: Duration = Duration::from_millis(500);

/// A request that asked a browser and failed is not tried again for this long. If there was no browser, none is waited for
/// for this long.
///
/// yt-dlp (2026.10.26) asks once for each format if it got no token.
const FAILURE_KEPT: Duration = Duration::from_secs(30);

/// A request that took this long asked a browser.
const BROWSER_ASKED: Duration = Duration::from_secs(1);

/// What a client is told if the requests before its own take all the time or all the room.
pub(super) const CROWDED: &str = "too many ask for tokens at once: try again";

/// What a client is told that asks for another token than it has, if there is none.
const GIVEN_BEFORE: &str =
    "potbridge has no other token for this than what it gave already: ask again in a minute";

/// The most answers that are remembered.
const MAX_GIVEN: usize = 1000;

pub(super) struct TokenService {
    request_token: Box<RequestToken>,
    /// Tokens that were captured before are not given.
    invalidated_at: Mutex<Option<Instant>>,
    failed: Mutex<Vec<FailedRequest>>,
    /// The digests of bindings with the tokens that were given for them, the oldest first.
    given: Mutex<VecDeque<String>>,
    /// When a browser was waited for in vain.
    no_browser_at: Mutex<Option<Instant>>,
    /// A request that took this long asked a browser.
    browser_asked: Duration,
}

/// A video for which a browser was asked, and why there is no token.
struct FailedRequest {
    video_id: VideoId,
    at: Instant,
    why: Problem,
}

/// How a client waits.
#[derive(Clone)]
pub(super) struct Client {
    /// When it must be answered.
    pub(super) end: Instant,
    /// Says that it has gone.
    pub(super) withdrawal: Withdrawal,
}

impl Client {
    fn patience(&self, for_browser: Duration) -> Patience {
        Patience { withdrawal: self.withdrawal.clone(), ..Patience::new(for_browser) }
    }
}

/// What became of a request.
pub(super) struct TokenResult {
    pub(super) subject: Subject,
    pub(super) result: Result<GivenToken, String>,
}

/// What a request was for, as a log may show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    AnyVisitor,
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
            given: Mutex::default(),
            no_browser_at: Mutex::default(),
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

    /// Notes what is given. Refuses it if another token is wanted than the known ones and this one was given before for the same
    /// binding: the client has it.
    fn noted(&self, mut result: TokenResult, bypass_cache: bool) -> TokenResult {
        if let Ok(token) = &result.result {
            let digest = digest([token.content_binding.as_str(), token.token.expose()]);
            let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
            if !given.contains(&digest) {
                if given.len() == MAX_GIVEN {
                    given.pop_front();
                }
                given.push_back(digest);
            } else if bypass_cache {
                result.result = Err(GIVEN_BEFORE.to_owned());
            }
        }
        result
    }

    /// What is answered without a browser. `None` if one must be asked.
    pub(super) fn get_known(&self, asked: &PotRequest, client: &Client) -> Option<TokenResult> {
        Some(self.noted(self.known_result(asked, client)?, asked.bypass_cache))
    }

    fn known_result(&self, asked: &PotRequest, client: &Client) -> Option<TokenResult> {
        let Some(RequestedBinding::VisitorOrVideo(id)) = &asked.binding else {
            // Browsers bring tokens of videos alone.
            return Some(self.result(asked, client));
        };
        if self.is_visitor(id, client) {
            return Some(self.visitor(id, asked.bypass_cache, client));
        }
        let now = Instant::now();
        let known = || self.known(&of_video(id, false, now), client);
        let result = match self.failed_before(id, now) {
            Some(why) => known().map_err(|_| why),
            None if asked.bypass_cache => return None,
            None => Ok(known().ok().filter(|capture| self.is_current(capture))?),
        };
        Some(TokenResult::of(Subject::Video(id.clone()), result, |_| text_of(id)))
    }

    /// Blocks until there is a result, the time is over, or the client has gone.
    pub(super) fn get(&self, asked: &PotRequest, client: &Client) -> TokenResult {
        self.noted(self.result(asked, client), asked.bypass_cache)
    }

    fn result(&self, asked: &PotRequest, client: &Client) -> TokenResult {
        let bypass_cache = asked.bypass_cache;
        match &asked.binding {
            None => self.of_any_visitor(bypass_cache, client),
            Some(RequestedBinding::VisitorOrVideo(id)) if self.is_visitor(id, client) => {
                self.visitor(id, bypass_cache, client)
            }
            Some(RequestedBinding::VisitorOrVideo(id)) => {
                let result = self.video(id, bypass_cache, client);
                TokenResult::of(Subject::Video(id.clone()), result, |_| text_of(id))
            }
            Some(RequestedBinding::VisitorData(text)) => {
                self.session(text, ContentBinding::VisitorData, bypass_cache, client)
            }
            Some(RequestedBinding::DataSyncId(text)) => {
                self.session(text, ContentBinding::DataSyncId, bypass_cache, client)
            }
            Some(RequestedBinding::Unknown) => TokenResult::failed(
                "the content binding is neither a video's id, nor visitor data, nor a datasync id",
            ),
        }
    }

    /// A token of a session whose visitor is known. Clients that name no binding take the answer's for visitor data.
    fn of_any_visitor(&self, bypass_cache: bool, client: &Client) -> TokenResult {
        let request = request(None, Some(ContentBinding::AnyVisitor), bypass_cache, client.end);
        let result = self.ask(&request, client).map_err(|why| match why.code {
            // A browser brings no such token.
            Code::NoToken | Code::NoBrowser if !bypass_cache => no_visitor(),
            _ => why,
        });
        // Never without: a host of another version may know no better.
        let result = result.and_then(|capture| match &capture.binding.visitor_data {
            Some(_) => Ok(capture),
            None => Err(no_visitor()),
        });
        let visitor =
            |capture: &Capture| capture.binding.visitor_data.as_ref().map(VisitorData::percent_encoded);
        TokenResult::of(Subject::AnyVisitor, result, |capture| {
            Zeroizing::new(visitor(capture).unwrap_or_default())
        })
    }

    /// A visitor's id has the shape of a video's. It is taken for a visitor's if the store has a token of that visitor.
    fn is_visitor(&self, id: &VideoId, client: &Client) -> bool {
        self.known(&of_visitor(id, false, Instant::now()), client).is_ok()
    }

    fn visitor(&self, id: &VideoId, bypass_cache: bool, client: &Client) -> TokenResult {
        let result = self.ask(&of_visitor(id, bypass_cache, client.end), client);
        TokenResult::of(Subject::Session, result, |_| text_of(id))
    }

    fn video(&self, id: &VideoId, bypass_cache: bool, client: &Client) -> Result<Capture, Problem> {
        let began = Instant::now();
        if let Some(why) = self.failed_before(id, began) {
            return self.known(&of_video(id, bypass_cache, began), client).map_err(|_| why);
        }
        let result = self.ask(&of_video(id, bypass_cache, client.end), client);
        if let Err(why) = &result
            && asked_a_browser(why.code)
            && !client.withdrawal.is_withdrawn()
            && began.elapsed() >= self.browser_asked
        {
            let failed = FailedRequest { video_id: id.clone(), at: Instant::now(), why: why.clone() };
            self.failed.lock().unwrap_or_else(PoisonError::into_inner).push(failed);
        }
        result
    }

    /// Whether a token of the store will do. If not, a browser is asked for a better one.
    fn is_current(&self, capture: &Capture) -> bool {
        let is_fresh = capture.captured_at.saturating_add(FRESH_MS) > clock::now_ms();
        is_fresh && capture.captured_at >= self.valid_since()
    }

    fn failed_before(&self, id: &VideoId, now: Instant) -> Option<Problem> {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.retain(|failed| now.saturating_duration_since(failed.at) < FAILURE_KEPT);
        failed.iter().find(|failed| failed.video_id == *id).map(|failed| failed.why.clone())
    }

    fn session(
        &self,
        text: &Zeroizing<String>,
        binding: fn(Zeroizing<String>) -> ContentBinding,
        bypass_cache: bool,
        client: &Client,
    ) -> TokenResult {
        let request = request(None, Some(binding(text.clone())), bypass_cache, client.end);
        TokenResult::of(Subject::Session, self.ask(&request, client), |_| text.clone())
    }

    /// Looks at the store alone: the request gives no time.
    fn known(&self, request: &TokenRequest, client: &Client) -> Result<Capture, Problem> {
        let patience = client.patience(Duration::ZERO);
        (self.request_token)(request, &patience)
    }

    fn ask(&self, request: &TokenRequest, client: &Client) -> Result<Capture, Problem> {
        if request.timeout_ms == 0 {
            return Err(Problem::new(Code::NoToken, CROWDED));
        }
        let began = Instant::now();
        let patience = client.patience(self.for_browser(began));
        let result = (self.request_token)(request, &patience);
        if result.as_ref().is_err_and(|why| why.code == Code::NoBrowser) {
            *self.no_browser_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        }
        let capture = result?;
        if request.bypass_cache || capture.captured_at >= self.valid_since() {
            return Ok(capture);
        }
        let spent = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let request = TokenRequest {
            bypass_cache: true,
            timeout_ms: request.timeout_ms.saturating_sub(spent),
            ..request.clone()
        };
        (self.request_token)(&request, &patience)
    }

    /// How long a browser is waited for while nothing says that one is coming.
    fn for_browser(&self, now: Instant) -> Duration {
        let at = *self.no_browser_at.lock().unwrap_or_else(PoisonError::into_inner);
        let lately = at.is_some_and(|at| now.saturating_duration_since(at) < FAILURE_KEPT);
        if lately { Duration::ZERO } else { GRACE }
    }
}

/// Whether a browser was asked that would fail again at once. The others are there in a moment, or cost no time, or somebody
/// may agree at any moment.
fn asked_a_browser(code: Code) -> bool {
    !matches!(code, Code::NoBrowser | Code::OwnBrowserFailed | Code::Busy | Code::ConsentNeeded)
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
        client: ShortText::new(SERVE).unwrap_or_default(),
        timeout_ms: u64::try_from(left.as_millis()).unwrap_or(u64::MAX),
        ..TokenRequest::default()
    }
}

fn of_video(id: &VideoId, bypass_cache: bool, end: Instant) -> TokenRequest {
    request(Some(id.clone()), None, bypass_cache, end)
}

fn of_visitor(id: &VideoId, bypass_cache: bool, end: Instant) -> TokenRequest {
    request(None, Some(ContentBinding::VisitorId(text_of(id))), bypass_cache, end)
}

fn text_of(id: &VideoId) -> Zeroizing<String> {
    Zeroizing::new(id.as_str().to_owned())
}

fn no_visitor() -> Problem {
    let message =
        "the store has no token whose visitor data is known, and the request names no content_binding";
    let hint = "send a video's id as content_binding, or play a video in a browser that has the extension";
    Problem::new(Code::NoToken, message).with_hint(hint)
}

impl TokenResult {
    pub(super) fn failed(why: &str) -> Self {
        Self { subject: Subject::Unknown, result: Err(why.to_owned()) }
    }

    fn of(
        subject: Subject,
        result: Result<Capture, Problem>,
        binding: impl Fn(&Capture) -> Zeroizing<String>,
    ) -> Self {
        let given = |capture: Capture| GivenToken {
            content_binding: binding(&capture),
            expires_at: expires_at(capture.captured_at, clock::now_ms()),
            token: capture.token,
        };
        Self { subject, result: result.map(given).map_err(|why| why.in_full()) }
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
