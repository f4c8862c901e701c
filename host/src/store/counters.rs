//! The counters of the browser profiles.

use super::error::StoreError;
use super::rows::time;
use super::tidy::correct_times;
use super::token_store::TokenStore;
use potbridge_protocol::lifetime::EXPIRES_MS;
use potbridge_protocol::{Counters, ShortText};
use potbridge_system::clock;
use rusqlite::params;

impl TokenStore {
    /// Keeps the counters of a browser profile, in place of those it sent before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn count(&self, profile: &ShortText, counters: Counters) -> Result<(), StoreError> {
        let text = serde_json::to_string(&counters).unwrap_or_default();
        let (profile, at) = (profile.clone(), clock::now_ms());
        self.write(move |change| {
            change
                .prepare_cached("INSERT OR REPLACE INTO counters VALUES (?1, ?2, ?3)")?
                .execute(params![profile.as_str(), text, time(at)])?;
            correct_times(change, at)
        })
    }

    /// The sum of the counters of all profiles of the last 12 hours.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn counters(&self) -> Result<Counters, StoreError> {
        self.read(|database| {
            database
                .prepare_cached("SELECT counters FROM counters WHERE at > ?1")?
                .query_map([time(clock::now_ms().saturating_sub(EXPIRES_MS))], |row| row.get::<_, String>(0))?
                // Counters of another version's shape are not counted.
                .try_fold(Counters::default(), |sum, text| {
                    Ok(sum.plus(serde_json::from_str(&text?).unwrap_or_default()))
                })
        })
    }
}
