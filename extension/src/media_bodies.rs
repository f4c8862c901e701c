//! Which bodies of media requests are worth reading. A browser copies a body for each listener that asks, so they are
//! asked for as seldom as a token made anew can be seen in time.

use std::collections::HashMap;

/// The most playbacks that are remembered. Beyond it, all are forgotten, and begin anew.
const MAX_PLAYBACKS: usize = 2000;

/// A body is wanted again this long after the last one, once a token is known. Milliseconds.
const AGAIN_MS: u64 = 10_000;

/// Playbacks that went back in their count of requests are looked at no more often than this. Milliseconds.
const RESTART_MS: u64 = 1000;

/// While the player sends cold-start tokens: so many bodies are wanted at once, the next ones at a short distance for as
/// long as a cold-start token is accepted, and then at the distance of known tokens. Milliseconds.
const COLD_AT_ONCE: u32 = 8;
const COLD_AGAIN_MS: u64 = 2000;
const COLD_MS: u64 = 90_000;

/// After so many bodies with nothing where the token stands, no more are wanted: the player of YouTube on TV never
/// sends one.
const MAX_EMPTY: u32 = 12;

/// What a body had where the token stands: a placeholder is a cold-start token, or anything else but a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Token,
    Placeholder,
    Neither,
}

/// The bodies of each playback. A playback is named by a hash.
#[derive(Debug, Default)]
pub(crate) struct MediaBodies {
    playbacks: HashMap<u64, Bodies>,
}

/// What is known of the bodies of one playback. All times are milliseconds since 1970.
#[derive(Debug, Default)]
struct Bodies {
    /// The page that plays it, by a hash.
    page: Option<u64>,
    /// The number of the last request.
    rn: Option<u64>,
    /// When the last body was read.
    last_at: Option<u64>,
    /// When the first body of this attestation was read.
    first_at: u64,
    /// How many bodies of this attestation were read without a token.
    without: u32,
    state: State,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// Nothing is known.
    #[default]
    Begun,
    /// The player went back in its count of requests.
    Restarted,
    /// The player sends cold-start tokens.
    Cold,
    /// The player sends a token.
    Token,
}

impl MediaBodies {
    /// Hears of a request of a playback. `rn` is its number, which the player counts up.
    pub(crate) fn hear(&mut self, playback: u64, page: Option<u64>, rn: Option<u64>) {
        let bodies = self.of(playback);
        bodies.page = page.or(bodies.page);
        match (rn, bodies.rn) {
            (Some(new), Some(last)) if is_from_the_beginning(new, last) => {
                bodies.restart();
                bodies.rn = Some(new);
            }
            (new, last) => bodies.rn = new.max(last),
        }
    }

    /// A body was read.
    pub(crate) fn read(&mut self, playback: u64, found: Found, time: u64) {
        self.of(playback).read(found, time);
    }

    /// The page makes its player anew: each of its playbacks may get another token.
    pub(crate) fn reload(&mut self, page: u64) {
        for bodies in self.playbacks.values_mut().filter(|bodies| bodies.page == Some(page)) {
            bodies.restart();
            bodies.last_at = None;
        }
    }

    /// From when on a body is wanted; `u64::MAX` if none is.
    pub(crate) fn due(&self, playback: u64, time: u64) -> u64 {
        self.playbacks.get(&playback).map_or(0, |bodies| bodies.due(time))
    }

    fn of(&mut self, playback: u64) -> &mut Bodies {
        if self.playbacks.len() >= MAX_PLAYBACKS && !self.playbacks.contains_key(&playback) {
            self.playbacks.clear();
        }
        self.playbacks.entry(playback).or_default()
    }
}

/// Whether a count begins anew. Requests that are sent close to each other may be heard in another order, and one that is
/// redirected is heard once more.
fn is_from_the_beginning(new: u64, last: u64) -> bool {
    new < last && (new <= 1 || last - new > 3)
}

impl Bodies {
    fn restart(&mut self) {
        self.state = State::Restarted;
        self.without = 0;
    }

    fn read(&mut self, found: Found, time: u64) {
        self.last_at = Some(time);
        let state = match found {
            Found::Token => State::Token,
            Found::Placeholder => State::Cold,
            // Not each body must hold the token.
            Found::Neither if matches!(self.state, State::Token | State::Cold) => self.state,
            Found::Neither => State::Begun,
        };
        if state == State::Token || (state == State::Cold && self.state == State::Token) {
            self.without = 0;
        }
        if state != State::Token {
            if self.without == 0 {
                self.first_at = time;
            }
            self.without = self.without.saturating_add(1);
        }
        self.state = state;
    }

    fn due(&self, time: u64) -> u64 {
        let Some(last_at) = self.last_at.filter(|at| *at <= time) else {
            // Nothing was read yet, or the clock was set back.
            return 0;
        };
        let wait = match self.state {
            State::Token => AGAIN_MS,
            State::Restarted => RESTART_MS,
            State::Cold if self.without < COLD_AT_ONCE => 0,
            State::Cold if last_at.saturating_sub(self.first_at) < COLD_MS => COLD_AGAIN_MS,
            State::Cold => AGAIN_MS,
            State::Begun => match self.without {
                0..=3 => 0,
                4 => 1000,
                5 => 2000,
                6 => 4000,
                7 => 8000,
                8..MAX_EMPTY => AGAIN_MS,
                _ => return u64::MAX,
            },
        };
        last_at.saturating_add(wait)
    }
}

#[cfg(test)]
mod tests {
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
        assert_eq!(play(&mut fresh(), short, 100, |_| Found::Placeholder).len(), 53);
        assert_eq!(play(&mut fresh(), long, 1, |_| Found::Placeholder).len(), 1120);
    }

    #[test]
    fn a_body_is_wanted_again_ten_seconds_after_the_last_one() {
        assert_eq!(play(&mut fresh(), 35, 4, |_| Found::Token), [0, 10, 20, 30]);
    }

    #[test]
    fn a_cold_start_token_is_seen_to_end_within_two_seconds() {
        for replaced in [1, 7, 30, 59, 85] {
            let found = |second| if second < replaced { Found::Placeholder } else { Found::Token };
            let read = play(&mut fresh(), 120, 10, found);
            let seen = read.iter().find(|second| **second >= replaced).unwrap();
            assert!(seen - replaced <= 2, "{replaced}: {seen}");
        }
    }

    #[test]
    fn a_cold_start_token_after_minutes_is_seen_to_end_within_ten_seconds() {
        let found = |second| if second < 605 { Found::Placeholder } else { Found::Token };
        let read = play(&mut fresh(), 700, 10, found);
        assert!(read.iter().any(|second| (605..=615).contains(second)));
    }

    #[test]
    fn a_player_that_proves_itself_anew_in_between_is_watched_closely() {
        let found = |second| if (25..45).contains(&second) { Found::Placeholder } else { Found::Token };
        let read = play(&mut fresh(), 100, 10, found);
        assert!(read.iter().any(|second| (45..=47).contains(second)), "{read:?}");
    }

    #[test]
    fn a_playback_without_tokens_is_given_up_until_its_count_goes_back() {
        let mut bodies = fresh();
        let read = play(&mut bodies, 300, 10, |_| Found::Neither);
        assert_eq!(read.len(), MAX_EMPTY as usize);
        assert!(
            *read.last().unwrap() > 50,
            "a player may need most of a minute for its first token: {read:?}"
        );
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
}
