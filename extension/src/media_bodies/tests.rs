use super::*;

const ONE: u64 = 1;
const NOW: u64 = 1_764_810_177_000;

/// Plays for `seconds` with `rate` requests a second, whose bodies hold what `found` says for each second. Gives the
/// seconds of the bodies that were read.
fn play(bodies: &mut MediaBodies, seconds: u64, rate: u64, found: impl Fn(u64) -> Found) -> Vec<u64> {
    let mut read = Vec::new();
    for number in 0..seconds * rate {
        let ms = number * 1000 / rate;
        bodies.hear(ONE, None, Some(number));
        if bodies.due(ONE, NOW + ms) <= NOW + ms {
            bodies.read(ONE, found(ms / 1000), NOW + ms);
            read.push(ms / 1000);
        }
    }
    read
}

fn fresh() -> MediaBodies {
    MediaBodies::default()
}

#[test]
fn ten_thousand_requests_cost_few_bodies() {
    // 100 s at 100 a second, and 3 h at about one a second.
    let (short, long) = (100, 10_800);
    for (seconds, rate, with_token, with_none) in [(short, 100, 10, 12), (long, 1, 1080, 12)] {
        assert_eq!(play(&mut fresh(), seconds, rate, |_| Found::Token).len(), with_token);
        assert_eq!(play(&mut fresh(), seconds, rate, |_| Found::Neither).len(), with_none);
    }
    assert_eq!(play(&mut fresh(), short, 100, |_| Found::NoRealToken).len(), 53);
    assert_eq!(play(&mut fresh(), long, 1, |_| Found::NoRealToken).len(), 1120);
}

#[test]
fn a_body_is_wanted_again_ten_seconds_after_the_last_one() {
    assert_eq!(play(&mut fresh(), 35, 4, |_| Found::Token), [0, 10, 20, 30]);
}

#[test]
fn a_cold_start_token_is_seen_to_end_within_two_seconds() {
    for replaced in [1, 7, 30, 59, 85] {
        let found = |second| if second < replaced { Found::NoRealToken } else { Found::Token };
        let read = play(&mut fresh(), 120, 10, found);
        let seen = read.iter().find(|second| **second >= replaced).unwrap();
        assert!(seen - replaced <= 2, "{replaced}: {seen}");
    }
}

#[test]
fn a_cold_start_token_after_minutes_is_seen_to_end_within_ten_seconds() {
    let found = |second| if second < 605 { Found::NoRealToken } else { Found::Token };
    let read = play(&mut fresh(), 700, 10, found);
    assert!(read.iter().any(|second| (605..=615).contains(second)));
}

#[test]
fn a_player_that_proves_itself_anew_in_between_is_watched_closely() {
    let found = |second| if (25..45).contains(&second) { Found::NoRealToken } else { Found::Token };
    let read = play(&mut fresh(), 100, 10, found);
    assert!(read.iter().any(|second| (45..=47).contains(second)), "{read:?}");
}

#[test]
fn a_playback_without_tokens_is_given_up_until_its_count_goes_back() {
    let mut bodies = fresh();
    let read = play(&mut bodies, 300, 10, |_| Found::Neither);
    assert_eq!(read.len(), MAX_EMPTY as usize);
    assert!(*read.last().unwrap() > 50, "a player may need most of a minute for its first token: {read:?}");
    let later = NOW + 400_000;
    assert_eq!(bodies.due(ONE, later), u64::MAX);
    bodies.hear(ONE, None, Some(0));
    assert!(bodies.due(ONE, later) <= later);
    assert_eq!(bodies.due(2, later), 0, "another playback");
}

#[test]
fn a_count_that_goes_back_makes_a_body_wanted_at_once() {
    let mut bodies = fresh();
    bodies.hear(ONE, None, Some(1));
    bodies.read(ONE, Found::Token, NOW);
    for rn in [Some(2), Some(2), None, Some(7), Some(6), Some(8), Some(5)] {
        bodies.hear(ONE, None, rn);
        assert_eq!(bodies.due(ONE, NOW + 1), NOW + AGAIN_MS, "{rn:?}");
    }
    for rn in [0, 40, 3] {
        bodies.hear(ONE, None, Some(rn));
    }
    assert_eq!(bodies.due(ONE, NOW + 1), NOW + RESTART_MS);
    bodies.read(ONE, Found::Token, NOW + RESTART_MS);
    assert_eq!(bodies.due(ONE, NOW + 2000), NOW + RESTART_MS + AGAIN_MS);
}

#[test]
fn a_count_that_goes_back_each_time_costs_a_body_a_second() {
    let mut bodies = fresh();
    let mut read = 0;
    for number in 0..10_000 {
        let now = NOW + number * 10;
        bodies.hear(ONE, None, Some(if number % 2 == 0 { 50_000 } else { 7 }));
        if bodies.due(ONE, now) <= now {
            bodies.read(ONE, Found::Token, now);
            read += 1;
        }
    }
    assert_eq!(read, 100);
}

#[test]
fn a_reload_concerns_every_playback_of_its_page_and_no_other() {
    let mut bodies = fresh();
    for (playback, page) in [(1, Some(7)), (2, Some(7)), (3, Some(8)), (4, None)] {
        bodies.hear(playback, page, None);
        bodies.read(playback, Found::Token, NOW);
    }
    bodies.reload(7);
    let wanted: Vec<_> = (1..=4).filter(|playback| bodies.due(*playback, NOW) <= NOW).collect();
    assert_eq!(wanted, [1, 2]);
}

#[test]
fn a_clock_that_was_set_back_stops_nothing() {
    let mut bodies = fresh();
    bodies.read(ONE, Found::Token, NOW);
    assert_eq!(bodies.due(ONE, NOW - 1), 0);
}

#[test]
fn of_too_many_playbacks_all_are_forgotten() {
    let mut bodies = fresh();
    for playback in 0..=MAX_PLAYBACKS as u64 {
        bodies.read(playback, Found::Token, NOW);
    }
    assert_eq!(bodies.playbacks.len(), 1);
}
