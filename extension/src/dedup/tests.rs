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
    let container = Session { container: Some(ShortText::new("firefox-container-1").unwrap()), ..session() };
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
    for no_real_token in [&cold_start[..], b"backoff", b"SDF:notready", &token_bytes(82)] {
        let mut observer = Observer::default();
        let mut now = NOW;
        for _ in 0..30 {
            observer.observe(&media(FIRST, ""), &sabr(no_real_token), None, &at(now));
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
