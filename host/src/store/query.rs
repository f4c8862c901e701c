//! Which token is given: the newest that matches.

use super::error::StoreError;
use super::rows::{capture_of, container, time};
use super::token_store::TokenStore;
use potbridge_protocol::lifetime::{EXPIRES_MS, FRESH_MS};
use potbridge_protocol::{Capture, Context, Session, TokenInfo, VideoId};
use potbridge_system::clock;
use rusqlite::{OptionalExtension as _, named_params, params};

/// Which token to look for. A token must match everything that is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenQuery {
    /// Bound to this video.
    pub video_id: Option<VideoId>,
    /// Made for this kind of request.
    pub context: Option<Context>,
    /// Younger than 6 hours. Otherwise any token that has not expired will do.
    pub fresh: bool,
    /// A token of this profile and container ranks before all others.
    pub prefer_session: Option<Session>,
}

impl TokenStore {
    /// The newest token that matches.
    ///
    /// A token without a video is given only if there is no other. If the video has several tokens in the same session,
    /// the one for media is given, because that is what `web+TOKEN` means to yt-dlp; then the player's. A page-hooked token
    /// is given only if there is no other.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub fn newest(&self, query: &TokenQuery) -> Result<Option<Capture>, StoreError> {
        let age = if query.fresh { FRESH_MS } else { EXPIRES_MS };
        let found = self
            .database
            .prepare_cached(
                "WITH fitting AS (
                    SELECT * FROM capture WHERE captured_at > :since
                        AND (:video_id IS NULL OR video_id = :video_id)
                        AND (:context IS NULL OR context = :context)
                ), newest AS (
                    SELECT * FROM fitting
                    ORDER BY video_id = '' AND source != 'pasted',
                        profile IS :profile AND container IS :container DESC, seen_at DESC, sequence DESC LIMIT 1
                )
                SELECT fitting.* FROM fitting JOIN newest USING (video_id, profile, container, logged_in)
                WHERE video_id != '' OR fitting.token = newest.token
                ORDER BY fitting.page_hooked, instr('gvs player subs', fitting.context), fitting.seen_at DESC,
                    fitting.sequence DESC LIMIT 1",
            )?
            .query_row(
                named_params! {
                    ":since": time(clock::now_ms().saturating_sub(age)),
                    ":video_id": query.video_id.as_ref().map(VideoId::as_str),
                    ":context": query.context.map(Context::as_str),
                    ":profile": query.prefer_session.as_ref().map(|session| session.profile.as_str()),
                    ":container": query.prefer_session.as_ref().map(container),
                },
                |row| Ok(capture_of(row)),
            )
            .optional()?
            .transpose()?;
        Ok(found)
    }

    /// What may be shown of the tokens that have not expired, the newest first, at most `most`.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub fn token_infos(&self, most: u32) -> Result<Vec<TokenInfo>, StoreError> {
        self.database
            .prepare_cached(
                "SELECT * FROM capture WHERE captured_at > ?1 ORDER BY seen_at DESC, sequence DESC LIMIT ?2",
            )?
            .query_map(params![time(clock::now_ms().saturating_sub(EXPIRES_MS)), most], |row| {
                Ok(capture_of(row))
            })?
            .map(|capture| Ok(TokenInfo::from(&capture??)))
            .collect()
    }

    /// All tokens that have not expired, the newest first.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub fn all(&self) -> Result<Vec<Capture>, StoreError> {
        self.database
            .prepare_cached(
                "SELECT * FROM capture WHERE captured_at > ?1 ORDER BY seen_at DESC, sequence DESC",
            )?
            .query_map([time(clock::now_ms().saturating_sub(EXPIRES_MS))], |row| Ok(capture_of(row)))?
            .map(|capture| Ok(capture??))
            .collect()
    }
}
