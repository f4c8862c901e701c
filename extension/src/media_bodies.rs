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

/// What a body had where the token stands: no real token is a cold-start token, or anything else but a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Token,
    NoRealToken,
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
            Found::NoRealToken => State::Cold,
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
mod tests;
