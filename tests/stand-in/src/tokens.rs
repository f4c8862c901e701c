use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::prelude::{BASE64_URL_SAFE, Engine};

use crate::labels::Labels;
use crate::session::Session;

/// The first byte of a real token, and the payload of the fallback token, which is well formed and worthless.
const REAL: u8 = 0x32;
const FALLBACK: usize = 82;

/// The real tokens that the players of this stand-in's pages have shown, and what each is good for. Media requests name a
/// playback (`cpn`) and no video; other requests say which video the playback plays, and in whose session, before or after.
#[derive(Default)]
pub(crate) struct Tokens {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    known: HashMap<String, Known>,
    playbacks: HashMap<String, Playback>,
    /// How many tokens became known
    count: u64,
}

/// What was learnt of one token.
#[derive(Default)]
struct Known {
    videos: HashSet<String>,
    sessions: HashSet<Session>,
    playbacks: HashSet<String>,
    /// Good in whatever session: a test says so
    any_session: bool,
    expired: bool,
    /// Its place in the order in which tokens became known
    place: u64,
}

#[derive(Default)]
struct Playback {
    video_id: Option<String>,
    session: Option<Session>,
}

/// What a token is held against.
#[derive(Clone, Debug)]
pub(crate) struct Wanted<'a> {
    pub(crate) video_id: &'a str,
    pub(crate) session: &'a Session,
    /// Whether tokens are bound to a video; else they are to a session
    pub(crate) by_video: bool,
    /// Whether a token is refused once a newer one for the same is known
    pub(crate) only_newest: bool,
}

/// Why the media server refuses what a downloader asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The URL is none that a player's answer gave out, or names no format
    UnknownUrl,
    /// The URL's `n` parameter is the one that was given out: nobody solved the challenge
    UnsolvedChallenge,
    /// There is no token
    NoToken,
    /// The token is no padded base64url, has not the shape of a real one, or is the fallback
    MalformedToken,
    /// No player showed this token
    UnknownToken,
    /// It was shown for another video
    OtherVideo,
    /// It was shown in another session
    OtherSession,
    /// It has expired
    Expired,
    /// The player has shown a newer one since, and only the newest is accepted
    Replaced,
    /// Too many requests came from here
    TooMany,
}

impl Tokens {
    /// Learns what a request of the player's says of its token and of its playback. `session` is none where a request shows
    /// no session: those to media hosts have no cookies of YouTube's.
    pub(crate) fn learn(&self, labels: &Labels, session: Option<&Session>) {
        let mut state = self.lock();
        if let Some(cpn) = &labels.cpn {
            let playback = state.playbacks.entry(cpn.clone()).or_default();
            playback.video_id = labels.video_id.clone().or_else(|| playback.video_id.take());
            playback.session = session.cloned().or_else(|| playback.session.take());
        }
        let Some(token) = labels.po_token.as_deref().filter(|token| is_real(token)) else { return };
        let known = state.known(token);
        known.videos.extend(labels.video_id.clone());
        known.playbacks.extend(labels.cpn.clone());
        known.sessions.extend(session.cloned());
    }

    pub(crate) fn accept(&self, token: &str, video_id: &str) {
        let mut state = self.lock();
        let known = state.known(token);
        known.videos.insert(video_id.to_owned());
        known.any_session = true;
        known.expired = false;
    }

    pub(crate) fn expire(&self, token: &str) {
        self.lock().known(token).expired = true;
    }

    pub(crate) fn is_expired(&self, token: &str) -> bool {
        self.lock().known.get(token).is_some_and(|known| known.expired)
    }

    /// Whether the token is right.
    pub(crate) fn check(&self, token: Option<&str>, wanted: &Wanted<'_>) -> Result<(), Refusal> {
        let token = token.filter(|token| !token.is_empty()).ok_or(Refusal::NoToken)?;
        let state = self.lock();
        let Some(known) = state.known.get(token) else {
            return Err(if is_real(token) { Refusal::UnknownToken } else { Refusal::MalformedToken });
        };
        let good = state.is_for(known, wanted);
        match (good, wanted.by_video) {
            (false, true) => Err(Refusal::OtherVideo),
            (false, false) => Err(Refusal::OtherSession),
            _ if known.expired => Err(Refusal::Expired),
            _ if wanted.only_newest && state.has_newer(known, wanted) => Err(Refusal::Replaced),
            _ => Ok(()),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn known(&mut self, token: &str) -> &mut Known {
        let count = &mut self.count;
        self.known.entry(token.to_owned()).or_insert_with(|| {
            *count += 1;
            Known { place: *count, ..Known::default() }
        })
    }

    fn is_for(&self, known: &Known, wanted: &Wanted<'_>) -> bool {
        let mut playbacks = known.playbacks.iter().filter_map(|cpn| self.playbacks.get(cpn));
        if wanted.by_video {
            known.videos.contains(wanted.video_id)
                || playbacks.any(|playback| playback.video_id.as_deref() == Some(wanted.video_id))
        } else {
            let mut of_playbacks = playbacks.filter_map(|playback| playback.session.as_ref());
            known.any_session
                || known.sessions.iter().any(|session| session.serves(wanted.session))
                || of_playbacks.any(|session| session.serves(wanted.session))
        }
    }

    fn has_newer(&self, than: &Known, wanted: &Wanted<'_>) -> bool {
        self.known.values().any(|known| known.place > than.place && self.is_for(known, wanted))
    }
}

/// Whether this is a real token: padded base64url of `0x32`, the payload's length as a varint, and that payload.
fn is_real(token: &str) -> bool {
    let Ok(bytes) = BASE64_URL_SAFE.decode(token) else { return false };
    let Some((&REAL, rest)) = bytes.split_first() else { return false };
    let payload = match rest {
        [length, payload @ ..] if *length < 128 => (usize::from(*length), payload),
        [low, high, payload @ ..] if *high < 128 => {
            (usize::from(*low & 127) | usize::from(*high) << 7, payload)
        }
        _ => return false,
    };
    payload.0 == payload.1.len() && payload.0 != FALLBACK
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(fill: u8) -> String {
        BASE64_URL_SAFE.encode([vec![REAL, 83], vec![fill; 83]].concat())
    }

    fn labels(video_id: Option<&str>, cpn: Option<&str>, po_token: Option<&str>) -> Labels {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Labels { video_id: owned(video_id), cpn: owned(cpn), po_token: owned(po_token) }
    }

    fn session(visitor_id: &str) -> Session {
        Session { account: None, visitor_id: Some(visitor_id.to_owned()) }
    }

    fn check(tokens: &Tokens, token: &str, video_id: &str) -> Result<(), Refusal> {
        let session = session("v");
        let wanted = Wanted { video_id, session: &session, by_video: true, only_newest: false };
        tokens.check(Some(token), &wanted)
    }

    #[test]
    fn a_media_requests_token_is_for_the_video_that_its_playback_plays_in_either_order() {
        for report_first in [true, false] {
            let tokens = Tokens::default();
            let media = labels(None, Some("c"), Some(&token(1)));
            let report = labels(Some("a"), Some("c"), None);
            let (first, second) = if report_first { (&report, &media) } else { (&media, &report) };
            tokens.learn(first, None);
            tokens.learn(second, None);
            assert_eq!(check(&tokens, &token(1), "a"), Ok(()));
            assert_eq!(check(&tokens, &token(1), "b"), Err(Refusal::OtherVideo));
        }
    }

    #[test]
    fn only_a_real_token_that_was_shown_and_has_not_expired_is_right() {
        let tokens = Tokens::default();
        let fallback = BASE64_URL_SAFE.encode([vec![REAL, 82], vec![7; 82]].concat());
        for worthless in [fallback.as_str(), "IghOa09qJ1uTqg==", "MgIH", "not base64!"] {
            tokens.learn(&labels(Some("a"), None, Some(worthless)), None);
            assert_eq!(check(&tokens, worthless, "a"), Err(Refusal::MalformedToken), "{worthless}");
        }
        assert_eq!(check(&tokens, "", "a"), Err(Refusal::NoToken));
        assert_eq!(check(&tokens, &token(1), "a"), Err(Refusal::UnknownToken));
        tokens.learn(&labels(Some("a"), None, Some(&token(1))), None);
        assert_eq!(check(&tokens, &token(1), "a"), Ok(()));
        tokens.expire(&token(1));
        assert_eq!(check(&tokens, &token(1), "a"), Err(Refusal::Expired));
        tokens.accept(&token(1), "a");
        assert_eq!(check(&tokens, &token(1), "a"), Ok(()));
    }

    #[test]
    fn a_session_bound_token_serves_every_video_of_its_session() {
        let tokens = Tokens::default();
        tokens.learn(&labels(None, Some("c"), Some(&token(1))), None);
        tokens.learn(&labels(Some("a"), Some("c"), None), Some(&session("v")));
        for (visitor_id, right) in [("v", Ok(())), ("w", Err(Refusal::OtherSession))] {
            let session = session(visitor_id);
            let wanted = Wanted { video_id: "b", session: &session, by_video: false, only_newest: false };
            assert_eq!(tokens.check(Some(&token(1)), &wanted), right);
        }
    }

    #[test]
    fn an_older_token_is_refused_only_where_that_is_wanted() {
        let tokens = Tokens::default();
        for fill in [1, 2] {
            tokens.learn(&labels(Some("a"), None, Some(&token(fill))), None);
        }
        let session = session("v");
        let mut wanted = Wanted { video_id: "a", session: &session, by_video: true, only_newest: false };
        assert_eq!(tokens.check(Some(&token(1)), &wanted), Ok(()));
        wanted.only_newest = true;
        assert_eq!(tokens.check(Some(&token(1)), &wanted), Err(Refusal::Replaced));
        assert_eq!(tokens.check(Some(&token(2)), &wanted), Ok(()));
    }
}
