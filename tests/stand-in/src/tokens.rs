use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::StatusCode;
use base64::prelude::{BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD, Engine};

use crate::request_info::RequestInfo;
use crate::visitor::Visitor;

/// The first byte of a real token.
const REAL: u8 = 0x32;

/// The shortest token of the pages that is bound to a session, in bytes.
const SHORTEST_OF_SESSION: usize = 118;

/// The payload's length of the fallback token, which is well formed and worthless.
const FALLBACK: usize = 82;

/// The real tokens that the players of this stand-in's pages have shown, and what each is valid for.
///
/// A token bound to a video holds it ([`video_of_token`]). Otherwise: media requests name a playback (`cpn`) and no video.
/// Other requests, before or after, say which video the playback plays and for which visitor.
#[derive(Default)]
pub(crate) struct Tokens {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    known: HashMap<String, KnownToken>,
    playbacks: HashMap<String, Playback>,
    /// How many tokens became known
    count: u64,
}

/// What was learnt of one token.
#[derive(Default)]
struct KnownToken {
    videos: HashSet<String>,
    visitors: HashSet<Visitor>,
    playbacks: HashSet<String>,
    /// A test has made it valid for every visitor
    any_visitor: bool,
    expired: bool,
    /// Its place in the order in which tokens became known
    place: u64,
}

#[derive(Default)]
struct Playback {
    video_id: Option<String>,
    visitor: Option<Visitor>,
}

/// What a token must fulfil.
#[derive(Clone, Debug)]
pub(crate) struct Requirement<'a> {
    pub(crate) video_id: &'a str,
    pub(crate) visitor: &'a Visitor,
    /// Whether tokens are bound to a video; otherwise they are bound to the session
    pub(crate) by_video: bool,
    /// Whether a token is refused after a newer one for the same was shown
    pub(crate) only_newest: bool,
}

/// Why the media server refuses what a downloader asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaRefusal {
    /// No answer gave this URL out, or it names no format
    UnknownUrl,
    /// The URL still has the `n` parameter that was given out: nobody solved the challenge
    UnsolvedChallenge,
    /// There is no token
    NoToken,
    /// The token is not padded base64url, not shaped like a real one, or the fallback
    MalformedToken,
    /// No player showed this token
    UnknownToken,
    /// It was shown for another video
    OtherVideo,
    /// It was shown by another visitor
    OtherVisitor,
    /// It has expired
    Expired,
    /// No token of a browser's is right for this client
    NotAttested,
    /// The player has shown a newer one since, and only the newest is accepted
    Replaced,
    /// The rules answer everybody so
    OfEverybody(StatusCode),
}

impl Tokens {
    /// Learns what a request of the player's says of its token and of its playback.
    ///
    /// `visitor` is none if the request does not tell: media hosts get no cookies of YouTube's.
    pub(crate) fn learn(&self, info: &RequestInfo, visitor: Option<&Visitor>) {
        let mut state = self.lock();
        if let Some(cpn) = &info.cpn {
            let playback = state.playbacks.entry(cpn.clone()).or_default();
            playback.video_id = info.video_id.clone().or_else(|| playback.video_id.take());
            playback.visitor = visitor.cloned().or_else(|| playback.visitor.take());
        }
        let Some(token) = info.po_token.as_deref().filter(|token| is_real(token)) else { return };
        let known = state.known(token);
        known.videos.extend(info.video_id.clone());
        known.videos.extend(video_of_token(token));
        known.playbacks.extend(info.cpn.clone());
        known.visitors.extend(visitor.cloned());
    }

    pub(crate) fn accept(&self, token: &str, video_id: &str) {
        let mut state = self.lock();
        let known = state.known(token);
        known.videos.insert(video_id.to_owned());
        known.any_visitor = true;
        known.expired = false;
    }

    pub(crate) fn expire(&self, token: &str) {
        self.lock().known(token).expired = true;
    }

    pub(crate) fn is_expired(&self, token: &str) -> bool {
        self.lock().known.get(token).is_some_and(|known| known.expired)
    }

    /// Checks a token against a requirement.
    pub(crate) fn check(&self, token: Option<&str>, required: &Requirement<'_>) -> Result<(), MediaRefusal> {
        let token = token.filter(|token| !token.is_empty()).ok_or(MediaRefusal::NoToken)?;
        let state = self.lock();
        let Some(known) = state.known.get(token) else {
            return Err(if is_real(token) {
                MediaRefusal::UnknownToken
            } else {
                MediaRefusal::MalformedToken
            });
        };
        match (state.is_for(known, required), required.by_video) {
            (false, true) => Err(MediaRefusal::OtherVideo),
            (false, false) => Err(MediaRefusal::OtherVisitor),
            _ if known.expired => Err(MediaRefusal::Expired),
            _ if required.only_newest && state.has_newer(known, required) => Err(MediaRefusal::Replaced),
            _ => Ok(()),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn known(&mut self, token: &str) -> &mut KnownToken {
        let count = &mut self.count;
        self.known.entry(token.to_owned()).or_insert_with(|| {
            *count += 1;
            KnownToken { place: *count, ..KnownToken::default() }
        })
    }

    fn is_for(&self, known: &KnownToken, required: &Requirement<'_>) -> bool {
        let mut playbacks = known.playbacks.iter().filter_map(|cpn| self.playbacks.get(cpn));
        if required.by_video {
            known.videos.contains(required.video_id)
                || playbacks.any(|playback| playback.video_id.as_deref() == Some(required.video_id))
        } else {
            let mut of_playbacks = playbacks.filter_map(|playback| playback.visitor.as_ref());
            known.any_visitor
                || known.visitors.iter().any(|visitor| visitor.serves(required.visitor))
                || of_playbacks.any(|visitor| visitor.serves(required.visitor))
        }
    }

    fn has_newer(&self, than: &KnownToken, required: &Requirement<'_>) -> bool {
        self.known.values().any(|known| known.place > than.place && self.is_for(known, required))
    }
}

/// Whether this is a real token.
///
/// It is padded base64url of `0x32`, the payload's length as a varint, and that payload.
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

/// The video that a token of the stand-in's pages was made for. None if it is bound to a session.
///
/// The pages write it into the last bytes of such a token. To everybody else a token is opaque.
pub fn video_of_token(token: &str) -> Option<String> {
    let bytes = BASE64_URL_SAFE
        .decode(token)
        .ok()
        .filter(|bytes| is_real(token) && bytes.len() < SHORTEST_OF_SESSION)?;
    Some(BASE64_URL_SAFE_NO_PAD.encode(bytes.last_chunk::<8>()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(fill: u8) -> String {
        BASE64_URL_SAFE.encode([vec![REAL, 83], vec![fill; 83]].concat())
    }

    fn info(video_id: Option<&str>, cpn: Option<&str>, po_token: Option<&str>) -> RequestInfo {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        RequestInfo { video_id: owned(video_id), cpn: owned(cpn), po_token: owned(po_token) }
    }

    fn visitor(visitor_id: &str) -> Visitor {
        Visitor { account: None, visitor_id: Some(visitor_id.to_owned()) }
    }

    fn check(tokens: &Tokens, token: &str, video_id: &str) -> Result<(), MediaRefusal> {
        let visitor = visitor("v");
        let wanted = Requirement { video_id, visitor: &visitor, by_video: true, only_newest: false };
        tokens.check(Some(token), &wanted)
    }

    #[test]
    fn a_media_token_is_for_the_video_of_its_playback() {
        for report_first in [true, false] {
            let tokens = Tokens::default();
            let media = info(None, Some("c"), Some(&token(1)));
            let report = info(Some("a"), Some("c"), None);
            let (first, second) = if report_first { (&report, &media) } else { (&media, &report) };
            tokens.learn(first, None);
            tokens.learn(second, None);
            assert_eq!(check(&tokens, &token(1), "a"), Ok(()));
            assert_eq!(check(&tokens, &token(1), "b"), Err(MediaRefusal::OtherVideo));
        }
    }

    #[test]
    fn a_token_that_holds_its_video_needs_no_other_request() {
        let tokens = Tokens::default();
        let shown = token(1);
        tokens.learn(&info(None, Some("c"), Some(&shown)), None);
        assert_eq!(check(&tokens, &shown, &video_of_token(&shown).unwrap()), Ok(()));
        assert_eq!(check(&tokens, &shown, "a"), Err(MediaRefusal::OtherVideo));
    }

    #[test]
    fn only_a_real_shown_token_that_has_not_expired_is_right() {
        let tokens = Tokens::default();
        let fallback = BASE64_URL_SAFE.encode([vec![REAL, 82], vec![7; 82]].concat());
        for worthless in [fallback.as_str(), "IghOa09qJ1uTqg==", "MgIH", "not base64!"] {
            tokens.learn(&info(Some("a"), None, Some(worthless)), None);
            assert_eq!(check(&tokens, worthless, "a"), Err(MediaRefusal::MalformedToken), "{worthless}");
        }
        assert_eq!(check(&tokens, "", "a"), Err(MediaRefusal::NoToken));
        assert_eq!(check(&tokens, &token(1), "a"), Err(MediaRefusal::UnknownToken));
        tokens.learn(&info(Some("a"), None, Some(&token(1))), None);
        assert_eq!(check(&tokens, &token(1), "a"), Ok(()));
        tokens.expire(&token(1));
        assert_eq!(check(&tokens, &token(1), "a"), Err(MediaRefusal::Expired));
        tokens.accept(&token(1), "a");
        assert_eq!(check(&tokens, &token(1), "a"), Ok(()));
    }

    #[test]
    fn a_session_bound_token_serves_every_video_of_its_session() {
        let tokens = Tokens::default();
        tokens.learn(&info(None, Some("c"), Some(&token(1))), None);
        tokens.learn(&info(Some("a"), Some("c"), None), Some(&visitor("v")));
        for (visitor_id, right) in [("v", Ok(())), ("w", Err(MediaRefusal::OtherVisitor))] {
            let visitor = visitor(visitor_id);
            let wanted =
                Requirement { video_id: "b", visitor: &visitor, by_video: false, only_newest: false };
            assert_eq!(tokens.check(Some(&token(1)), &wanted), right);
        }
    }

    #[test]
    fn a_token_tells_tests_its_video() {
        let end = BASE64_URL_SAFE_NO_PAD.decode("Nn3XSY27eIk").unwrap();
        let of_video = BASE64_URL_SAFE.encode([vec![REAL, 83], vec![7; 75], end].concat());
        let of_session = BASE64_URL_SAFE.encode([vec![REAL, 116], vec![7; 116]].concat());
        assert_eq!(video_of_token(&of_video).as_deref(), Some("Nn3XSY27eIk"));
        for token in [of_session.as_str(), "backoff", "IghOa09qJ1uTqg=="] {
            assert_eq!(video_of_token(token), None, "{token}");
        }
    }

    #[test]
    fn an_older_token_is_refused_only_if_the_rules_say_so() {
        let tokens = Tokens::default();
        for fill in [1, 2] {
            tokens.learn(&info(Some("a"), None, Some(&token(fill))), None);
        }
        let visitor = visitor("v");
        let mut wanted = Requirement { video_id: "a", visitor: &visitor, by_video: true, only_newest: false };
        assert_eq!(tokens.check(Some(&token(1)), &wanted), Ok(()));
        wanted.only_newest = true;
        assert_eq!(tokens.check(Some(&token(1)), &wanted), Err(MediaRefusal::Replaced));
        assert_eq!(tokens.check(Some(&token(2)), &wanted), Ok(()));
    }
}
