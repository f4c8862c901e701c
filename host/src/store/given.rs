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
use rusqlite::params;

impl TokenStore {
    /// Notes that a token was given for a request that bypasses the cache, for 12 hours. Other requests are not noted.
    ///
    /// Only a digest of the asker, the video and the token is kept.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn note_given(&self, request: &TokenRequest, token: &PoToken) -> Result<(), StoreError> {
        if !request.bypass_cache {
            return Ok(());
        }
        let (given, now) = (given(request, token), clock::now_ms());
        self.write(move |change| {
            correct_times(change, now)?;
            change
                .prepare_cached(
                    "INSERT INTO given VALUES (?1, ?2) ON CONFLICT DO UPDATE SET at = excluded.at",
                )?
                .execute(params![given, time(now)])?;
            tidy(change)
        })
    }

    /// Whether the asker was given this token for the same video within the last 12 hours, when it asked for another one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn was_given(&self, request: &TokenRequest, token: &PoToken) -> Result<bool, StoreError> {
        let since = time(clock::now_ms().saturating_sub(EXPIRES_MS));
        self.read(|database| {
            database
                .prepare_cached("SELECT 1 FROM given WHERE digest = ?1 AND at > ?2")?
                .exists(params![given(request, token), since])
        })
    }
}

fn given(request: &TokenRequest, token: &PoToken) -> String {
    let video = request.video_id.as_ref().map_or("", VideoId::as_str);
    digest([request.client.as_str(), video, token.expose()])
}
