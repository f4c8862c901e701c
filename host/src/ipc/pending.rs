//! Pending token requests: those that wait for a host's browser.

use super::openings::{Openings, TooSoon};
use crate::store::{StoreError, TokenQuery, TokenStore};
use potbridge_protocol::messages::ipc::{ContentBinding, IpcResponse, TokenRequest};
use potbridge_protocol::{Capture, Code, Context, FromHost, Problem, ShortText, VideoId};
use potbridge_system::clock;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// What a connection and its control socket share.
#[derive(Default)]
pub struct PendingRequests {
    requests: Mutex<Requests>,
    last_id: AtomicU64,
    /// Whether the user allows programs to ask.
    accepts: AtomicBool,
    /// Whether the user has not said whether they may.
    undecided: AtomicBool,
    /// Whether the user paused the capture of tokens.
    paused: AtomicBool,
    /// When the browser last sent a token: milliseconds since 1970.
    active_at: AtomicU64,
}

#[derive(Default)]
struct Requests {
    waiting: HashMap<ShortText, Waiting>,
    /// Those for new tokens.
    openings: Openings,
}

struct Waiting {
    request: TokenRequest,
    video_id: VideoId,
    /// When it was asked. If a new token is wanted: when the opening began that brings it, which may be earlier.
    since: Instant,
    /// Whether it began an opening for a new token.
    began: bool,
    answer: Sender<IpcResponse>,
}

/// A request that was added.
pub struct Added {
    /// The message for the extension.
    pub message: FromHost,
    /// The message's id.
    pub id: ShortText,
    /// Where the answer comes. It closes without one if the request is withdrawn.
    pub answers: Receiver<IpcResponse>,
}

impl Waiting {
    /// The time from which on a token will do: milliseconds since 1970.
    ///
    /// If the known tokens will not do, it is when the opening began. The clock may have been set since.
    fn captured_since(&self) -> u64 {
        if !self.request.bypass_cache {
            return 0;
        }
        let waited = u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX);
        clock::now_ms().saturating_sub(waited).saturating_sub(1)
    }
}

impl PendingRequests {
    /// Sets whether programs may ask, and whether the user has not answered that yet.
    pub fn set_accepts(&self, accepts: bool, undecided: bool) {
        self.accepts.store(accepts, Ordering::Relaxed);
        self.undecided.store(undecided, Ordering::Relaxed);
    }

    /// Whether the user has not said whether programs may ask.
    #[must_use]
    pub fn is_undecided(&self) -> bool {
        self.undecided.load(Ordering::Relaxed)
    }

    /// Whether programs may ask.
    #[must_use]
    pub fn accepts(&self) -> bool {
        self.accepts.load(Ordering::Relaxed)
    }

    /// Sets whether the capture of tokens is paused.
    pub fn set_paused(&self, paused: bool) {
        self.paused.store(paused, Ordering::Relaxed);
    }

    /// Whether the capture of tokens is paused.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.paused.load(Ordering::Relaxed)
    }

    /// When the browser last sent a token: milliseconds since 1970; 0 if it did not yet.
    #[must_use]
    pub fn active_at(&self) -> u64 {
        self.active_at.load(Ordering::Relaxed)
    }

    /// Adds a request for a video, at the time `now`.
    ///
    /// If only a new token will do, the video is opened for it, or the request waits for an opening that has begun. `allowed` says
    /// whether the configuration lets programs have videos opened.
    ///
    /// # Errors
    /// [`TooSoon`] if the video was opened for a new token too often.
    pub fn add(
        &self,
        request: TokenRequest,
        video_id: VideoId,
        profile: &ShortText,
        allowed: bool,
        now: Instant,
    ) -> Result<Added, TooSoon> {
        let mut requests = self.lock();
        let (since, began) =
            if request.bypass_cache { requests.opening(&request, &video_id, now)? } else { (now, false) };
        let number = self.last_id.fetch_add(1, Ordering::Relaxed);
        let id = ShortText::new(&format!("request-{number}")).unwrap_or_default();
        let is_preferred = request.prefer_session.profile == *profile;
        let message = FromHost::TokenRequest {
            id: id.clone(),
            video_id: video_id.clone(),
            music: request.music,
            container: request.prefer_session.container.clone().filter(|_| is_preferred),
            client: request.client.clone(),
            bypass_cache: request.bypass_cache,
            allowed,
            timeout_ms: request.timeout_ms,
        };
        let (answer, answers) = mpsc::channel();
        requests.waiting.insert(id.clone(), Waiting { request, video_id, since, began, answer });
        Ok(Added { message, id, answers })
    }

    /// Whether none waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lock().waiting.is_empty()
    }

    /// Removes a request that nobody waits for any more. Says whether it was still to be answered.
    pub fn withdraw(&self, id: &ShortText) -> bool {
        self.lock().waiting.remove(id).is_some()
    }

    /// Answers the requests that the store can answer now, after the browser sent something.
    ///
    /// `private` says whether a token of a private window will do.
    pub fn answer_from(&self, store: &TokenStore, private: bool) {
        self.active_at.store(clock::now_ms(), Ordering::Relaxed);
        self.lock().waiting.retain(|_, waiting| {
            match from_store(
                store,
                &waiting.request,
                Some(&waiting.video_id),
                private,
                waiting.captured_since(),
            ) {
                Ok(Some(capture)) => {
                    // It fails if nobody waits any more.
                    let _ = waiting.answer.send(IpcResponse::Token { capture: Box::new(capture) });
                    false
                }
                _ => true,
            }
        });
    }

    /// Answers a request with the extension's reason why there is no token.
    pub fn fail(&self, id: &str, problem: Problem) {
        let Ok(id) = ShortText::new(id) else { return };
        let mut requests = self.lock();
        let Some(waiting) = requests.waiting.remove(&id) else { return };
        if waiting.began && opened_nothing(problem.code) {
            requests.openings.take_back(&waiting.video_id);
        }
        let plain = |text: String| text.chars().filter(|c| !c.is_control()).take(300).collect();
        let problem =
            Problem { code: problem.code, message: plain(problem.message), hint: problem.hint.map(plain) };
        // It fails if nobody waits any more.
        let _ = waiting.answer.send(IpcResponse::Failed(problem));
    }

    fn lock(&self) -> MutexGuard<'_, Requests> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Requests {
    /// The opening for a new token that a request waits for: when it began, and whether it begins now.
    fn opening(
        &mut self,
        request: &TokenRequest,
        video_id: &VideoId,
        now: Instant,
    ) -> Result<(Instant, bool), TooSoon> {
        let at_once = !request.refused.is_empty();
        let waits = |waiting: &Waiting| waiting.request.bypass_cache && waiting.video_id == *video_id;
        let joined = self.openings.joined(video_id, now).filter(|_| self.waiting.values().any(waits));
        match joined {
            Some(since) => Ok((since, false)),
            None => self.openings.begin(video_id, at_once, now).map(|()| (now, true)),
        }
    }
}

/// Whether the extension says by this code that it has opened no page for the request, or none that could play.
fn opened_nothing(code: Code) -> bool {
    matches!(
        code,
        Code::TurnedOff
            | Code::ConsentNeeded
            | Code::CapturePaused
            | Code::TooMany
            | Code::CannotOpen
            | Code::PageHidden
    )
}

/// The token of a store that answers a request.
///
/// For a video it is one of the context that is asked for; else one of another context, unless the page said that tokens
/// are not bound to their video. For media the player's own is one only if it is bound to its video, as far as is known.
/// Without a video and a content binding it is the newest. `private` says whether a token of a private window will do, and
/// `captured_since` from which time on: milliseconds since 1970.
///
/// If another one than those known is wanted and no refused one is named, none is given that the asker was given as another
/// one before.
///
/// # Errors
/// [`StoreError`].
pub fn from_store(
    store: &TokenStore,
    request: &TokenRequest,
    video_id: Option<&VideoId>,
    private: bool,
    captured_since: u64,
) -> Result<Option<Capture>, StoreError> {
    let found = fitting(store, request, video_id, private, captured_since)?;
    if request.bypass_cache
        && request.refused.is_empty()
        && let Some(capture) = &found
        && store.was_given(request, &capture.token)?
    {
        return Ok(None);
    }
    Ok(found)
}

fn fitting(
    store: &TokenStore,
    request: &TokenRequest,
    video_id: Option<&VideoId>,
    private: bool,
    captured_since: u64,
) -> Result<Option<Capture>, StoreError> {
    if let Some(binding) = &request.content_binding {
        let fits = |capture: &Capture| {
            is_of(capture, binding)
                && capture.captured_at >= captured_since
                && request.context.is_none_or(|context| context == capture.context)
        };
        let all = store.all(private)?;
        if let Some(bound) = all.iter().position(fits) {
            return Ok(all.into_iter().nth(bound));
        }
        // Whom every visitor suits takes a video's token with its visitor rather than none, but none of an account.
        let has_visitor = |capture: &Capture| {
            capture.binding.visitor_data.is_some()
                && (capture.session.logged_in != Some(true) || capture.token.has_video_shape())
                && capture.captured_at >= captured_since
        };
        let any = matches!(binding, ContentBinding::AnyVisitor);
        return Ok(all.into_iter().filter(|_| any).find(has_visitor));
    }
    let query = |context| TokenQuery {
        video_id: video_id.cloned(),
        context,
        fresh: true,
        prefer_session: Some(request.prefer_session.clone()),
        private,
        captured_since,
        ..TokenQuery::default()
    };
    let exact = store.newest(&query(request.context))?;
    if request.context.is_none() || exact.as_ref().is_some_and(|capture| !capture.foreign_client) {
        return Ok(exact);
    }
    let other = store.newest(&query(None))?.filter(|capture| may_stand_in(capture, request.context));
    let own = other.as_ref().is_some_and(|capture| !capture.foreign_client);
    Ok(if own { other } else { exact.or(other) })
}

/// Whether a token may be given for another context than its own.
fn may_stand_in(capture: &Capture, context: Option<Context>) -> bool {
    let content_bound = capture.binding.content_bound;
    capture.token.is_bound_to_video(capture.context, content_bound)
        || content_bound.is_none() && context != Some(Context::Gvs)
}

/// Whether a token is bound to this session.
///
/// That is so if the visitor is the same, and the page said that tokens are not bound to their video, or the token is too
/// long for a video's. The ids of accounts are not kept, so no token is known to be bound to one.
fn is_of(capture: &Capture, binding: &ContentBinding) -> bool {
    use potbridge_protocol::VisitorData;
    let Some(visitor) = &capture.binding.visitor_data else { return false };
    let may_be_of_video = || capture.token.has_video_shape();
    !capture.binding.content_bound.unwrap_or_else(may_be_of_video)
        && capture.session.logged_in != Some(true)
        && match binding {
            ContentBinding::VisitorData(data) => VisitorData::new(data).is_ok_and(|data| data == *visitor),
            ContentBinding::VisitorId(id) => visitor.visitor_id().as_deref() == Some(id.as_str()),
            ContentBinding::DataSyncId(_) => false,
            ContentBinding::AnyVisitor => true,
        }
}

#[cfg(test)]
mod tests;
