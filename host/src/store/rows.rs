//! Captures as rows of the store.

use potbridge_protocol::lifetime::EXPIRES_MS;
use potbridge_protocol::{
    Binding, Capture, Certainty, Client, Cpn, PoToken, Session, ShortText, Source, VideoId, VisitorData,
};
use potbridge_system::clock;
use rusqlite::{Connection, OptionalExtension as _, Row, named_params, params};

/// The most rows that are kept. The oldest are removed first.
pub(super) const MAX_ROWS: u32 = 1000;

/// The video that a capture's playback is known to play.
pub(super) fn played(database: &Connection, capture: &Capture) -> rusqlite::Result<Option<VideoId>> {
    let Some(cpn) = &capture.cpn else { return Ok(None) };
    let id: Option<String> = database
        .prepare_cached("SELECT video_id FROM playing WHERE cpn = ?1 AND profile = ?2 AND container = ?3")?
        .query_row([cpn.as_str(), capture.session.profile.as_str(), container(&capture.session)], |row| {
            row.get(0)
        })
        .optional()?;
    Ok(id.and_then(|id| VideoId::new(&id).ok()))
}

/// Gives a token its playback's video, which is as certain as one that the request names.
pub(super) fn join(capture: &mut Capture, video_id: VideoId) {
    capture.binding.video_id = Some(video_id);
    capture.binding.certainty = Certainty::Certain;
}

pub(super) fn insert(database: &Connection, capture: &Capture) -> rusqlite::Result<()> {
    let Capture {
        token, context, client, host, source, binding, session, cpn, page_hooked, captured_at, ..
    } = capture;
    let client = client.as_ref();
    database
        .prepare_cached(
            "INSERT INTO capture VALUES (:token, :context, :video_id, :visitor_data, :certainty, :client,
                :client_version, :host, :source, :profile, :container, :logged_in, :cpn, :page_hooked, :content_bound, :at, :at,
                (SELECT coalesce(max(sequence), 0) + 1 FROM capture))
            ON CONFLICT DO UPDATE SET
                captured_at = min(captured_at, excluded.captured_at), seen_at = max(seen_at, excluded.seen_at),
                page_hooked = min(page_hooked, excluded.page_hooked), sequence = excluded.sequence,
                logged_in = iif(excluded.logged_in = '', logged_in, excluded.logged_in),
                content_bound = iif(excluded.content_bound = '', content_bound, excluded.content_bound)",
        )?
        .execute(named_params! {
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
            ":logged_in": yes_or_no(session.logged_in),
            ":cpn": cpn.as_ref().map_or("", Cpn::as_str),
            ":page_hooked": page_hooked,
            ":content_bound": yes_or_no(binding.content_bound),
            ":at": time((*captured_at).min(clock::now_ms())),
        })?;
    supersede(database, capture)
}

/// Keeps the newest token of one session, video and context.
///
/// A page-hooked token displaces no other.
pub(super) fn supersede(database: &Connection, capture: &Capture) -> rusqlite::Result<()> {
    let Capture { context, binding: Binding { video_id: Some(video_id), .. }, session, .. } = capture else {
        return Ok(());
    };
    database
        .prepare_cached(
            "WITH same AS (
                SELECT rowid, * FROM capture WHERE video_id = ?1 AND context = ?2 AND profile = ?3 AND container = ?4
                    AND logged_in = ?5
            )
            DELETE FROM capture WHERE rowid IN (
                SELECT old.rowid FROM same AS old JOIN same AS new
                WHERE new.page_hooked <= old.page_hooked AND (new.seen_at, new.sequence) > (old.seen_at, old.sequence))",
        )?
        .execute(params![
            video_id.as_str(),
            context.as_str(),
            session.profile.as_str(),
            container(session),
            yes_or_no(session.logged_in)
        ])?;
    Ok(())
}

/// Removes expired rows, and those beyond [`MAX_ROWS`].
pub(super) fn tidy(database: &Connection) -> rusqlite::Result<()> {
    let expired = time(clock::now_ms().saturating_sub(EXPIRES_MS));
    database.prepare_cached("DELETE FROM capture WHERE captured_at <= ?1")?.execute([expired])?;
    database.prepare_cached("DELETE FROM playing WHERE at <= ?1")?.execute([expired])?;
    for table in [
        "capture WHERE rowid IN (SELECT rowid FROM capture ORDER BY seen_at DESC, sequence DESC",
        "playing WHERE rowid IN (SELECT rowid FROM playing ORDER BY at DESC",
    ] {
        database.prepare_cached(&format!("DELETE FROM {table} LIMIT -1 OFFSET ?1)"))?.execute([MAX_ROWS])?;
    }
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
            private: false,
            logged_in: known("logged_in")?.map(|yes| yes == "yes"),
        },
        cpn: known("cpn")?.and_then(|cpn| Cpn::new(&cpn).ok()),
        foreign_client: false,
        page_hooked: row.get("page_hooked")?,
        captured_at: row.get::<_, i64>("captured_at")?.unsigned_abs(),
    })
}

/// SQLite's integers are signed.
pub(super) fn time(ms: u64) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
}
