//! The tokens that a download may use.

use crate::error::Error;
use crate::store::{TokenQuery, TokenStore};
use crate::yt_dlp::extractor_args::is_of_session;
use potbridge_protocol::{Capture, Context, PoToken, Session, VideoId};

/// Where a download takes its tokens from.
pub(super) struct Tokens {
    /// `None` if the store is kept inside the browser's host.
    store: Option<TokenStore>,
    /// Whether a token of a private window will do.
    private: bool,
    /// Those that a browser brought.
    brought: Vec<Capture>,
    session: Session,
    /// Whether yt-dlp logs in with the cookies of that session.
    logs_in: bool,
    /// Those that were of no use in this download.
    set_aside: Vec<PoToken>,
}

impl Tokens {
    pub(super) fn new(store: Option<TokenStore>, private: bool, session: Session, logs_in: bool) -> Self {
        Self { store, private, brought: Vec::new(), session, logs_in, set_aside: Vec::new() }
    }

    /// The newest tokens for a video that were not set aside, the one for media first.
    ///
    /// If the page said that tokens are bound to the session and not to a video, those of the session too.
    pub(super) fn of(&self, video_id: &VideoId) -> Result<Vec<Capture>, Error> {
        let mut found: Vec<Capture> = Vec::new();
        let of_video = |context| TokenQuery {
            video_id: Some(video_id.clone()),
            context,
            fresh: false,
            prefer_session: Some(self.session.clone()),
            private: self.private,
            ..TokenQuery::default()
        };
        let of_session = TokenQuery {
            prefer_session: Some(self.session.clone()),
            private: self.private,
            ..TokenQuery::default()
        };
        if let Some(store) = &self.store {
            for context in [None, Some(Context::Gvs), Some(Context::Subs), Some(Context::Player)] {
                found.extend(self.not_set_aside(store, of_video(context))?);
            }
            found.extend(self.not_set_aside(store, of_session)?.filter(is_of_session));
        }
        let fits =
            |capture: &Capture| capture.binding.video_id.as_ref() == Some(video_id) || is_of_session(capture);
        found.extend(self.brought.iter().rev().filter(|capture| fits(capture)).cloned());
        let mut kept: Vec<Capture> = Vec::new();
        for capture in found {
            let same = |other: &Capture| other.token == capture.token && other.context == capture.context;
            let is_set_aside = self.set_aside.contains(&capture.token);
            if !is_set_aside && self.is_of_this_session(&capture) && !kept.iter().any(same) {
                kept.push(capture);
            }
        }
        Ok(kept)
    }

    /// The token that a store gives, or, if that was set aside, one that was captured later.
    fn not_set_aside(&self, store: &TokenStore, mut query: TokenQuery) -> Result<Option<Capture>, Error> {
        loop {
            match store.newest(&query)? {
                Some(capture) if self.set_aside.contains(&capture.token) => {
                    query.captured_since = capture.captured_at + 1;
                }
                found => return Ok(found),
            }
        }
    }

    /// Whether YouTube may take it here. That of an account's session is good in that session alone.
    pub(super) fn is_of_this_session(&self, capture: &Capture) -> bool {
        let session = |of: &Session| (of.profile.clone(), of.container.clone(), of.private);
        !is_of_session(capture)
            || capture.session.logged_in != Some(true)
            || (self.logs_in && session(&capture.session) == session(&self.session))
    }

    /// Adds one that a browser brought.
    pub(super) fn take(&mut self, capture: Capture) {
        self.brought.push(capture);
    }

    /// Whether this one was of no use.
    pub(super) fn is_set_aside(&self, capture: &Capture) -> bool {
        self.set_aside.contains(&capture.token)
    }

    /// Uses these no more in this download.
    pub(super) fn set_aside(&mut self, captures: &[Capture]) {
        self.set_aside.extend(captures.iter().map(|capture| capture.token.clone()));
    }

    /// Has nobody on this machine get these again, since YouTube refused them. Says whether a sink may hold one of them.
    pub(super) fn refuse(&self, tokens: &[PoToken]) -> bool {
        let Some(store) = &self.store else { return false };
        match store.refuse(tokens) {
            Ok(refused) => refused.were_stored,
            Err(error) => {
                log::warn!("the store cannot note that a token was refused: {error}");
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::{capture, store};
    use potbridge_protocol::{Certainty, ShortText};
    use potbridge_system::clock;

    #[test]
    fn after_a_refusal_a_later_token_is_used_though_its_video_is_less_sure() {
        let now = clock::now_ms();
        let media = |seed, captured_at| Capture {
            context: Context::Gvs,
            ..capture(seed, "dQw4w9WgXcQ", captured_at)
        };
        let (sure, mut later) = (media(1, now - 2000), media(2, now - 1000));
        later.binding.certainty = Certainty::Probable;
        let mut store = store();
        for capture in [&sure, &later] {
            store.put(capture).unwrap();
        }
        let video = sure.binding.video_id.clone().unwrap();
        let mut tokens = Tokens::new(Some(store), false, sure.session.clone(), false);
        assert!(tokens.of(&video).unwrap() == [sure.clone()]);
        tokens.set_aside(&[sure]);
        assert!(tokens.of(&video).unwrap() == [later.clone()]);
        tokens.set_aside(&[later]);
        assert!(tokens.of(&video).unwrap().is_empty());
    }

    #[test]
    fn a_refused_token_is_gone_from_the_store() {
        let capture = capture(1, "dQw4w9WgXcQ", clock::now_ms());
        let mut store = store();
        store.put(&capture).unwrap();
        let video = capture.binding.video_id.clone().unwrap();
        let tokens = Tokens::new(Some(store), false, capture.session.clone(), false);
        assert!(tokens.refuse(std::slice::from_ref(&capture.token)));
        assert!(!tokens.refuse(std::slice::from_ref(&capture.token)), "it is gone");
        assert!(tokens.of(&video).unwrap().is_empty());
        assert!(tokens.store.unwrap().is_refused(&capture.token).unwrap());
    }

    #[test]
    fn a_token_of_an_accounts_session_is_for_that_session_alone() {
        let now = clock::now_ms();
        let mut of_account = capture(1, "dQw4w9WgXcQ", now);
        of_account.binding.content_bound = Some(false);
        of_account.session.logged_in = Some(true);
        let video = of_account.binding.video_id.clone().unwrap();
        let other =
            Session { container: ShortText::new("firefox-container-1").ok(), ..of_account.session.clone() };
        for (session, logs_in, given) in [
            (of_account.session.clone(), true, true),
            (of_account.session.clone(), false, false),
            (other, true, false),
        ] {
            let mut store = store();
            store.put(&of_account).unwrap();
            let tokens = Tokens::new(Some(store), false, session, logs_in);
            assert_eq!(tokens.of(&video).unwrap().len(), usize::from(given), "{logs_in}");
        }
        let mut signed_out = of_account;
        signed_out.session.logged_in = Some(false);
        let tokens = Tokens::new(None, false, Session::default(), false);
        assert!(tokens.is_of_this_session(&signed_out), "its visitor is given with it");
    }
}
