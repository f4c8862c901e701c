//! Which tokens were given to whom asked for another one. None of them is given to the same asker as another one again.

use super::error::StoreError;
use super::rows::time;
use super::tidy::{correct_times, tidy};
use super::token_store::TokenStore;
use potbridge_protocol::lifetime::EXPIRES_MS;
use potbridge_protocol::messages::ipc::TokenRequest;
use potbridge_protocol::{PoToken, VideoId};
use potbridge_system::clock;
use potbridge_system::digest::digest;
use rusqlite::{Transaction, TransactionBehavior, params};

impl TokenStore {
    /// Notes that a token was given for a request that bypasses the cache, for 12 hours. Other requests are not noted.
    ///
    /// Only a digest of the asker, the video and the token is kept.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub fn note_given(&self, request: &TokenRequest, token: &PoToken) -> Result<(), StoreError> {
        if !request.bypass_cache {
            return Ok(());
        }
        let change = Transaction::new_unchecked(&self.database, TransactionBehavior::Immediate)?;
        let now = clock::now_ms();
        correct_times(&change, now)?;
        change
            .prepare_cached("INSERT INTO given VALUES (?1, ?2) ON CONFLICT DO UPDATE SET at = excluded.at")?
            .execute(params![given(request, token), time(now)])?;
        tidy(&change)?;
        change.commit()?;
        Ok(())
    }

    /// Whether the asker was given this token for the same video within the last 12 hours, when it asked for another one.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub fn was_given(&self, request: &TokenRequest, token: &PoToken) -> Result<bool, StoreError> {
        let since = time(clock::now_ms().saturating_sub(EXPIRES_MS));
        Ok(self
            .database
            .prepare_cached("SELECT 1 FROM given WHERE digest = ?1 AND at > ?2")?
            .exists(params![given(request, token), since])?)
    }
}

fn given(request: &TokenRequest, token: &PoToken) -> String {
    let video = request.video_id.as_ref().map_or("", VideoId::as_str);
    digest([request.client.as_str(), video, token.expose()])
}
