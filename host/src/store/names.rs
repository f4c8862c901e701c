//! What the store knows of a token's video, and how surely.

use super::rows::{SURE, container};
use potbridge_protocol::{Capture, Certainty, VideoId};
use rusqlite::{Connection, OptionalExtension as _, params};

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
        .prepare_cached(&format!(
            "DELETE FROM capture WHERE token = ?1 AND context = ?2 AND profile = ?3 AND container = ?4 AND private = ?5
                AND cpn = ?6 AND video_id != ?7 AND (video_id = ''
                    OR certainty != 'certain' AND instr({SURE}, certainty) <= instr({SURE}, ?8))",
        ))?
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

/// Whether a video of this certainty replaces what a token is known to be for.
pub(super) fn takes_name(capture: &Capture, certainty: Certainty) -> bool {
    match (&capture.binding.video_id, capture.binding.certainty) {
        (None, _) => true,
        (Some(_), known) => {
            known != Certainty::Certain && (certainty == Certainty::Certain || known == certainty)
        }
    }
}

/// Gives a token a video.
pub(super) fn set_name(capture: &mut Capture, video_id: VideoId, certainty: Certainty) {
    capture.binding.video_id = Some(video_id);
    capture.binding.certainty = certainty.if_video_shape(capture.token.has_video_shape());
}
