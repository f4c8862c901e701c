//! The join of a playback (`cpn`) with its video, in either order.

use super::error::StoreError;
use super::names::{set_name, takes_name};
use super::rows::{SURE, capture_of, container, insert, time};
use super::tidy::{correct_times, tidy};
use super::token_store::TokenStore;
use potbridge_protocol::{Capture, Playing};
use potbridge_system::clock;
use rusqlite::{Connection, Row, params};

impl TokenStore {
    /// Notes which video a playback plays, and gives that video to the playback's tokens.
    ///
    /// A probable video goes to tokens that have none or another probable one. A certain one replaces whatever is not
    /// certain. A video that is less certain than the one known of the playback changes nothing.
    ///
    /// Returns whether any token changed.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn join(&mut self, playing: &Playing) -> Result<bool, StoreError> {
        let playing = playing.clone();
        self.write(move |change| {
            correct_times(change, clock::now_ms())?;
            let changed = note(change, &playing)? && name_tokens(change, &playing)?;
            tidy(change)?;
            Ok(changed)
        })
    }
}

/// Notes what a playback plays. Returns whether it counts: a less certain video does not replace a more certain one.
fn note(database: &Connection, playing: &Playing) -> rusqlite::Result<bool> {
    let Playing { cpn, video_id, certainty, session, at } = playing;
    let noted = database
        .prepare_cached(&format!(
            "INSERT INTO playing VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            ON CONFLICT DO UPDATE SET video_id = excluded.video_id, certainty = excluded.certainty, at = excluded.at
                WHERE instr({SURE}, excluded.certainty) >= instr({SURE}, certainty)",
        ))?
        .execute(params![
            cpn.as_str(),
            session.profile.as_str(),
            container(session),
            session.private,
            video_id.as_str(),
            certainty.as_str(),
            time((*at).min(clock::now_ms())),
        ])?;
    Ok(noted > 0)
}

/// Gives the playback's video to its tokens. Returns whether any changed.
fn name_tokens(database: &Connection, playing: &Playing) -> rusqlite::Result<bool> {
    let Playing { cpn, video_id, certainty, session, .. } = playing;
    let of_playback: Vec<Stored> = database
        .prepare_cached(
            "SELECT rowid, * FROM capture WHERE cpn = ?1 AND profile = ?2 AND container = ?3 AND private = ?4",
        )?
        .query_map(params![cpn.as_str(), session.profile.as_str(), container(session), session.private], |row| {
            Ok(stored(row))
        })?
        .map(|row| row?)
        .collect::<rusqlite::Result<_>>()?;
    let mut changed = false;
    for Stored { row, seen_at, capture } in of_playback {
        let mut named = capture.clone();
        if takes_name(&capture, *certainty) {
            set_name(&mut named, video_id.clone(), *certainty);
        }
        if named == capture {
            continue;
        }
        database.prepare_cached("DELETE FROM capture WHERE rowid = ?1")?.execute([row])?;
        // It was last seen when it was seen without its video.
        insert(database, &Capture { captured_at: seen_at.max(named.captured_at), ..named.clone() })?;
        insert(database, &named)?;
        changed = true;
    }
    Ok(changed)
}

struct Stored {
    row: i64,
    seen_at: u64,
    capture: Capture,
}

fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    let seen_at = row.get::<_, i64>("seen_at")?.unsigned_abs();
    Ok(Stored { row: row.get("rowid")?, seen_at, capture: capture_of(row)? })
}
