//! What is removed from the store by itself, and what is corrected.

use super::rows::time;
use potbridge_protocol::lifetime::EXPIRES_MS;
use potbridge_system::clock;
use rusqlite::Connection;

/// The most rows that are kept. The oldest are removed first.
pub(super) const MAX_ROWS: u32 = 1000;

/// How long an expired row is kept. Nobody is given it.
///
/// So a clock that is ahead for a while, by the wrong time zone or after a sleep, costs no token. Milliseconds: a day.
pub(super) const KEPT_EXPIRED_MS: u64 = 24 * 60 * 60 * 1000;

/// Corrects rows from the future, which were written while the clock ran ahead.
///
/// `at` is the time of what comes now: none of them is newer. Milliseconds since 1970.
pub(super) fn correct_times(database: &Connection, at: u64) -> rusqlite::Result<()> {
    let now = clock::now_ms();
    let (at, now) = (time(at.min(now)), time(now));
    for sql in [
        "UPDATE capture SET seen_at = ?1, captured_at = min(captured_at, ?1) WHERE seen_at > ?2",
        "UPDATE playing SET at = ?1 WHERE at > ?2",
        "UPDATE counters SET at = ?1 WHERE at > ?2",
        "UPDATE refused SET at = ?1 WHERE at > ?2",
        "UPDATE given SET at = ?1 WHERE at > ?2",
    ] {
        database.prepare_cached(sql)?.execute([at, now])?;
    }
    // What a sink holds expires with its token.
    let lifetime = time(EXPIRES_MS);
    database
        .prepare_cached("UPDATE delivery SET expires_at = ?1 WHERE expires_at > ?2")?
        .execute([at + lifetime, now + lifetime])?;
    Ok(())
}

/// Removes rows that expired long ago, and those beyond [`MAX_ROWS`].
pub(super) fn tidy(database: &Connection) -> rusqlite::Result<()> {
    let expired = time(clock::now_ms().saturating_sub(EXPIRES_MS + KEPT_EXPIRED_MS));
    database.prepare_cached("DELETE FROM capture WHERE captured_at <= ?1")?.execute([expired])?;
    database.prepare_cached("DELETE FROM playing WHERE at <= ?1")?.execute([expired])?;
    database.prepare_cached("DELETE FROM refused WHERE at <= ?1")?.execute([expired])?;
    database.prepare_cached("DELETE FROM given WHERE at <= ?1")?.execute([expired])?;
    for table in [
        "capture WHERE rowid IN (SELECT rowid FROM capture ORDER BY seen_at DESC, sequence DESC",
        "playing WHERE rowid IN (SELECT rowid FROM playing ORDER BY at DESC",
        "refused WHERE rowid IN (SELECT rowid FROM refused ORDER BY at DESC",
        "given WHERE rowid IN (SELECT rowid FROM given ORDER BY at DESC",
    ] {
        database.prepare_cached(&format!("DELETE FROM {table} LIMIT -1 OFFSET ?1)"))?.execute([MAX_ROWS])?;
    }
    Ok(())
}

/// Empties the log that is written ahead, since old pages lie in it.
pub(super) fn empty_log(database: &Connection) -> rusqlite::Result<()> {
    // An error if another process reads them for too long.
    let busy: bool = database.query_row("PRAGMA wal_checkpoint(truncate)", [], |row| row.get(0))?;
    let error = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY);
    if busy { Err(rusqlite::Error::SqliteFailure(error, None)) } else { Ok(()) }
}
