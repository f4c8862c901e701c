//! What the browser calls. JSON goes in and out; `extension/types/wasm/observe.d.ts` describes it for JavaScript.

use crate::requests::media_url::{self, MediaRequest};
use crate::{Changes, FieldReport, Journal, News, Observer, OpenRequest, PageFacts, Pages, RequestMetadata};
use potbridge_protocol::youtube::Page;
use potbridge_protocol::{Certainty, Counters, Cpn, Session, ShortText, VideoId};
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

/// The longest time for which the like of a media request is not looked at. Milliseconds.
const SETTLED_MS: u64 = 10_000;

/// The fields of a media request's address that tell requests with something new from those without.
#[derive(Serialize)]
struct MediaFields {
    /// If all of these are as in an earlier request, the address says nothing new.
    apart: [&'static str; 2],
    /// Counts a playback's requests up. If it goes back, the player has begun anew.
    counting: &'static str,
}

/// The fields of a media request's address that tell requests with something new from those without, as JSON:
/// `{"apart": ["cpn", "pot"], "counting": "rn"}`.
#[wasm_bindgen(js_name = mediaFields)]
#[must_use]
pub fn media_fields() -> String {
    let fields = MediaFields { apart: media_url::APART, counting: media_url::COUNTING };
    serde_json::to_string(&fields).unwrap_or_default()
}

/// The requests of one browser profile: [`Observer`] and [`Journal`] with JSON for the browser.
#[wasm_bindgen(js_name = Observer)]
pub struct BrowserObserver {
    profile: ShortText,
    observer: Observer,
    journal: Journal,
    pages: Pages,
    report: FieldReport,
}

/// What is new in a request.
#[derive(Default, Serialize)]
struct NewsJson {
    #[serde(skip_serializing_if = "Option::is_none")]
    counters: Option<Counters>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    unreadable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<Changes>,
    /// Whether the page is to be asked what it shows.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    ask_page: bool,
}

impl NewsJson {
    fn of_changes(changes: Changes) -> Self {
        Self { changes: (changes != Changes::default()).then_some(changes), ..Self::default() }
    }

    /// `None` if nothing is new.
    fn json(&self) -> Option<String> {
        let Self { counters, unreadable, changes, ask_page } = self;
        let is_news = counters.is_some() || *unreadable || changes.is_some() || *ask_page;
        is_news.then(|| serde_json::to_string(self).ok())?
    }
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
            pages: Pages::default(),
            report: FieldReport::default(),
        }
    }

    /// Takes up an entry of the journal that an earlier script of the same browser stored, as JSON. The oldest comes
    /// first.
    pub fn recall(&mut self, entry: &str) {
        self.journal.recall(entry);
    }

    /// Looks at one request. If something in it is new, gives JSON with some of these keys:
    /// `{"counters": …, "unreadable": true, "changes": …, "ask_page": true}`.
    ///
    /// `body` is empty if the request has none, or if it was not asked for. `time` is in milliseconds since 1970. `page`
    /// is the frame that made the request, `TAB/FRAME`; a service worker is none. `container` is the browser's name for
    /// the container, if the request was made in one. `private` says that it was made in a private window, `page_hooked`
    /// that the body was read inside the page.
    #[allow(
        clippy::needless_pass_by_value,
        clippy::too_many_arguments,
        reason = "a structure would cost a conversion a request, and wasm-bindgen hands over no optional reference"
    )]
    pub fn observe(
        &mut self,
        url: &str,
        body: &[u8],
        time: f64,
        page: Option<String>,
        container: Option<String>,
        private: bool,
        page_hooked: bool,
    ) -> Option<String> {
        let page = page.as_deref();
        let facts = self.pages.facts(page);
        let session = Session { logged_in: facts.logged_in, ..self.session(container, private) };
        let metadata = RequestMetadata { session, facts, page_hooked, time: milliseconds(time) };
        let news = self.observer.observe(url, body, page, &metadata);
        let News { capture, playing, counters, unreadable, reloads, media_of } = news;
        let mut changes = Changes::default();
        if let Some(capture) = capture {
            self.pages.wait(page, &capture);
            self.journal.add_capture(capture, &mut changes);
        }
        if let Some(playing) = playing {
            self.journal.add_playing(playing, &mut changes);
        }
        if let Some(page) = page.filter(|_| reloads) {
            self.journal.page_reloads(page, metadata.time);
        }
        let ask_page = page
            .zip(media_of)
            .is_some_and(|(page, cpn)| self.journal.hear_media(page, cpn, &metadata.session, metadata.time));
        NewsJson { counters, unreadable, ask_page, ..NewsJson::of_changes(changes) }.json()
    }

    /// A page says what it is, as JSON with some of `logged_in`, `content_bound`, `session_bound` and `client`. Its tokens
    /// that were told before are told again, labelled with it: gives JSON as [`Self::observe`] does.
    #[wasm_bindgen(js_name = pageSays)]
    pub fn page_says(&mut self, page: &str, facts: &str) -> Option<String> {
        let labelled = self.pages.says(page, PageFacts::parse(facts)?);
        let mut changes = Changes::default();
        for capture in labelled {
            if self.observer.is_news(&capture) {
                self.journal.add_capture(capture, &mut changes);
            }
        }
        NewsJson::of_changes(changes).json()
    }

    /// A page that was asked at `asked_at` says what it shows, as JSON with `address`, `opened_at`, `since`, `ad`, `player`
    /// and `links`. Gives JSON as [`Self::observe`] does.
    #[wasm_bindgen(js_name = pageShows)]
    pub fn page_shows(&mut self, page: &str, shown: &str, asked_at: f64) -> Option<String> {
        let mut changes = Changes::default();
        self.journal.page_shows(page, shown, milliseconds(asked_at), &mut changes);
        NewsJson::of_changes(changes).json()
    }

    /// Another document has begun in the page's frame: what the page said of itself is forgotten.
    #[wasm_bindgen(js_name = forgetPage)]
    pub fn forget_page(&mut self, page: &str) {
        self.pages.forget_page(page);
    }

    /// A tab is closed: what its pages said is forgotten.
    #[wasm_bindgen(js_name = forgetTab)]
    pub fn forget_tab(&mut self, tab: i32) {
        let tab = tab.to_string();
        self.pages.forget_tab(&tab);
        self.journal.forget_tab(&tab);
    }

    /// From when on the body of the like of this media request could say something new: milliseconds since 1970, infinity
    /// for never. Not later than `time` means that this request's own could.
    #[wasm_bindgen(js_name = bodyDue)]
    #[must_use]
    pub fn body_due(&self, url: &str, time: f64, container: Option<String>, private: bool) -> f64 {
        match self.observer.body_due(url, &self.session(container, private), milliseconds(time)) {
            u64::MAX => f64::INFINITY,
            due => due as f64,
        }
    }

    /// Until when requests that are like this one need not be looked at: see [`media_fields`]. Milliseconds since 1970, at
    /// most ten seconds from `time`. Not later than `time` means that the next one is to be looked at.
    #[wasm_bindgen(js_name = settledUntil)]
    #[must_use]
    pub fn settled_until(&self, url: &str, time: f64, container: Option<String>, private: bool) -> f64 {
        let session = self.session(container, private);
        let now = milliseconds(time);
        let cpn = MediaRequest::parse(url).and_then(|media| Cpn::new(media.cpn?).ok());
        let ask_due = cpn.map_or(u64::MAX, |cpn| self.journal.ask_due(cpn, &session));
        let due = self.observer.body_due(url, &session, now).min(ask_due);
        due.min(now.saturating_add(SETTLED_MS)) as f64
    }

    /// Counts a request whose body the browser did not hand over. Gives the counters as JSON; `undefined` if its body would
    /// have said nothing.
    #[wasm_bindgen(js_name = countUnreadable)]
    pub fn count_unreadable(
        &mut self,
        url: &str,
        time: f64,
        container: Option<String>,
        private: bool,
    ) -> Option<String> {
        let session = self.session(container, private);
        let counters = self.observer.count_unreadable(url, &session, milliseconds(time))?;
        serde_json::to_string(&counters).ok()
    }

    /// The host names the video of an entry's token. Gives the names of the token requests that this answers, as a JSON
    /// list; `undefined` if as much was known here, or the entry is not.
    pub fn name(&mut self, id: &str, video_id: &str, certainty: &str) -> Option<String> {
        let video_id = VideoId::new(video_id).ok()?;
        let answered = self.journal.name(id, &video_id, Certainty::named(certainty))?;
        serde_json::to_string(&answered).ok()
    }

    /// The last private window was closed: what was read in private windows is forgotten. Gives the names of its entries,
    /// which are to be dropped, as a JSON list.
    #[wasm_bindgen(js_name = privateWindowsClosed)]
    pub fn private_windows_closed(&mut self) -> String {
        self.observer.forget_private();
        self.pages.forget_private();
        serde_json::to_string(&self.journal.forget_private()).unwrap_or_default()
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
        let container = self.session(container, false).container;
        let newer_than = bypass_cache.then_some(since);
        let request = OpenRequest { id, video_id, music, container, newer_than };
        serde_json::to_string(&self.journal.request_token(request, since)).unwrap_or_default()
    }

    /// Nobody waits for this token request any more.
    #[wasm_bindgen(js_name = dropRequest)]
    pub fn drop_request(&mut self, id: &str) {
        self.journal.drop_request(id);
    }

    /// Switches the collecting of shapes on or off. Switched on, it begins anew; switched off, it keeps what it has.
    #[wasm_bindgen(js_name = fieldReport)]
    pub fn field_report(&mut self, on: bool) {
        self.report.switch(on);
    }

    /// Adds the shape of a request to the report, if it is switched on. No value of the request is kept. `body` is empty if
    /// the request has none, or if it was not asked for.
    #[wasm_bindgen(js_name = addShape)]
    #[allow(clippy::needless_pass_by_value, reason = "wasm-bindgen hands over no optional reference")]
    pub fn add_shape(&mut self, url: &str, method: &str, body: &[u8], page: Option<String>) {
        let facts = self.pages.facts(page.as_deref());
        self.report.add(url, method, body, &facts);
    }

    /// What was collected, as text for people.
    #[wasm_bindgen(js_name = readFieldReport)]
    #[must_use]
    pub fn read_field_report(&self) -> String {
        self.report.text()
    }

    fn session(&self, container: Option<String>, private: bool) -> Session {
        Session {
            profile: self.profile.clone(),
            container: container.and_then(|name| ShortText::try_from(name).ok()),
            private,
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
