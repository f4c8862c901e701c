use super::*;
use potbridge_protocol::{Cpn, ShortText};

const NOW: u64 = 1_764_810_177_000;
const FIRST: &str = "G3iep-t_Rs_pkoUQ";
const SECOND: &str = "AAAAAAAAAAAAAAAA";
const PAGE: &str = "12/0";
const A: &str = "dQw4w9WgXcQ";
const B: &str = "FcRzAdI8R9U";

fn cpn(text: &str) -> Cpn {
    Cpn::new(text).unwrap()
}

fn video(id: &str) -> VideoId {
    VideoId::new(id).unwrap()
}

/// The page shows A, since a second before now.
fn shows() -> Shown {
    Shown { opened_at: NOW - 5000, since: NOW - 1000, ad: false, cpn: None, video_id: Some(video(A)) }
}

/// Pages, and the videos of playbacks that are known.
#[derive(Default)]
struct Pages {
    senders: Senders,
    known: Vec<(Playback, VideoId)>,
}

impl Pages {
    /// A media request of a page. Gives whether the page is to be asked.
    fn send(&mut self, page: &str, name: &str, at: u64) -> bool {
        let session = Session::default();
        let playback = Playback::new(cpn(name), &session);
        let is_named = self.known.iter().any(|(known, _)| *known == playback);
        self.senders.hear(page, playback, &session, at, is_named)
    }

    /// The page was asked at that time, and says this. Gives the playback that is named and its video.
    fn answer(&mut self, page: &str, shown: &Shown, asked_at: u64) -> Option<(String, String)> {
        let known = &self.known;
        let video_of =
            |playback: &Playback| known.iter().find(|(known, _)| known == playback).map(|(_, video)| video);
        let named = self.senders.named_by(page, shown, asked_at, video_of)?;
        let words = (named.playback.cpn.as_str().to_owned(), named.video_id.as_str().to_owned());
        self.known.push((named.playback, named.video_id));
        Some(words)
    }

    fn know(&mut self, name: &str, id: &str) {
        self.known.push((Playback::new(cpn(name), &Session::default()), video(id)));
    }
}

fn named(cpn: &str, video: &str) -> Option<(String, String)> {
    Some((cpn.to_owned(), video.to_owned()))
}

#[test]
fn the_playback_of_a_page_plays_what_the_page_shows() {
    let mut pages = Pages::default();
    assert!(pages.send(PAGE, FIRST, NOW));
    assert_eq!(pages.answer(PAGE, &shows(), NOW), named(FIRST, A));
    assert!(!pages.send(PAGE, FIRST, NOW + 60_000), "it is named");
}

#[test]
fn a_page_is_asked_again_until_it_names_the_playback() {
    let mut pages = Pages::default();
    let asked: Vec<_> = (0..600).filter(|tenth| pages.send(PAGE, FIRST, NOW + 100 * tenth)).collect();
    assert_eq!(asked[..4], [0, 5, 10, 15]);
    assert!(asked.windows(2).all(|pair| pair[1] - pair[0] <= 100));
    assert_eq!(asked.len(), 41, "a page that names nothing is asked less and less");
    assert_eq!(pages.answer(PAGE, &Shown { video_id: None, ..shows() }, NOW + 60_000), None);
    assert!(pages.send(PAGE, FIRST, NOW + 70_000));
    assert_eq!(pages.answer(PAGE, &shows(), NOW + 70_000), named(FIRST, A));
}

#[test]
fn a_clock_that_was_set_back_does_not_end_the_asking() {
    let mut pages = Pages::default();
    assert!(pages.send(PAGE, FIRST, NOW));
    assert!(pages.send(PAGE, FIRST, NOW - 3_600_000));
    assert!(!pages.send(PAGE, FIRST, NOW - 3_599_900));
}

#[test]
fn an_advertisement_names_nothing() {
    let mut pages = Pages::default();
    pages.send(PAGE, FIRST, NOW);
    for cpn in [None, Some(cpn(FIRST))] {
        assert_eq!(pages.answer(PAGE, &Shown { ad: true, cpn, ..shows() }, NOW), None);
    }
}

#[test]
fn a_player_that_says_its_playback_names_that_one_only() {
    let mut pages = Pages::default();
    pages.send(PAGE, FIRST, NOW);
    pages.send(PAGE, SECOND, NOW);
    let of_third = Shown { cpn: Some(cpn("BBBBBBBBBBBBBBBB")), ..shows() };
    assert_eq!(pages.answer(PAGE, &of_third, NOW), None);
    let of_second = Shown { cpn: Some(cpn(SECOND)), since: NOW + 5000, ..shows() };
    assert_eq!(pages.answer(PAGE, &of_second, NOW), named(SECOND, A));
    let of_first = Shown { cpn: Some(cpn(FIRST)), ..shows() };
    assert_eq!(pages.answer(PAGE, &of_first, NOW), named(FIRST, A), "though another plays the same");
}

#[test]
fn a_request_before_the_page_changed_is_not_named_and_a_later_one_is() {
    let mut pages = Pages::default();
    pages.send(PAGE, FIRST, NOW);
    let changed = Shown { since: NOW + 1, ..shows() };
    assert_eq!(pages.answer(PAGE, &changed, NOW + 2), None);
    assert_eq!(pages.answer(PAGE, &Shown { opened_at: NOW + 1, ..shows() }, NOW + 2), None);
    pages.send(PAGE, FIRST, NOW + 500);
    assert_eq!(pages.answer(PAGE, &changed, NOW + 500), named(FIRST, A));
}

#[test]
fn a_request_after_the_page_was_asked_is_not_named() {
    let mut pages = Pages::default();
    pages.send(PAGE, FIRST, NOW + 10);
    assert_eq!(pages.answer(PAGE, &shows(), NOW + 9), None);
}

#[test]
fn an_earlier_request_counts_though_later_ones_came_before_the_answer() {
    let mut pages = Pages::default();
    for at in [NOW, NOW + 500, NOW + 1000, NOW + 1500] {
        pages.send(PAGE, FIRST, at);
    }
    assert_eq!(pages.answer(PAGE, &shows(), NOW), named(FIRST, A));
}

#[test]
fn a_page_names_only_playbacks_of_its_own() {
    let mut pages = Pages::default();
    pages.send(PAGE, FIRST, NOW);
    for other in ["12/1", "1/0", "2/0", "12/00"] {
        assert_eq!(pages.answer(other, &shows(), NOW), None, "{other}");
    }
    assert_eq!(pages.answer(PAGE, &shows(), NOW), named(FIRST, A));
}

#[test]
fn of_one_shown_video_one_playback_is_named() {
    let mut pages = Pages::default();
    pages.send(PAGE, FIRST, NOW);
    pages.send(PAGE, SECOND, NOW + 1);
    assert_eq!(pages.answer(PAGE, &shows(), NOW + 1), named(FIRST, A));
    for at in [NOW + 1000, NOW + 29_999, NOW + 600_000] {
        pages.send(PAGE, SECOND, at);
        assert_eq!(pages.answer(PAGE, &shows(), at), None, "the next video's, fetched ahead");
    }
    let moved = Shown { since: NOW + 600_001, video_id: Some(video(B)), ..shows() };
    pages.send(PAGE, SECOND, NOW + 601_000);
    assert_eq!(pages.answer(PAGE, &moved, NOW + 601_000), named(SECOND, B));
}

#[test]
fn after_a_reload_in_the_page_the_next_playback_is_named_too() {
    let mut pages = Pages::default();
    pages.send(PAGE, FIRST, NOW);
    assert_eq!(pages.answer(PAGE, &shows(), NOW), named(FIRST, A));
    pages.senders.reload("other/0", NOW + 1000);
    pages.send(PAGE, SECOND, NOW + 2000);
    assert_eq!(pages.answer(PAGE, &shows(), NOW + 2000), None);
    pages.senders.reload(PAGE, NOW + 2500);
    pages.send(PAGE, SECOND, NOW + 3000);
    assert_eq!(pages.answer(PAGE, &shows(), NOW + 3000), named(SECOND, A));
}

#[test]
fn a_playback_that_a_request_named_is_that_one_too() {
    let mut pages = Pages::default();
    pages.know(FIRST, A);
    pages.send(PAGE, FIRST, NOW);
    pages.send(PAGE, SECOND, NOW + 1);
    assert_eq!(pages.answer(PAGE, &shows(), NOW + 1), None);
    // It plays something else than the page shows now.
    let shows_b = Shown { video_id: Some(video(B)), ..shows() };
    assert_eq!(pages.answer(PAGE, &shows_b, NOW + 1), named(SECOND, B));
}

#[test]
fn a_playback_of_the_same_video_shown_before_does_not_count() {
    let mut pages = Pages::default();
    pages.know(FIRST, A);
    pages.send(PAGE, FIRST, NOW);
    pages.send(PAGE, SECOND, NOW + 5000);
    let again = Shown { since: NOW + 4000, ..shows() };
    assert_eq!(pages.answer(PAGE, &again, NOW + 5000), named(SECOND, A));
}

#[test]
fn beside_a_playback_that_began_earlier_and_goes_on_none_is_named() {
    let mut pages = Pages::default();
    // A Short that was fetched ahead, and the next one, which is fetched while it is shown.
    pages.send(PAGE, FIRST, NOW - 3000);
    pages.send(PAGE, FIRST, NOW);
    pages.send(PAGE, SECOND, NOW + 1);
    assert_eq!(pages.answer(PAGE, &shows(), NOW + 1), None);
    pages.send(PAGE, SECOND, NOW + 29_999);
    assert_eq!(pages.answer(PAGE, &shows(), NOW + 29_999), None);
    pages.send(PAGE, SECOND, NOW + 30_500);
    assert_eq!(pages.answer(PAGE, &shows(), NOW + 30_500), named(SECOND, A), "the earlier one ended");
}

#[test]
fn a_playback_that_ended_before_the_page_changed_is_no_obstacle() {
    let mut pages = Pages::default();
    pages.send(PAGE, FIRST, NOW - 3000);
    pages.send(PAGE, SECOND, NOW);
    assert_eq!(pages.answer(PAGE, &shows(), NOW), named(SECOND, A));
}

#[test]
fn a_playback_of_an_advertisement_is_not_named_by_the_video_behind_it() {
    let mut pages = Pages::default();
    pages.send(PAGE, FIRST, NOW);
    let ad = Shown { ad: true, since: NOW - 100, ..shows() };
    assert_eq!(pages.answer(PAGE, &ad, NOW), None);
    let ended = NOW + 15_000;
    let video = Shown { since: ended, ..shows() };
    for at in [ended + 1, ended + 2999] {
        pages.send(PAGE, FIRST, at);
        assert_eq!(pages.answer(PAGE, &video, at), None, "it may be the end of the advertisement");
    }
    pages.send(PAGE, SECOND, ended + 2999);
    assert_eq!(pages.answer(PAGE, &video, ended + 2999), None);
    pages.send(PAGE, SECOND, ended + 33_000);
    assert_eq!(pages.answer(PAGE, &video, ended + 33_000), named(SECOND, A), "the first one ended");
}

#[test]
fn a_playback_that_was_loaded_during_an_advertisement_is_named_three_seconds_after_it() {
    let mut pages = Pages::default();
    pages.send(PAGE, FIRST, NOW);
    assert_eq!(pages.answer(PAGE, &Shown { ad: true, since: NOW - 100, ..shows() }, NOW), None);
    let video = Shown { since: NOW + 15_000, ..shows() };
    pages.send(PAGE, FIRST, NOW + 18_000);
    assert_eq!(pages.answer(PAGE, &video, NOW + 18_000), named(FIRST, A));
}

#[test]
fn containers_and_private_windows_keep_their_own_playbacks() {
    let mut senders = Senders::default();
    let container = Session { container: ShortText::new("firefox-container-1").ok(), ..Session::default() };
    let private = Session { private: true, ..Session::default() };
    for (session, page) in [(&container, "1/0"), (&private, "2/0")] {
        senders.hear(page, Playback::new(cpn(FIRST), session), session, NOW, false);
        let named = senders.named_by(page, &shows(), NOW, |_| None).unwrap();
        assert_eq!((&named.session, named.at), (session, NOW));
    }
    senders.retain(|_, session| !session.private);
    assert_eq!(senders.playbacks.len(), 1);
}

#[test]
fn of_too_many_playbacks_the_most_silent_is_forgotten() {
    let mut pages = Pages::default();
    for number in 0..=MAX_PLAYBACKS as u64 {
        pages.send(&format!("{number}/0"), &format!("{number:016}"), NOW + number);
    }
    assert_eq!(pages.senders.playbacks.len(), MAX_PLAYBACKS);
    assert_eq!(pages.answer("0/0", &shows(), NOW + 500), None);
    assert!(pages.answer("1/0", &shows(), NOW + 500).is_some());
}
