//! What the browser calls. JSON goes in and out; `extension/types/observe.d.ts` describes it for JavaScript.

use crate::{Changes, Journal, News, Observer, OpenRequest, RequestMetadata};
use potbridge_protocol::youtube::Page;
use potbridge_protocol::{Counters, Session, ShortText, VideoId};
use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;

/// What a page of YouTube shows, as JSON with some of `video_id`, `list_id`, and with `music`.
///
/// `undefined` means that `address` is not the address of a video's or a playlist's page.
#[wasm_bindgen(js_name = pageOf)]
#[must_use]
pub fn page_of(address: &str) -> Option<String> {
    serde_json::to_string(&Page::parse(address).ok()?).ok()
}

/// The fields of a media request's address that tell playbacks and tokens apart, as a JSON list.
///
/// If a request has the same values as an earlier one, its address says nothing new.
#[wasm_bindgen(js_name = mediaFields)]
#[must_use]
pub fn media_fields() -> String {
    r#"["cpn","pot"]"#.to_owned()
}

/// The requests of one browser profile: [`Observer`] and [`Journal`] with JSON for the browser.
#[wasm_bindgen(js_name = Observer)]
pub struct BrowserObserver {
    profile: ShortText,
    observer: Observer,
    journal: Journal,
}

/// What is new in a request.
#[derive(Serialize)]
struct NewsJson {
    #[serde(skip_serializing_if = "Option::is_none")]
    counters: Option<Counters>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    unreadable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<Changes>,
}

#[wasm_bindgen(js_class = Observer)]
impl BrowserObserver {
    /// For the profile of this name. The counts go on from where an earlier script of the same browser left off.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(profile: &str, cold_start: u32, fallback: u32, malformed: u32, unreadable: u32) -> Self {
        Self {
            profile: ShortText::new(profile).unwrap_or_default(),
            observer: Observer::from_counters(Counters { cold_start, fallback, malformed, unreadable }),
            journal: Journal::default(),
        }
    }

    /// Takes up an entry of the journal that an earlier script of the same browser stored, as JSON. The oldest comes
    /// first.
    pub fn recall(&mut self, entry: &str) {
        self.journal.recall(entry);
    }

    /// Looks at one request. If something in it is new, gives JSON with some of these keys:
    /// `{"counters": …, "unreadable": true, "changes": …}`.
    ///
    /// `body` is empty if the request has none, or if it was not asked for. `time` is in milliseconds since 1970.
    /// `container` is the browser's name for the container, if the request was made in one. `logged_in` and
    /// `content_bound` are what the page said of itself. `page_hooked` says that the body was read inside the page.
    #[allow(clippy::too_many_arguments, reason = "a structure would cost a conversion a request")]
    pub fn observe(
        &mut self,
        url: &str,
        body: &[u8],
        time: f64,
        container: Option<String>,
        logged_in: Option<bool>,
        content_bound: Option<bool>,
        page_hooked: bool,
    ) -> Option<String> {
        let metadata = RequestMetadata {
            session: Session { logged_in, ..self.session(container) },
            content_bound,
            page_hooked,
            time: milliseconds(time),
        };
        let News { capture, playing, counters, unreadable } = self.observer.observe(url, body, &metadata);
        let changes = (capture.is_some() || playing.is_some()).then(|| {
            let mut changes = Changes::default();
            if let Some(capture) = capture {
                self.journal.add_capture(capture, &mut changes);
            }
            if let Some(playing) = playing {
                self.journal.add_playing(playing, &mut changes);
            }
            changes
        });
        if counters.is_none() && !unreadable && changes.is_none() {
            return None;
        }
        serde_json::to_string(&NewsJson { counters, unreadable, changes }).ok()
    }

    /// Whether the body of this media request could say something new.
    #[wasm_bindgen(js_name = wantsBody)]
    pub fn wants_body(&mut self, url: &str, time: f64, container: Option<String>) -> bool {
        let session = self.session(container);
        self.observer.wants_body(url, &session, milliseconds(time))
    }

    /// Counts a request whose body the browser did not hand over. Gives the counters as JSON.
    #[wasm_bindgen(js_name = countUnreadable)]
    pub fn count_unreadable(&mut self) -> String {
        serde_json::to_string(&self.observer.count_unreadable()).unwrap_or_default()
    }

    /// The host names the video of an entry's token. Gives the names of the token requests that this answers, as a JSON
    /// list; `undefined` if the video was known here, or the entry is not.
    pub fn name(&mut self, id: &str, video_id: &str) -> Option<String> {
        let answered = self.journal.name(id, &VideoId::new(video_id).ok()?)?;
        serde_json::to_string(&answered).ok()
    }

    /// The browser no longer stores this entry.
    pub fn forget(&mut self, id: &str) {
        self.journal.forget(id);
    }

    /// Takes the host's token request. Gives the names of the entries whose tokens answer it, as a JSON list. If none
    /// does, the request stays open until its `id` is among those `answered`.
    ///
    /// `since` is when the request came, in milliseconds since 1970; with `bypass_cache` only a newer token answers.
    #[wasm_bindgen(js_name = requestToken)]
    pub fn request_token(
        &mut self,
        id: String,
        video_id: &str,
        music: bool,
        container: Option<String>,
        bypass_cache: bool,
        since: f64,
    ) -> String {
        let Ok(video_id) = VideoId::new(video_id) else {
            return "[]".to_owned();
        };
        let since = milliseconds(since);
        let container = self.session(container).container;
        let newer_than = bypass_cache.then_some(since);
        let request = OpenRequest { id, video_id, music, container, newer_than };
        serde_json::to_string(&self.journal.request_token(request, since)).unwrap_or_default()
    }

    /// Nobody waits for this token request any more.
    #[wasm_bindgen(js_name = dropRequest)]
    pub fn drop_request(&mut self, id: &str) {
        self.journal.drop_request(id);
    }

    fn session(&self, container: Option<String>) -> Session {
        Session {
            profile: self.profile.clone(),
            container: container.and_then(|name| ShortText::try_from(name).ok()),
            private: false,
            logged_in: None,
        }
    }
}

/// Saturates, so that a nonsensical time is the earliest and never displaces anything.
fn milliseconds(time: f64) -> u64 {
    time as u64
}

#[cfg(test)]
mod tests;
