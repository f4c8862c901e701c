//! What was news already, so that the same thing is carried once, and bodies are asked for only while something
//! new could be in them.

use crate::requests::media_url;
use crate::{Miss, Observation, RequestMetadata, observe};
use potbridge_protocol::lifetime::FRESH_MS;
use potbridge_protocol::youtube::{Address, is_media_host};
use potbridge_protocol::{Capture, Playing, Session, Counters};
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher as _};

/// The most that is remembered of each kind; beyond it all is forgotten, and carried once more.
const MOST: usize = 2000;

/// How many bodies of one playback are asked for in vain. The player sends a cold_start for up to a minute, in
/// requests a second apart at the most.
const TRIES: u32 = 120;

/// A token that will not be fresh for longer than this may be replaced any time. Milliseconds: half an hour.
const RENEWAL_MS: u64 = 30 * 60 * 1000;

/// What one browser profile has news since its background script started.
#[derive(Debug, Default)]
pub struct Observer {
    carried: HashSet<u64>,
    playbacks: HashMap<u64, Playback>,
    tally: Counters,
}

#[derive(Debug, Default)]
struct Playback {
    /// When the token was captured that its media requests carry.
    token_at: Option<u64>,
    tried: u32,
}

/// What is new in one request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// A token that was not carried yet.
    pub capture: Option<Box<Capture>>,
    /// A playback whose video was not told yet.
    pub playing: Option<Playing>,
    /// The counts, where one has changed.
    pub tally: Option<Counters>,
    /// Whether the body made no sense.
    pub unreadable: bool,
}

impl Observer {
    /// Goes on counting from where another script of the same profile left off.
    #[must_use]
    pub fn from_tally(tally: Counters) -> Self {
        Self { tally, ..Self::default() }
    }

    /// Looks at one request. A request whose body was not asked for comes with an empty one.
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
            tally: miss.map(|miss| self.count(&miss)),
        }
    }

    /// Counts a request whose body the browser did not hand over.
    pub fn unreadable(&mut self) -> Counters {
        self.tally.unreadable = self.tally.unreadable.saturating_add(1);
        self.tally
    }

    /// Whether the body of this media request could say something new: its playback's token is not known, or is
    /// about to expire. `time` is in milliseconds since 1970.
    pub fn wants_body(&mut self, url: &str, session: &Session, time: u64) -> bool {
        let Some(key) = media_playback(url, session) else {
            return false;
        };
        let playback = self.playback(key);
        match playback.token_at {
            Some(at) => time.saturating_sub(at) > FRESH_MS - RENEWAL_MS,
            None => playback.tried < TRIES,
        }
    }

    fn playback(&mut self, key: u64) -> &mut Playback {
        if self.playbacks.len() >= MOST {
            self.playbacks.clear();
        }
        self.playbacks.entry(key).or_default()
    }

    /// What a page could have forged is no news where the browser itself has shown the same.
    fn is_news(&mut self, capture: &Capture) -> bool {
        if capture.page_hooked && self.carried.contains(&hash_of_capture(capture, false)) {
            return false;
        }
        self.is_new(hash_of_capture(capture, capture.page_hooked))
    }

    fn is_new(&mut self, key: u64) -> bool {
        if self.carried.len() >= MOST {
            self.carried.clear();
        }
        self.carried.insert(key)
    }

    fn count(&mut self, miss: &Miss) -> Counters {
        let count = match miss {
            Miss::ColdStartToken => &mut self.tally.cold_start,
            Miss::Fallback => &mut self.tally.fallback,
            Miss::Malformed(_) => &mut self.tally.malformed,
            Miss::Unreadable(_) => &mut self.tally.unreadable,
        };
        *count = count.saturating_add(1);
        self.tally
    }
}

/// Names the playback that a media request belongs to, by its cpn and container.
fn media_playback(url: &str, session: &Session) -> Option<u64> {
    let address = Address::of_request(url)?;
    let is_media = is_media_host(address.host) && media_url::is_path(address.path);
    is_media.then(|| hash(&(media_url::labels(&address).cpn, &session.container)))
}

/// Whether somebody is logged in may be told a moment later than the token, and is then worth carrying.
fn hash_of_capture(capture: &Capture, page_hooked: bool) -> u64 {
    let Capture { token, context, binding, session, cpn, .. } = capture;
    hash(&(token.expose(), context, &binding.video_id, &session.container, session.logged_in, cpn, page_hooked))
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
    use potbridge_protocol::{VideoId, ShortText};

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
    fn a_token_that_comes_with_every_media_request_is_carried_once_a_playback() {
        let mut observer = Observer::default();
        let mut carried = 0;
        for second in 0..120 {
            let news = observer.observe(&with_token(FIRST), b"", &at(NOW + 1000 * second));
            carried += u32::from(news.capture.is_some());
        }
        assert_eq!(carried, 1);
        assert!(observer.observe(&with_token(SECOND), b"", &at(NOW)).capture.is_some());
    }

    #[test]
    fn bodies_are_wanted_until_the_playbacks_token_is_known_and_again_before_it_expires() {
        let mut observer = Observer::default();
        assert!(observer.wants_body(&media(FIRST, ""), &session(), NOW));
        observer.observe(&with_token(FIRST), b"", &at(NOW));
        assert!(!observer.wants_body(&media(FIRST, ""), &session(), NOW + 60_000));
        assert!(observer.wants_body(&media(SECOND, ""), &session(), NOW + 60_000));
        assert!(observer.wants_body(&media(FIRST, ""), &session(), NOW + FRESH_MS));
        let container = Session { container: Some(ShortText::new("firefox-container-1").unwrap()), ..session() };
        assert!(observer.wants_body(&media(FIRST, ""), &container, NOW));
    }

    #[test]
    fn bodies_of_a_playback_that_never_has_a_token_are_not_asked_for_without_end() {
        let mut observer = Observer::default();
        let mut asked = 0;
        while observer.wants_body(&media(FIRST, ""), &session(), NOW) {
            observer.observe(&media(FIRST, ""), &[0x08, 0x01], &at(NOW));
            asked += 1;
        }
        assert_eq!(asked, TRIES);
    }

    #[test]
    fn which_video_a_playback_plays_is_told_once() {
        let mut observer = Observer::default();
        let url = format!("https://www.youtube.com/api/stats/qoe?docid=FcRzAdI8R9U&cpn={FIRST}");
        let playing = observer.observe(&url, b"", &at(NOW)).playing.unwrap();
        assert_eq!(playing.video_id, VideoId::new("FcRzAdI8R9U").unwrap());
        assert_eq!(observer.observe(&url, b"", &at(NOW + 1)), News::default());
    }

    #[test]
    fn what_is_no_token_is_counted() {
        let mut observer = Observer::from_tally(Counters { cold_start: 2, ..Counters::default() });
        let cold_start = media(FIRST, "&pot=IghOa09qJ1uTqg==");
        observer.observe(&cold_start, b"", &at(NOW));
        let unreadable = observer.observe(
            "https://www.youtube.com/youtubei/v1/player",
            b"[object ReadableStream]",
            &at(NOW),
        );
        assert!(unreadable.unreadable);
        let tally = observer.unreadable();
        assert_eq!(tally, Counters { cold_start: 3, unreadable: 2, ..Counters::default() });
    }

    #[test]
    fn what_a_page_could_have_forged_is_no_news_beside_the_same_from_the_browser() {
        let page_hooked = RequestMetadata { page_hooked: true, ..at(NOW) };
        let mut observer = Observer::default();
        assert!(observer.observe(&with_token(FIRST), b"", &page_hooked).capture.is_some());
        assert!(observer.observe(&with_token(FIRST), b"", &at(NOW)).capture.is_some());
        assert!(observer.observe(&with_token(FIRST), b"", &page_hooked).capture.is_none());
    }
}
