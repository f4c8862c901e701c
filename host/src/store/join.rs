//! The join of a playback (`cpn`) with its video, in either order.

use super::error::StoreError;
use super::rows::{capture_of, container, insert, join, tidy, time};
use super::token_store::TokenStore;
use potbridge_protocol::{Capture, Playing};
use potbridge_system::clock;
use rusqlite::{TransactionBehavior, params};

impl TokenStore {
    /// Notes which video a playback plays, and gives that video to the playback's tokens that have none.
    ///
    /// Returns whether there were any.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub fn join(&mut self, playing: &Playing) -> Result<bool, StoreError> {
        let change = self.database.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let Playing { cpn, video_id, session, at, .. } = playing;
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
}
