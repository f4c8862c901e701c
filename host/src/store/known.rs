//! Every token that the store still knows of, expired or not.

use super::error::StoreError;
use super::rows::capture_of;
use super::token_store::TokenStore;
use potbridge_protocol::Capture;

impl TokenStore {
    /// Every token whose row is still there, the newest first. Expired ones are kept for a day, and given to nobody.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn known(&self) -> Result<Vec<Capture>, StoreError> {
        self.read(|database| {
            database
                .prepare_cached("SELECT * FROM capture ORDER BY captured_at DESC")?
                .query_map([], |row| Ok(capture_of(row)))?
                .map(|capture| capture?)
                .collect()
        })
    }
}
