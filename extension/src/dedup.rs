//! What was seen before: the same thing is told once, and bodies are asked for only while something new could be in
//! them.

use crate::media_bodies::{Found, MediaBodies};
use crate::requests::media_url::MediaRequest;
use crate::{Miss, Observation, RequestMetadata, has_telling_body, observe};
use potbridge_protocol::{Capture, Counters, Cpn, Playing, Session, Source};
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher as _};

/// The most that is remembered of each kind. Beyond it, all is forgotten, and told once more.
const MAX_SEEN: usize = 2000;

/// Reads the requests of one browser profile, and remembers what was in them since its background script started.
#[derive(Debug, Default)]
pub struct Observer {
    open: Memory,
    private: Memory,
    counters: Counters,
}

/// What was seen in private windows, or outside them.
#[derive(Debug, Default)]
struct Memory {
    seen: HashSet<u64>,
    bodies: MediaBodies,
}

/// What is new in one request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// A token that was not told yet.
    pub capture: Option<Box<Capture>>,
    /// A playback whose video was not told yet.
    pub playing: Option<Playing>,
    /// The counts, if one has changed.
    pub counters: Option<Counters>,
    /// Whether the body made no sense.
    pub unreadable: bool,
    /// Whether the player loads its video again in the same page, with another playback.
    pub reloads: bool,
    /// The playback, if it is a media request that names one. That is no news.
    pub media_of: Option<Cpn>,
}

impl Observer {
    /// Goes on counting from where an earlier script of the same profile left off.
    #[must_use]
    pub fn from_counters(counters: Counters) -> Self {
        Self { counters, ..Self::default() }
    }

    /// Looks at one request of a page; a service worker is no page. If its body was not asked for, `body` is empty.
    pub fn observe(
        &mut self,
        url: &str,
        body: &[u8],
        page: Option<&str>,
        metadata: &RequestMetadata,
    ) -> News {
        let observation = observe(url, body, metadata);
        let memory = self.memory(&metadata.session);
        let page = page.map(|page| hash(&page));
        let media = MediaRequest::parse(url);
        if let Some(media) = &media {
            let playback = playback(media, &metadata.session);
            memory.bodies.hear(playback, page, media.rn);
            if !body.is_empty() {
                memory.bodies.read(playback, observation.found_in_body(), metadata.time);
            } else if observation.capture.is_some() {
                // An address tells as much as a body.
                memory.bodies.read(playback, Found::Token, metadata.time);
            }
        }
        let reloads = observation.reloads;
        if let Some(page) = page.filter(|_| reloads) {
            memory.bodies.reload(page);
        }
        let Observation { capture, playing, miss, .. } = observation;
        News {
            capture: capture.filter(|capture| memory.is_news(capture)),
            playing: playing.filter(|playing| memory.is_new(hash_of_playing(playing))),
            unreadable: matches!(miss, Some(Miss::Unreadable(_))),
            counters: miss.map(|miss| self.count(&miss)),
            reloads,
            media_of: media.and_then(|media| Cpn::new(media.cpn?).ok()),
        }
    }

    /// Whether a token that is labelled anew is to be told again.
    pub fn is_news(&mut self, capture: &Capture) -> bool {
        self.memory(&capture.session).is_news(capture)
    }

    /// Counts a request whose body the browser did not hand over. `None` if its body would have said nothing.
    pub fn count_unreadable(&mut self, url: &str, session: &Session, time: u64) -> Option<Counters> {
        if !has_telling_body(url) {
            return None;
        }
        if let Some(media) = MediaRequest::parse(url).filter(|media| media.sabr) {
            self.memory(session).bodies.read(playback(&media, session), Found::Neither, time);
        }
        self.counters.unreadable = self.counters.unreadable.saturating_add(1);
        Some(self.counters)
    }

    /// From when on the body of the like of this media request could say something new: milliseconds since 1970, and
    /// `u64::MAX` for never.
    ///
    /// `time` is when the request was made, in milliseconds since 1970.
    #[must_use]
    pub fn body_due(&self, url: &str, session: &Session, time: u64) -> u64 {
        let memory = if session.private { &self.private } else { &self.open };
        MediaRequest::parse(url)
            .filter(|media| media.sabr)
            .map_or(u64::MAX, |media| memory.bodies.due(playback(&media, session), time))
    }

    /// Forgets what was seen in private windows.
    pub fn forget_private(&mut self) {
        self.private = Memory::default();
    }

    fn memory(&mut self, session: &Session) -> &mut Memory {
        if session.private { &mut self.private } else { &mut self.open }
    }

    fn count(&mut self, miss: &Miss) -> Counters {
        let count = match miss {
            Miss::ColdStartToken => &mut self.counters.cold_start,
            Miss::Fallback => &mut self.counters.fallback,
            Miss::Malformed(_) => &mut self.counters.malformed,
            Miss::Unreadable(_) => &mut self.counters.unreadable,
        };
        *count = count.saturating_add(1);
        self.counters
    }
}

impl Memory {
    /// What a page could have forged is no news if the browser itself has shown the same.
    fn is_news(&mut self, capture: &Capture) -> bool {
        if capture.page_hooked && self.seen.contains(&hash_of_capture(capture, false)) {
            return false;
        }
        self.is_new(hash_of_capture(capture, capture.page_hooked))
    }

    fn is_new(&mut self, key: u64) -> bool {
        if self.seen.len() >= MAX_SEEN {
            self.seen.clear();
        }
        self.seen.insert(key)
    }
}

impl Observation {
    /// What the body of a media request had where the token stands.
    fn found_in_body(&self) -> Found {
        match (&self.capture, &self.miss) {
            (Some(capture), _) if capture.source == Source::Sabr => Found::Token,
            (_, None | Some(Miss::Unreadable(_))) => Found::Neither,
            (_, Some(_)) => Found::NoRealToken,
        }
    }
}

/// Names the playback that a media request belongs to, by its cpn and container.
fn playback(media: &MediaRequest<'_>, session: &Session) -> u64 {
    hash(&(media.cpn, &session.container))
}

/// The page may say a moment after the token what it is. The token is then told again.
fn hash_of_capture(capture: &Capture, page_hooked: bool) -> u64 {
    let Capture { token, context, binding, session, cpn, foreign_client, .. } = capture;
    hash(&(
        token.expose(),
        context,
        &binding.video_id,
        &session.container,
        (session.logged_in, binding.content_bound, foreign_client),
        cpn,
        page_hooked,
    ))
}

fn hash_of_playing(playing: &Playing) -> u64 {
    hash(&(&playing.cpn, &playing.video_id, &playing.session.container))
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests;
