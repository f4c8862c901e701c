//! The tokens that YouTube refused. None of them is given again.

use super::error::StoreError;
use super::rows::{is_refused, time};
use super::tidy::{correct_times, tidy};
use super::token_store::TokenStore;
use potbridge_protocol::PoToken;
use potbridge_system::clock;
use potbridge_system::digest::digest;
use rusqlite::{Connection, params};

/// What the store knew of tokens that were refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Refused {
    /// From when on a token is a newer one than these: milliseconds since 1970; 0 if none of them was ever stored.
    pub newer_since: u64,
    /// Whether one of them was in the store until now, so that a sink may hold it.
    pub were_stored: bool,
}

impl TokenStore {
    /// Removes tokens that YouTube refused. For 12 hours none of them is stored again.
    ///
    /// Only their digests are kept.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn refuse(&self, tokens: &[PoToken]) -> Result<Refused, StoreError> {
        if tokens.is_empty() {
            return Ok(Refused::default());
        }
        let tokens = tokens.to_vec();
        let refused = self.write(move |change| {
            correct_times(change, clock::now_ms())?;
            let mut refused = Refused::default();
            for token in &tokens {
                refuse(change, token, &mut refused)?;
            }
            tidy(change)?;
            Ok(refused)
        })?;
        self.empty_log();
        Ok(refused)
    }

    /// Whether YouTube refused this token within the last 12 hours.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn is_refused(&self, token: &PoToken) -> Result<bool, StoreError> {
        self.read(|database| is_refused(database, token))
    }
}

/// Removes a token and notes that it was refused.
fn refuse(database: &Connection, token: &PoToken, refused: &mut Refused) -> rusqlite::Result<()> {
    let captured_at: i64 = database
        .prepare_cached(
            "INSERT INTO refused SELECT ?1, coalesce(max(captured_at), 0), ?2 FROM capture WHERE token = ?3
            ON CONFLICT DO UPDATE SET captured_at = max(captured_at, excluded.captured_at), at = excluded.at
            RETURNING captured_at",
        )?
        .query_row(params![digest([token.expose()]), time(clock::now_ms()), token.expose()], |row| {
            row.get(0)
        })?;
    let removed =
        database.prepare_cached("DELETE FROM capture WHERE token = ?1")?.execute([token.expose()])?;
    refused.were_stored |= removed > 0;
    if captured_at > 0 {
        refused.newer_since = refused.newer_since.max(captured_at.unsigned_abs() + 1);
    }
    Ok(())
}
