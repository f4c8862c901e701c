//! The token store: the tokens known on this machine.
//!
//! It is one small SQLite database, `tokens.db`, which every host and command shares. SQLite writes its log ahead (WAL)
//! and syncs it only at a checkpoint. A killed process loses nothing. A power cut may lose the last moments.

mod deliveries;
mod rows;
mod schema;
#[cfg(test)]
pub(crate) mod tests;

use crate::config::StoreConfig;
use potbridge_protocol::lifetime::{EXPIRES_MS, FRESH_MS};
use potbridge_protocol::{Capture, Context, Counters, Playing, Session, ShortText, TokenInfo, VideoId};
use potbridge_system::clock;
use potbridge_system::dirs::Dirs;
use rows::{capture_of, container, insert, join, played, tidy, time};
use rusqlite::{Connection, OptionalExtension as _, named_params, params};
use std::path::{Path, PathBuf};

/// The open store.
pub struct TokenStore {
    database: Connection,
}

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

/// The token store cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Its file or folder cannot be made.
    #[error("the token store {} cannot be opened: {source}", path.display())]
    Unopened {
        /// The database.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A later version of potbridge made it.
    #[error("the token store {} was made by a newer potbridge", path.display())]
    Newer {
        /// The database.
        path: PathBuf,
    },
    /// SQLite reported an error.
    #[error("the token store {} failed: {source}", path.display())]
    Failed {
        /// The database.
        path: PathBuf,
        /// What SQLite said.
        source: rusqlite::Error,
    },
}

impl StoreError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Unopened { .. } => {
                "let this user write there, or name another file: potbridge config set store.path PATH"
            }
            Self::Newer { .. } => "update this potbridge",
            Self::Failed { .. } => {
                "if the file is damaged, delete it: potbridge makes a new one, and tokens come again"
            }
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(source: rusqlite::Error) -> Self {
        Self::Failed { path: PathBuf::new(), source }
    }
}

impl TokenStore {
    /// Opens the store that the configuration names, or makes it: mode 0600, in a folder of mode 0700.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn open(config: &StoreConfig, dirs: &Dirs) -> Result<Self, StoreError> {
        let path = config.place(dirs);
        Self::at(&path).map_err(|error| match error {
            StoreError::Failed { source, .. } => StoreError::Failed { path, source },
            other => other,
        })
    }

    fn at(path: &Path) -> Result<Self, StoreError> {
        schema::open(path).map(|database| Self { database })
    }

    /// Stores a token, and removes expired and superseded ones.
    ///
    /// A token that is stored already was seen again. A time in the future is taken for now. A token without a video gets
    /// the video that its playback is known to play.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub fn put(&mut self, capture: &Capture) -> Result<(), StoreError> {
        let change = self.database.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let mut capture = capture.clone();
        if capture.binding.video_id.is_none()
            && let Some(video_id) = played(&change, &capture)?
        {
            join(&mut capture, video_id);
        }
        insert(&change, &capture)?;
        tidy(&change)?;
        Ok(change.commit()?)
    }

    /// Notes which video a playback plays, and gives that video to the playback's tokens that have none.
    ///
    /// Returns whether there were any.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub fn join(&mut self, playing: &Playing) -> Result<bool, StoreError> {
        let change = self.database.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let Playing { cpn, video_id, session, at } = playing;
        let (profile, container) = (session.profile.as_str(), container(session));
        change.prepare_cached("INSERT OR REPLACE INTO playing VALUES (?1, ?2, ?3, ?4, ?5)")?.execute(
            params![cpn.as_str(), profile, container, video_id.as_str(), time((*at).min(clock::now_ms()))],
        )?;
        let unjoined: Vec<Capture> = change
            .prepare_cached(
                "DELETE FROM capture WHERE cpn = ?1 AND profile = ?2 AND container = ?3 AND video_id = '' RETURNING *",
            )?
            .query_map([cpn.as_str(), profile, container], |row| Ok(capture_of(row)))?
            .map(|row| row?)
            .collect::<rusqlite::Result<_>>()?;
        for mut capture in unjoined.iter().cloned() {
            join(&mut capture, video_id.clone());
            insert(&change, &capture)?;
        }
        tidy(&change)?;
        change.commit()?;
        Ok(!unjoined.is_empty())
    }

    /// Keeps the counters of a browser profile, in place of those it sent before.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub fn count(&self, profile: &ShortText, counters: Counters) -> Result<(), StoreError> {
        let text = serde_json::to_string(&counters).unwrap_or_default();
        self.database
            .prepare_cached("INSERT OR REPLACE INTO counters VALUES (?1, ?2, ?3)")?
            .execute(params![profile.as_str(), text, time(clock::now_ms())])?;
        Ok(())
    }

    /// The sum of the counters of all profiles of the last 12 hours.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub fn counters(&self) -> Result<Counters, StoreError> {
        self.database
            .prepare_cached("SELECT counters FROM counters WHERE at > ?1")?
            .query_map([time(clock::now_ms().saturating_sub(EXPIRES_MS))], |row| row.get::<_, String>(0))?
            .try_fold(Counters::default(), |sum, text| {
                Ok(sum.plus(serde_json::from_str(&text?).unwrap_or_default()))
            })
    }

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

    /// Removes every token, and what is left of them in the database's files.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub fn clear(&mut self) -> Result<(), StoreError> {
        self.database.execute_batch("DELETE FROM capture; DELETE FROM playing; DELETE FROM counters;")?;
        self.database.pragma_update(None, "wal_checkpoint", "truncate")?;
        Ok(())
    }
}
