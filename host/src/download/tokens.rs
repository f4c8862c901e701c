//! The tokens that a download may use.

use crate::error::Error;
use crate::store::{TokenQuery, TokenStore};
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
    /// Those that YouTube refused.
    refused: Vec<PoToken>,
}

impl Tokens {
    pub(super) fn new(store: Option<TokenStore>, private: bool, session: Session) -> Self {
        Self { store, private, brought: Vec::new(), session, refused: Vec::new() }
    }

    /// The newest tokens for a video that were not refused, the one for media first.
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
                found.extend(store.newest(&of_video(context))?);
            }
            found.extend(store.newest(&of_session)?.filter(is_of_session));
        }
        let fits =
            |capture: &Capture| capture.binding.video_id.as_ref() == Some(video_id) || is_of_session(capture);
        found.extend(self.brought.iter().rev().filter(|capture| fits(capture)).cloned());
        let mut kept: Vec<Capture> = Vec::new();
        for capture in found {
            let same = |other: &Capture| other.token == capture.token && other.context == capture.context;
            if !self.refused.contains(&capture.token) && !kept.iter().any(same) {
                kept.push(capture);
            }
        }
        Ok(kept)
    }

    /// Adds one that a browser brought.
    pub(super) fn take(&mut self, capture: Capture) {
        self.brought.push(capture);
    }

    /// Never gives these again.
    pub(super) fn refuse(&mut self, captures: Vec<Capture>) {
        self.refused.extend(captures.into_iter().map(|capture| capture.token));
    }
}

fn is_of_session(capture: &Capture) -> bool {
    capture.binding.content_bound == Some(false)
}
