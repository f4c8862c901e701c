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
        if let Some(page) = page.filter(|_| observation.reloads) {
            memory.bodies.reload(page);
        }
        let Observation { capture, playing, miss, .. } = observation;
        News {
            capture: capture.filter(|capture| memory.is_news(capture)),
            playing: playing.filter(|playing| memory.is_new(hash_of_playing(playing))),
            unreadable: matches!(miss, Some(Miss::Unreadable(_))),
            counters: miss.map(|miss| self.count(&miss)),
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
            (_, Some(_)) => Found::Placeholder,
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
mod tests {
    use super::*;
    use crate::PageFacts;
    use crate::test_data::{length_delimited, token, token_bytes};
    use potbridge_protocol::{ShortText, VideoId};

    const NOW: u64 = 1_764_810_177_000;
    const FIRST: &str = "G3iep-t_Rs_pkoUQ";
    const SECOND: &str = "AAAAAAAAAAAAAAAA";

    fn at(time: u64) -> RequestMetadata {
        RequestMetadata { session: session(), facts: PageFacts::default(), page_hooked: false, time }
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
            let news = observer.observe(&with_token(FIRST), b"", None, &at(NOW + 1000 * second));
            told += u32::from(news.capture.is_some());
        }
        assert_eq!(told, 1);
        assert!(observer.observe(&with_token(SECOND), b"", None, &at(NOW)).capture.is_some());
    }

    fn sabr(token: &[u8]) -> Vec<u8> {
        length_delimited(19, &length_delimited(2, token))
    }

    /// Whether a body is wanted now.
    fn wants(observer: &Observer, url: &str, session: &Session, time: u64) -> bool {
        observer.body_due(url, session, time) <= time
    }

    #[test]
    fn a_body_is_wanted_until_a_token_is_known_and_again_after_ten_seconds() {
        let mut observer = Observer::default();
        assert!(wants(&observer, &media(FIRST, ""), &session(), NOW));
        observer.observe(&media(FIRST, ""), &sabr(&token_bytes(83)), None, &at(NOW));
        assert!(!wants(&observer, &media(FIRST, ""), &session(), NOW + 9_999));
        assert!(wants(&observer, &media(FIRST, ""), &session(), NOW + 10_000));
        assert!(wants(&observer, &media(SECOND, ""), &session(), NOW));
        let container =
            Session { container: Some(ShortText::new("firefox-container-1").unwrap()), ..session() };
        let private = Session { private: true, ..session() };
        for other in [container, private] {
            assert!(wants(&observer, &media(FIRST, ""), &other, NOW));
        }
    }

    #[test]
    fn a_token_made_anew_in_the_same_playback_is_told() {
        let mut observer = Observer::default();
        for (time, payload) in [(NOW, 83), (NOW + 10_000, 83), (NOW + 20_000, 84)] {
            let news = observer.observe(&media(FIRST, ""), &sabr(&token_bytes(payload)), None, &at(time));
            assert_eq!(news.capture.is_some(), time != NOW + 10_000, "{payload}");
        }
    }

    #[test]
    fn only_sabr_has_bodies_worth_reading() {
        let observer = Observer::default();
        for url in [
            "https://rr1---sn-a.googlevideo.com/videoplayback?c=WEB_REMIX&cpn=AAAAAAAAAAAAAAAA",
            "https://www.youtube.com/videoplayback?sabr=1",
            "https://rr1---sn-a.googlevideo.com/generate_204?sabr=1",
            "",
        ] {
            assert_eq!(observer.body_due(url, &session(), NOW), u64::MAX, "{url}");
        }
    }

    #[test]
    fn a_body_without_a_token_beside_one_in_the_address_has_none() {
        let mut observer = Observer::default();
        for second in 0..5 {
            observer.observe(&with_token(FIRST), &sabr(b""), None, &at(NOW + second));
        }
        assert!(!wants(&observer, &media(FIRST, ""), &session(), NOW + 5));
        assert!(wants(&observer, &media(FIRST, ""), &session(), NOW + 10_000));
    }

    #[test]
    fn what_stands_for_a_token_will_be_replaced_by_one() {
        let cold_start = [0x22, 8, 0x4e, 0x6b, 0x4f, 0x6a, 0x27, 0x5b, 0x93, 0xaa];
        for placeholder in [&cold_start[..], b"backoff", b"SDF:notready", &token_bytes(82)] {
            let mut observer = Observer::default();
            let mut now = NOW;
            for _ in 0..30 {
                observer.observe(&media(FIRST, ""), &sabr(placeholder), None, &at(now));
                now += 2000;
                assert!(wants(&observer, &media(FIRST, ""), &session(), now));
            }
        }
    }

    #[test]
    fn the_same_body_to_a_second_host_is_one_capture() {
        let mut observer = Observer::default();
        let redirected =
            media(FIRST, "&cms_redirect=yes&redirect_counter=1&rn=7").replace("rr1---sn-a", "rr5---sn-b");
        let body = sabr(&token_bytes(83));
        assert!(observer.observe(&media(FIRST, "&rn=7"), &body, None, &at(NOW)).capture.is_some());
        assert!(observer.observe(&redirected, &body, None, &at(NOW + 20)).capture.is_none());
        assert!(!wants(&observer, &redirected, &session(), NOW + 5000), "its number does not go back");
    }

    #[test]
    fn a_reload_of_the_player_makes_the_bodies_of_its_page_wanted_at_once() {
        let mut observer = Observer::default();
        for (cpn, page) in [(FIRST, "12/0"), (SECOND, "12/1")] {
            observer.observe(&media(cpn, ""), &sabr(&token_bytes(83)), Some(page), &at(NOW));
        }
        let player = "https://www.youtube.com/youtubei/v1/player";
        let body = br#"{"videoId":"FcRzAdI8R9U","playbackContext":{"reloadPlaybackContext":{}}}"#;
        observer.observe(player, br#"{"playbackContext":{}}"#, Some("12/0"), &at(NOW));
        assert!(!wants(&observer, &media(FIRST, ""), &session(), NOW));
        observer.observe(player, body, Some("12/0"), &at(NOW));
        assert!(wants(&observer, &media(FIRST, ""), &session(), NOW));
        assert!(!wants(&observer, &media(SECOND, ""), &session(), NOW));
    }

    #[test]
    fn bodies_that_the_browser_keeps_are_not_asked_for_without_end() {
        let mut observer = Observer::default();
        let mut asked = 0;
        for second in 0..600 {
            let now = NOW + 1000 * second;
            if wants(&observer, &media(FIRST, ""), &session(), now) {
                observer.count_unreadable(&media(FIRST, ""), &session(), now);
                asked += 1;
            }
        }
        assert_eq!(asked, 12);
    }

    #[test]
    fn a_token_is_told_again_once_its_page_says_more() {
        let mut observer = Observer::default();
        let facts = PageFacts { content_bound: Some(true), ..PageFacts::default() };
        let knowing = RequestMetadata { facts, ..at(NOW) };
        assert!(observer.observe(&with_token(FIRST), b"", None, &at(NOW)).capture.is_some());
        assert!(observer.observe(&with_token(FIRST), b"", None, &knowing).capture.is_some());
        assert!(observer.observe(&with_token(FIRST), b"", None, &knowing).capture.is_none());
    }

    #[test]
    fn private_windows_are_a_memory_of_their_own_that_ends_with_them() {
        let private = RequestMetadata { session: Session { private: true, ..session() }, ..at(NOW) };
        let mut observer = Observer::default();
        for (metadata, told) in [(&at(NOW), true), (&private, true), (&private, false)] {
            let news = observer.observe(&with_token(FIRST), b"", None, metadata);
            assert_eq!(news.capture.is_some(), told);
        }
        observer.forget_private();
        assert!(observer.observe(&with_token(FIRST), b"", None, &at(NOW)).capture.is_none());
        assert!(observer.observe(&with_token(FIRST), b"", None, &private).capture.is_some());
    }

    #[test]
    fn the_video_of_a_playback_is_told_once() {
        let mut observer = Observer::default();
        let url = format!("https://www.youtube.com/api/stats/qoe?docid=FcRzAdI8R9U&cpn={FIRST}");
        let playing = observer.observe(&url, b"", None, &at(NOW)).playing.unwrap();
        assert_eq!(playing.video_id, VideoId::new("FcRzAdI8R9U").unwrap());
        assert_eq!(observer.observe(&url, b"", None, &at(NOW + 1)), News::default());
    }

    #[test]
    fn misses_are_counted() {
        let mut observer = Observer::from_counters(Counters { cold_start: 2, ..Counters::default() });
        let cold_start = media(FIRST, "&pot=IghOa09qJ1uTqg==");
        observer.observe(&cold_start, b"", None, &at(NOW));
        let unreadable = observer.observe(
            "https://www.youtube.com/youtubei/v1/player",
            b"[object ReadableStream]",
            None,
            &at(NOW),
        );
        assert!(unreadable.unreadable);
        for silent in ["player/heartbeat", "player/ad_break", "next"] {
            let url = format!("https://www.youtube.com/youtubei/v1/{silent}");
            assert_eq!(observer.count_unreadable(&url, &session(), NOW), None);
            assert_eq!(observer.observe(&url, b"[object ReadableStream]", None, &at(NOW)), News::default());
        }
        let counters = observer.count_unreadable(&media(FIRST, ""), &session(), NOW);
        assert_eq!(counters, Some(Counters { cold_start: 3, unreadable: 2, ..Counters::default() }));
    }

    #[test]
    fn a_forgeable_token_is_no_news_beside_the_browsers_own() {
        let page_hooked = RequestMetadata { page_hooked: true, ..at(NOW) };
        let mut observer = Observer::default();
        assert!(observer.observe(&with_token(FIRST), b"", None, &page_hooked).capture.is_some());
        assert!(observer.observe(&with_token(FIRST), b"", None, &at(NOW)).capture.is_some());
        assert!(observer.observe(&with_token(FIRST), b"", None, &page_hooked).capture.is_none());
    }
}
