//! The join of a playback (`cpn`) with its video, in either order.

use super::error::StoreError;
use super::rows::{capture_of, certainty_for, container, insert, time};
use super::tidy::{correct_times, tidy};
use super::token_store::TokenStore;
use potbridge_protocol::{Capture, Certainty, Playing, VideoId};
use potbridge_system::clock;
use rusqlite::{Connection, OptionalExtension as _, Row, TransactionBehavior, params};

impl TokenStore {
    /// Notes which video a playback plays, and gives that video to the playback's tokens.
    ///
    /// A probable video goes to tokens that have none or another probable one. A certain one replaces whatever is not
    /// certain. A video that is less certain than the one known of the playback changes nothing.
    ///
    /// Returns whether any token changed.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub fn join(&mut self, playing: &Playing) -> Result<bool, StoreError> {
        let change = self.database.transaction_with_behavior(TransactionBehavior::Immediate)?;
        correct_times(&change, clock::now_ms())?;
        let changed = note(&change, playing)? && name_tokens(&change, playing)?;
        tidy(&change)?;
        change.commit()?;
        Ok(changed)
    }
}

/// Gives a capture the video that its playback is known to play, if that is surer than what the request says.
pub(super) fn name(database: &Connection, capture: &mut Capture) -> rusqlite::Result<()> {
    let Some((video_id, certainty)) = played(database, capture)? else { return Ok(()) };
    if takes_name(capture, certainty) {
        set_name(capture, video_id, certainty);
    }
    Ok(())
}

/// Removes what was known of a capture's token in the same playback, if the capture names another video no less surely.
pub(super) fn forget_other_names(database: &Connection, capture: &Capture) -> rusqlite::Result<()> {
    let Capture { token, context, session, binding, cpn: Some(cpn), .. } = capture else { return Ok(()) };
    let Some(video_id) = &binding.video_id else { return Ok(()) };
    database
        .prepare_cached(
            "DELETE FROM capture WHERE token = ?1 AND context = ?2 AND profile = ?3 AND container = ?4 AND private = ?5
                AND cpn = ?6 AND video_id != ?7 AND (video_id = ''
                    OR certainty != 'certain'
                        AND instr('guess probable certain', certainty) <= instr('guess probable certain', ?8))",
        )?
        .execute(params![
            token.expose(),
            context.as_str(),
            session.profile.as_str(),
            container(session),
            session.private,
            cpn.as_str(),
            video_id.as_str(),
            binding.certainty.as_str(),
        ])?;
    Ok(())
}

/// The video that a capture's playback is known to play.
fn played(database: &Connection, capture: &Capture) -> rusqlite::Result<Option<(VideoId, Certainty)>> {
    let (Some(cpn), session) = (&capture.cpn, &capture.session) else { return Ok(None) };
    let known: Option<(String, String)> = database
        .prepare_cached(
            "SELECT video_id, certainty FROM playing
            WHERE cpn = ?1 AND profile = ?2 AND container = ?3 AND private = ?4",
        )?
        .query_row(
            params![cpn.as_str(), session.profile.as_str(), container(session), session.private],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    Ok(known.and_then(|(id, certainty)| Some((VideoId::new(&id).ok()?, Certainty::named(&certainty)))))
}

/// Notes what a playback plays. Returns whether it counts: a less certain video does not replace a more certain one.
fn note(database: &Connection, playing: &Playing) -> rusqlite::Result<bool> {
    let Playing { cpn, video_id, certainty, session, at } = playing;
    let noted = database
        .prepare_cached(
            "INSERT INTO playing VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            ON CONFLICT DO UPDATE SET video_id = excluded.video_id, certainty = excluded.certainty, at = excluded.at
                WHERE instr('guess probable certain', excluded.certainty) >= instr('guess probable certain', certainty)",
        )?
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

/// Whether a video of this certainty replaces what a token is known to be for.
fn takes_name(capture: &Capture, certainty: Certainty) -> bool {
    match (&capture.binding.video_id, capture.binding.certainty) {
        (None, _) => true,
        (Some(_), known) => {
            known != Certainty::Certain && (certainty == Certainty::Certain || known == certainty)
        }
    }
}

fn set_name(capture: &mut Capture, video_id: VideoId, certainty: Certainty) {
    capture.binding.video_id = Some(video_id);
    capture.binding.certainty = certainty_for(&capture.token, certainty);
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
