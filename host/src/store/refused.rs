//! The tokens that YouTube refused. None of them is given again.

use super::error::StoreError;
use super::rows::time;
use super::tidy::{correct_times, tidy};
use super::token_store::TokenStore;
use potbridge_protocol::PoToken;
use potbridge_protocol::lifetime::EXPIRES_MS;
use potbridge_system::clock;
use potbridge_system::digest::digest;
use rusqlite::{Connection, Transaction, TransactionBehavior, params};

impl TokenStore {
    /// Removes tokens that YouTube refused. For 12 hours none of them is stored again.
    ///
    /// Only their digests are kept. Returns from when on a token is a newer one than these: milliseconds since 1970; 0 if none
    /// of them was ever stored.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub fn refuse(&self, tokens: &[PoToken]) -> Result<u64, StoreError> {
        if tokens.is_empty() {
            return Ok(0);
        }
        let change = Transaction::new_unchecked(&self.database, TransactionBehavior::Immediate)?;
        correct_times(&change, clock::now_ms())?;
        let mut newest = None;
        for token in tokens {
            newest = newest.max(refuse(&change, token)?);
        }
        tidy(&change)?;
        change.commit()?;
        self.empty_log()?;
        Ok(newest.map_or(0, |at| at.unsigned_abs() + 1))
    }

    /// Whether YouTube refused this token within the last 12 hours.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub fn is_refused(&self, token: &PoToken) -> Result<bool, StoreError> {
        Ok(is_refused(&self.database, token)?)
    }
}

/// Removes a token and notes that it was refused. Returns when it was captured, if it was stored.
fn refuse(database: &Connection, token: &PoToken) -> rusqlite::Result<Option<i64>> {
    let captured_at: i64 = database
        .prepare_cached(
            "INSERT INTO refused SELECT ?1, coalesce(max(captured_at), 0), ?2 FROM capture WHERE token = ?3
            ON CONFLICT DO UPDATE SET captured_at = max(captured_at, excluded.captured_at), at = excluded.at
            RETURNING captured_at",
        )?
        .query_row(params![digest([token.expose()]), time(clock::now_ms()), token.expose()], |row| {
            row.get(0)
        })?;
    database.prepare_cached("DELETE FROM capture WHERE token = ?1")?.execute([token.expose()])?;
    Ok(Some(captured_at).filter(|at| *at > 0))
}

pub(super) fn is_refused(database: &Connection, token: &PoToken) -> rusqlite::Result<bool> {
    database
        .prepare_cached("SELECT 1 FROM refused WHERE token_digest = ?1 AND at > ?2")?
        .exists(params![digest([token.expose()]), time(clock::now_ms().saturating_sub(EXPIRES_MS))])
}
