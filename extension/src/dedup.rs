//! What was seen before: the same thing is told once, and bodies are asked for only while something new could be in
//! them.

use crate::requests::media_url;
use crate::{Miss, Observation, RequestMetadata, observe};
use potbridge_protocol::lifetime::FRESH_MS;
use potbridge_protocol::youtube::{Address, is_media_host};
use potbridge_protocol::{Capture, Counters, Playing, Session};
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher as _};

/// The most that is remembered of each kind. Beyond it, all is forgotten, and told once more.
const MAX_SEEN: usize = 2000;

/// How many bodies of one playback are asked for in vain.
///
/// The player sends a cold-start token for up to a minute, in requests that are at most a second apart.
const MAX_TRIES: u32 = 120;

/// If a token is fresh for less than this, the player may replace it any time. Milliseconds: half an hour.
const RENEWAL_MS: u64 = 30 * 60 * 1000;

/// Reads the requests of one browser profile, and remembers what was in them since its background script started.
#[derive(Debug, Default)]
pub struct Observer {
    seen: HashSet<u64>,
    playbacks: HashMap<u64, Playback>,
    counters: Counters,
}

#[derive(Debug, Default)]
struct Playback {
    /// When the token of its media requests was captured.
    token_at: Option<u64>,
    /// How many bodies were read.
    tried: u32,
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
}

impl Observer {
    /// Goes on counting from where an earlier script of the same profile left off.
    #[must_use]
    pub fn from_counters(counters: Counters) -> Self {
        Self { counters, ..Self::default() }
    }

    /// Looks at one request. If its body was not asked for, `body` is empty.
    pub fn observe(&mut self, url: &str, body: &[u8], metadata: &RequestMetadata) -> News {
        let Observation { capture, playing, miss } = observe(url, body, metadata);
        if let Some(key) = media_playback(url, &metadata.session) {
            let playback = self.playback(key);
            if !body.is_empty() {
                playback.tried = playback.tried.saturating_add(1);
            }
            if let Some(capture) = &capture {
                playback.token_at = Some(capture.captured_at);
            }
        }
        News {
            capture: capture.filter(|capture| self.is_news(capture)),
            playing: playing.filter(|playing| self.is_new(hash_of_playing(playing))),
            unreadable: matches!(miss, Some(Miss::Unreadable(_))),
            counters: miss.map(|miss| self.count(&miss)),
        }
    }

    /// Counts a request whose body the browser did not hand over.
    pub fn count_unreadable(&mut self) -> Counters {
        self.counters.unreadable = self.counters.unreadable.saturating_add(1);
        self.counters
    }

    /// Whether the body of this media request could say something new.
    ///
    /// It could if the token of its playback is not known, or is about to expire. `time` is in milliseconds since 1970.
    pub fn wants_body(&mut self, url: &str, session: &Session, time: u64) -> bool {
        let Some(key) = media_playback(url, session) else {
            return false;
        };
        let playback = self.playback(key);
        match playback.token_at {
            Some(at) => time.saturating_sub(at) > FRESH_MS - RENEWAL_MS,
            None => playback.tried < MAX_TRIES,
        }
    }

    fn playback(&mut self, key: u64) -> &mut Playback {
        if self.playbacks.len() >= MAX_SEEN {
            self.playbacks.clear();
        }
        self.playbacks.entry(key).or_default()
    }

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

/// Names the playback that a media request belongs to, by its cpn and container.
fn media_playback(url: &str, session: &Session) -> Option<u64> {
    let address = Address::of_request(url)?;
    let is_media = is_media_host(address.host) && media_url::is_path(address.path);
    is_media.then(|| hash(&(media_url::cpn(&address), &session.container)))
}

/// The page may say a moment after the token whether somebody is logged in. The token is then told again.
fn hash_of_capture(capture: &Capture, page_hooked: bool) -> u64 {
    let Capture { token, context, binding, session, cpn, .. } = capture;
    hash(&(
        token.expose(),
        context,
        &binding.video_id,
        &session.container,
        session.logged_in,
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
mod tests {
    use super::*;
    use crate::test_data::token;
    use potbridge_protocol::{ShortText, VideoId};

    const NOW: u64 = 1_764_810_177_000;
    const FIRST: &str = "G3iep-t_Rs_pkoUQ";
    const SECOND: &str = "AAAAAAAAAAAAAAAA";

    fn at(time: u64) -> RequestMetadata {
        RequestMetadata { session: session(), content_bound: None, page_hooked: false, time }
    }

    fn session() -> Session {
        Session { profile: ShortText::new("p").unwrap(), ..Session::default() }
    }

    fn media(cpn: &str, pot: &str) -> String {
        format!("https://rr1---sn-a.googlevideo.com/videoplayback?sabr=1&c=WEB&cpn={cpn}{pot}")
    }

    fn with_token(cpn: &str) -> String {
        media(cpn, &format!("&pot={}", token(83).expose()))
    }

    #[test]
    fn a_token_is_told_once_a_playback() {
        let mut observer = Observer::default();
        let mut told = 0;
        for second in 0..120 {
            let news = observer.observe(&with_token(FIRST), b"", &at(NOW + 1000 * second));
            told += u32::from(news.capture.is_some());
        }
        assert_eq!(told, 1);
        assert!(observer.observe(&with_token(SECOND), b"", &at(NOW)).capture.is_some());
    }

    #[test]
    fn bodies_are_wanted_while_no_fresh_token_is_known() {
        let mut observer = Observer::default();
        assert!(observer.wants_body(&media(FIRST, ""), &session(), NOW));
        observer.observe(&with_token(FIRST), b"", &at(NOW));
        assert!(!observer.wants_body(&media(FIRST, ""), &session(), NOW + 60_000));
        assert!(observer.wants_body(&media(SECOND, ""), &session(), NOW + 60_000));
        assert!(observer.wants_body(&media(FIRST, ""), &session(), NOW + FRESH_MS));
        let container =
            Session { container: Some(ShortText::new("firefox-container-1").unwrap()), ..session() };
        assert!(observer.wants_body(&media(FIRST, ""), &container, NOW));
    }

    #[test]
    fn bodies_without_a_token_are_not_asked_for_without_end() {
        let mut observer = Observer::default();
        let mut asked = 0;
        while observer.wants_body(&media(FIRST, ""), &session(), NOW) {
            observer.observe(&media(FIRST, ""), &[0x08, 0x01], &at(NOW));
            asked += 1;
        }
        assert_eq!(asked, MAX_TRIES);
    }

    #[test]
    fn the_video_of_a_playback_is_told_once() {
        let mut observer = Observer::default();
        let url = format!("https://www.youtube.com/api/stats/qoe?docid=FcRzAdI8R9U&cpn={FIRST}");
        let playing = observer.observe(&url, b"", &at(NOW)).playing.unwrap();
        assert_eq!(playing.video_id, VideoId::new("FcRzAdI8R9U").unwrap());
        assert_eq!(observer.observe(&url, b"", &at(NOW + 1)), News::default());
    }

    #[test]
    fn misses_are_counted() {
        let mut observer = Observer::from_counters(Counters { cold_start: 2, ..Counters::default() });
        let cold_start = media(FIRST, "&pot=IghOa09qJ1uTqg==");
        observer.observe(&cold_start, b"", &at(NOW));
        let unreadable = observer.observe(
            "https://www.youtube.com/youtubei/v1/player",
            b"[object ReadableStream]",
            &at(NOW),
        );
        assert!(unreadable.unreadable);
        let counters = observer.count_unreadable();
        assert_eq!(counters, Counters { cold_start: 3, unreadable: 2, ..Counters::default() });
    }

    #[test]
    fn a_forgeable_token_is_no_news_beside_the_browsers_own() {
        let page_hooked = RequestMetadata { page_hooked: true, ..at(NOW) };
        let mut observer = Observer::default();
        assert!(observer.observe(&with_token(FIRST), b"", &page_hooked).capture.is_some());
        assert!(observer.observe(&with_token(FIRST), b"", &at(NOW)).capture.is_some());
        assert!(observer.observe(&with_token(FIRST), b"", &page_hooked).capture.is_none());
    }
}
