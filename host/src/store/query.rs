//! Which token is given: the newest that matches.

use super::error::StoreError;
use super::rows::{SURE, capture_of, container, time};
use super::token_store::TokenStore;
use potbridge_protocol::lifetime::{EXPIRES_MS, FRESH_MS};
use potbridge_protocol::{Capture, Context, Session, TokenInfo, VideoId};
use potbridge_system::clock;
use rusqlite::{OptionalExtension as _, named_params, params};

/// How long a token without a video may wait for it, from its request on. Milliseconds.
///
/// Until then an older token with a video is given. The requests that name a playback's video follow 3 to 8 s later, or never;
/// the page is asked within one.
pub const NAME_WAIT_MS: u64 = 2000;

/// Which token to look for. A token must match everything that is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenQuery {
    /// Bound to this video.
    pub video_id: Option<VideoId>,
    /// Made for this kind of request.
    pub context: Option<Context>,
    /// Younger than 6 hours. Otherwise any token that has not expired will do.
    pub fresh: bool,
    /// Captured at this time or later: milliseconds since 1970.
    pub captured_since: u64,
    /// A token of this profile, container and kind of window ranks before all others.
    pub prefer_session: Option<Session>,
    /// Whether a token of a private window will do. It ranks below all others, unless its session is preferred.
    pub private: bool,
    /// Whether a token without a video ranks by its time at once, instead of waiting for its video.
    pub unnamed_at_once: bool,
}

impl TokenStore {
    /// The newest token that matches.
    ///
    /// A token of another client than the page's own is given only if there is no other. A token without a video ranks below
    /// one with a video for [`NAME_WAIT_MS`]; a pasted one does not wait. Of a video's tokens a certain one is given before a
    /// probable one, and that before a guess. If the video has several tokens in the same session, the one for media is given,
    /// because that is what `web+TOKEN` means to yt-dlp; then the one for captions, then the player's. But if the page of the
    /// newest one said that tokens are bound to their videos, one token serves every context, and no older one is given. A
    /// page-hooked token is given only if there is no other.
    ///
    /// A row from the future was written while the clock ran ahead. It counts as one of now.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn newest(&self, query: &TokenQuery) -> Result<Option<Capture>, StoreError> {
        let age = if query.fresh { FRESH_MS } else { EXPIRES_MS };
        let now = clock::now_ms();
        let waiting_since = if query.unnamed_at_once { now } else { now.saturating_sub(NAME_WAIT_MS) };
        // One without a profile is nobody's: pasted tokens have it.
        let preferred = query.prefer_session.as_ref().filter(|session| !session.profile.as_str().is_empty());
        self.read(|database| {
            database
            .prepare_cached(&format!(
                "WITH fitting AS (
                    SELECT *, min(seen_at, :now) AS seen,
                        iif(:video_id IS NULL, 0, instr({SURE}, certainty)) AS sure,
                        profile IS :profile AND container IS :container AND private IS :prefer_private AS preferred
                    FROM capture WHERE captured_at > :since
                        AND (:video_id IS NULL OR video_id = :video_id)
                        AND (:context IS NULL OR context = :context)
                        AND (:private OR NOT private)
                ), newest AS (
                    SELECT * FROM fitting
                    ORDER BY private AND NOT preferred, foreign_client,
                        video_id = '' AND source != 'pasted' AND captured_at > :waiting_since AND captured_at <= :now,
                        preferred DESC, sure DESC, seen DESC, sequence DESC LIMIT 1
                )
                SELECT fitting.* FROM fitting JOIN newest USING (video_id, profile, container, private, logged_in)
                WHERE video_id != '' OR fitting.token = newest.token
                ORDER BY fitting.foreign_client, fitting.page_hooked,
                    newest.content_bound = 'yes' AND newest.certainty != 'guess' AND fitting.token != newest.token,
                    instr('gvs subs player', fitting.context), fitting.sure DESC, fitting.seen DESC,
                    fitting.sequence DESC LIMIT 1",
            ))?
            .query_row(
                named_params! {
                    ":now": time(now),
                    ":since": time(now.saturating_sub(age).max(query.captured_since.saturating_sub(1))),
                    ":waiting_since": time(waiting_since),
                    ":video_id": query.video_id.as_ref().map(VideoId::as_str),
                    ":context": query.context.map(Context::as_str),
                    ":private": query.private,
                    ":profile": preferred.map(|session| session.profile.as_str()),
                    ":container": preferred.map(container),
                    ":prefer_private": preferred.map(|session| session.private),
                },
                |row| Ok(capture_of(row)),
            )
            .optional()?
            .transpose()
        })
    }

    /// When the first token that waits for its video has waited long enough: milliseconds since 1970. `None` if none waits.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn name_wait_ends(&self) -> Result<Option<u64>, StoreError> {
        let now = clock::now_ms();
        let first: Option<i64> = self.read(|database| {
            database
                .prepare_cached(
                    "SELECT min(captured_at) FROM capture
                WHERE video_id = '' AND source != 'pasted' AND captured_at > ?1 AND captured_at <= ?2",
                )?
                .query_row([time(now.saturating_sub(NAME_WAIT_MS)), time(now)], |row| row.get(0))
        })?;
        Ok(first.map(|at| at.unsigned_abs() + NAME_WAIT_MS))
    }

    /// What may be shown of the tokens that have not expired, the newest first, at most `most`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn token_infos(&self, most: u32) -> Result<Vec<TokenInfo>, StoreError> {
        let now = clock::now_ms();
        self.read(|database| { database
            .prepare_cached(
                "SELECT * FROM capture WHERE captured_at > ?1 ORDER BY min(seen_at, ?3) DESC, sequence DESC LIMIT ?2",
            )?
            .query_map(params![time(now.saturating_sub(EXPIRES_MS)), most, time(now)], |row| {
                Ok(capture_of(row))
            })?
            .map(|capture| Ok(TokenInfo::from(&capture??)))
            .collect() })
    }

    /// All tokens that have not expired, in the order in which they are given.
    ///
    /// Those of private windows are among them if `private` is true.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn all(&self, private: bool) -> Result<Vec<Capture>, StoreError> {
        let now = clock::now_ms();
        self.read(|database| {
            database
                .prepare_cached(
                    "SELECT * FROM capture WHERE captured_at > ?1 AND (?2 OR NOT private)
                ORDER BY private, foreign_client, min(seen_at, ?3) DESC, sequence DESC",
                )?
                .query_map(params![time(now.saturating_sub(EXPIRES_MS)), private, time(now)], |row| {
                    Ok(capture_of(row))
                })?
                .map(|capture| capture?)
                .collect()
        })
    }
}
