//! Captures as rows of the store.

use potbridge_protocol::lifetime::EXPIRES_MS;
use potbridge_protocol::{
    Binding, Capture, Certainty, Client, Cpn, PoToken, Session, ShortText, Source, VideoId, VisitorData,
};
use potbridge_system::clock;
use potbridge_system::digest::digest;
use rusqlite::{Connection, Row, named_params, params};

/// The certainties as SQL text, the least sure first: the place of one in it ranks it.
pub(super) const SURE: &str = "'guess probable certain'";

/// Stores a capture, and gives what the store knows of it then.
///
/// A token that is there already was seen again: what is known of the two is joined.
pub(super) fn insert(database: &Connection, capture: &Capture) -> rusqlite::Result<Capture> {
    let Capture {
        token,
        context,
        client,
        host,
        source,
        binding,
        session,
        cpn,
        page_hooked,
        foreign_client,
        captured_at,
    } = capture;
    let client = client.as_ref();
    let stored = database
        .prepare_cached(&format!(
            "INSERT INTO capture VALUES (:token, :context, :video_id, :visitor_data, :certainty, :client,
                :client_version, :host, :source, :profile, :container, :private, :logged_in, :cpn, :foreign_client,
                :page_hooked, :content_bound, :at, :at, (SELECT coalesce(max(sequence), 0) + 1 FROM capture))
            ON CONFLICT DO UPDATE SET
                captured_at = min(captured_at, excluded.captured_at), seen_at = max(seen_at, excluded.seen_at),
                page_hooked = min(page_hooked, excluded.page_hooked),
                foreign_client = min(foreign_client, excluded.foreign_client), sequence = excluded.sequence,
                certainty = iif(instr({SURE}, certainty) < instr({SURE}, excluded.certainty), excluded.certainty, certainty),
                cpn = iif(excluded.cpn = '', cpn, excluded.cpn),
                logged_in = iif(excluded.logged_in = '', logged_in, excluded.logged_in),
                content_bound = iif(excluded.content_bound = '', content_bound, excluded.content_bound)
            RETURNING *",
        ))?
        .query_row(
            named_params! {
                ":token": token.expose(),
                ":context": context.as_str(),
                ":video_id": binding.video_id.as_ref().map_or("", VideoId::as_str),
                ":visitor_data": binding.visitor_data.as_ref().map_or("", VisitorData::as_str),
                ":certainty": binding.certainty.as_str(),
                ":client": client.map_or("", Client::name),
                ":client_version": client.and_then(Client::version).unwrap_or_default(),
                ":host": host.as_str(),
                ":source": source.as_str(),
                ":profile": session.profile.as_str(),
                ":container": container(session),
                ":private": session.private,
                ":logged_in": yes_or_no(session.logged_in),
                ":cpn": cpn.as_ref().map_or("", Cpn::as_str),
                ":foreign_client": foreign_client,
                ":page_hooked": page_hooked,
                ":content_bound": yes_or_no(binding.content_bound),
                ":at": time((*captured_at).min(clock::now_ms())),
            },
            |row| Ok(capture_of(row)),
        )??;
    supersede(database, &stored)?;
    Ok(stored)
}

/// Keeps the newest token of one session, video and context.
///
/// A token displaces none whose video is more certain. A page-hooked one, and one of another client than the page's, displaces
/// no other.
fn supersede(database: &Connection, capture: &Capture) -> rusqlite::Result<()> {
    let Capture { context, binding: Binding { video_id: Some(video_id), .. }, session, .. } = capture else {
        return Ok(());
    };
    database
        .prepare_cached(&format!(
            "WITH same AS (
                SELECT rowid, *, instr({SURE}, certainty) AS sure FROM capture
                WHERE video_id = ?1 AND context = ?2 AND profile = ?3 AND container = ?4 AND private = ?5 AND logged_in = ?6
            )
            DELETE FROM capture WHERE rowid IN (
                SELECT old.rowid FROM same AS old JOIN same AS new
                WHERE new.page_hooked <= old.page_hooked AND new.foreign_client <= old.foreign_client
                    AND new.sure >= old.sure AND (new.seen_at, new.sequence) > (old.seen_at, old.sequence))",
        ))?
        .execute(params![
            video_id.as_str(),
            context.as_str(),
            session.profile.as_str(),
            container(session),
            session.private,
            yes_or_no(session.logged_in)
        ])?;
    Ok(())
}

pub(super) fn yes_or_no(known: Option<bool>) -> &'static str {
    known.map_or("", |yes| if yes { "yes" } else { "no" })
}

/// The container's name; empty for the default container.
pub(super) fn container(session: &Session) -> &str {
    session.container.as_ref().map_or("", ShortText::as_str)
}

/// Reads a row. An error means that another program wrote it.
pub(super) fn capture_of(row: &Row<'_>) -> rusqlite::Result<Capture> {
    let text = |column: &str| row.get::<_, String>(column);
    let corrupt = |column: &str| rusqlite::Error::InvalidColumnName(column.to_owned());
    let known = |column: &str| text(column).map(|text| Some(text).filter(|text| !text.is_empty()));
    let word = |column: &str| ShortText::try_from(text(column)?).map_err(|_| corrupt(column));
    let version = known("client_version")?;
    Ok(Capture {
        token: PoToken::new(&zeroize::Zeroizing::new(text("token")?)).map_err(|_| corrupt("token"))?,
        context: text("context")?.parse().map_err(|_| corrupt("context"))?,
        client: known("client")?.and_then(|name| Client::new(&name, version.as_deref()).ok()),
        host: word("host")?,
        source: Source::named(&text("source")?),
        binding: Binding {
            video_id: known("video_id")?.and_then(|id| VideoId::new(&id).ok()),
            visitor_data: known("visitor_data")?.and_then(|data| VisitorData::new(&data).ok()),
            certainty: Certainty::named(&text("certainty")?),
            content_bound: known("content_bound")?.map(|yes| yes == "yes"),
        },
        session: Session {
            profile: word("profile")?,
            container: Some(word("container")?).filter(|name| *name != ShortText::default()),
            private: row.get("private")?,
            logged_in: known("logged_in")?.map(|yes| yes == "yes"),
        },
        cpn: known("cpn")?.and_then(|cpn| Cpn::new(&cpn).ok()),
        foreign_client: row.get("foreign_client")?,
        page_hooked: row.get("page_hooked")?,
        // A row from the future was written while the clock ran ahead.
        captured_at: row.get::<_, i64>("captured_at")?.unsigned_abs().min(clock::now_ms()),
    })
}

/// SQLite's integers are signed.
pub(super) fn time(ms: u64) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
}

/// Whether YouTube refused a token within the last 12 hours.
pub(super) fn is_refused(database: &Connection, token: &PoToken) -> rusqlite::Result<bool> {
    database
        .prepare_cached("SELECT 1 FROM refused WHERE token_digest = ?1 AND at > ?2")?
        .exists(params![digest([token.expose()]), time(clock::now_ms().saturating_sub(EXPIRES_MS))])
}
