//! The tokens known on this machine.
//!
//! One small SQLite database, shared by every host and command. Its log is written ahead and synced only when
//! it is folded in: a killed process loses nothing, and a power cut may lose the last moments but tears nothing.

use crate::clock;
use crate::config::ShelfConfig;
use crate::folders::{self, Folders};
use potbridge_protocol::lifetime::{FRESH_MS, GONE_MS};
use potbridge_protocol::report::SinkReport;
use potbridge_protocol::{
    Binding, Capture, Client, Context, Label, PoToken, Session, Source, VideoId, VisitorData, Word,
};
use rusqlite::{Connection, OptionalExtension as _, Row, named_params, params};
use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::time::Duration;

const SCHEMA: i32 = 1;

/// `seen_at` ranks: a token that the player uses again is the newest again; of two in one millisecond the later
/// `turn` is. `captured_at` ages: using a token does not renew it. An empty text stands for what is not known, so that it counts as equal.
const TABLES: &str = "
    CREATE TABLE capture (
        token TEXT NOT NULL,
        context TEXT NOT NULL,
        video_id TEXT NOT NULL,
        visitor_data TEXT NOT NULL,
        certainty TEXT NOT NULL,
        client TEXT NOT NULL,
        client_version TEXT NOT NULL,
        host TEXT NOT NULL,
        source TEXT NOT NULL,
        profile TEXT NOT NULL,
        container TEXT NOT NULL,
        captured_at INTEGER NOT NULL,
        seen_at INTEGER NOT NULL,
        turn INTEGER NOT NULL,
        PRIMARY KEY (token, context, video_id, profile, container)
    ) STRICT;
    CREATE INDEX capture_by_rank ON capture (seen_at, turn);
    CREATE TABLE delivery (
        kind TEXT NOT NULL,
        place TEXT NOT NULL,
        report TEXT NOT NULL,
        PRIMARY KEY (kind, place)
    ) STRICT;
";

/// The most that is kept; the oldest goes first.
const MOST: u32 = 1000;

/// The open shelf.
pub struct Shelf {
    database: Connection,
}

/// Which token is wanted. Everything that is given must fit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Bound to this video.
    pub video_id: Option<VideoId>,
    /// Made for this kind of request.
    pub context: Option<Context>,
    /// Younger than 6 hours, where any that is not gone would do otherwise.
    pub fresh: bool,
}

/// The shelf cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ShelfError {
    /// Its file or folder cannot be made.
    #[error("the shelf {} cannot be opened: {source}", path.display())]
    Unopened {
        /// The database.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A later version of potbridge made it.
    #[error("the shelf {} was made by a newer potbridge: update this one", path.display())]
    Newer {
        /// The database.
        path: PathBuf,
    },
    /// The database said no.
    #[error("the shelf {} failed: {source}; if it is damaged, delete it: it is made anew, and tokens come again", path.display())]
    Failed {
        /// The database.
        path: PathBuf,
        /// What SQLite said.
        source: rusqlite::Error,
    },
}

impl From<rusqlite::Error> for ShelfError {
    fn from(source: rusqlite::Error) -> Self {
        Self::Failed { path: PathBuf::new(), source }
    }
}

impl Shelf {
    /// Opens the shelf that the configuration names, or makes it: 0600, in a folder that is the owner's alone.
    ///
    /// # Errors
    /// [`ShelfError`].
    pub fn open(config: &ShelfConfig, folders: &Folders) -> Result<Self, ShelfError> {
        let path = config.path.clone().unwrap_or_else(|| folders.state.join("shelf.db"));
        Self::open_at(&path).map_err(|error| match error {
            ShelfError::Failed { source, .. } => ShelfError::Failed { path, source },
            other => other,
        })
    }

    fn open_at(path: &Path) -> Result<Self, ShelfError> {
        if path.as_os_str() != ":memory:" {
            make_private_file(path)
                .map_err(|source| ShelfError::Unopened { path: path.to_owned(), source })?;
        }
        let mut database = Connection::open(path)?;
        database.busy_timeout(Duration::from_secs(5))?;
        database.pragma_update(None, "journal_mode", "wal")?;
        database.pragma_update(None, "synchronous", "normal")?;
        database.pragma_update(None, "secure_delete", true)?;
        let version =
            |database: &Connection| database.pragma_query_value(None, "user_version", |row| row.get(0));
        let found: i32 = version(&database)?;
        if found == 0 {
            let change = database.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            // Another process may have come first.
            if version(&change)? == 0 {
                change.execute_batch(TABLES)?;
                change.pragma_update(None, "user_version", SCHEMA)?;
            }
            change.commit()?;
        } else if found > SCHEMA {
            return Err(ShelfError::Newer { path: path.to_owned() });
        }
        Ok(Self { database })
    }

    /// Puts a token on the shelf, and takes off what is gone. Putting the same one again says that it was seen
    /// again. A time in the future is taken for now.
    ///
    /// # Errors
    /// [`ShelfError::Failed`].
    pub fn put(&mut self, capture: &Capture) -> Result<(), ShelfError> {
        let now = clock::now_ms();
        let Capture { token, context, client, host, source, binding, session, captured_at } = capture;
        let client = client.as_ref();
        let change = self.database.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        change.prepare_cached(
            "INSERT INTO capture VALUES (:token, :context, :video_id, :visitor_data, :certainty, :client,
                :client_version, :host, :source, :profile, :container, :at, :at,
                (SELECT coalesce(max(turn), 0) + 1 FROM capture))
            ON CONFLICT DO UPDATE SET
                captured_at = min(captured_at, excluded.captured_at), seen_at = max(seen_at, excluded.seen_at),
                turn = excluded.turn",
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
            ":container": session.container.as_ref().map_or("", Word::as_str),
            ":at": time((*captured_at).min(now)),
        })?;
        change
            .prepare_cached("DELETE FROM capture WHERE captured_at <= ?1")?
            .execute([time(now.saturating_sub(GONE_MS))])?;
        change
            .prepare_cached(
                "DELETE FROM capture WHERE rowid IN
                    (SELECT rowid FROM capture ORDER BY seen_at DESC, turn DESC LIMIT -1 OFFSET ?1)",
            )?
            .execute([MOST])?;
        Ok(change.commit()?)
    }

    /// The newest token that fits. Where its video has several in the same session, the one made for media,
    /// since that is what `web+TOKEN` means to yt-dlp; else the player's.
    ///
    /// # Errors
    /// [`ShelfError::Failed`].
    pub fn newest(&self, wanted: &Wanted) -> Result<Option<Capture>, ShelfError> {
        let age = if wanted.fresh { FRESH_MS } else { GONE_MS };
        let found = self
            .database
            .prepare_cached(
                "WITH fitting AS (
                    SELECT * FROM capture WHERE captured_at > :since
                        AND (:video_id IS NULL OR video_id = :video_id)
                        AND (:context IS NULL OR context = :context)
                ), newest AS (
                    SELECT * FROM fitting ORDER BY seen_at DESC, turn DESC LIMIT 1
                )
                SELECT fitting.* FROM fitting JOIN newest USING (video_id, profile, container)
                WHERE video_id != '' OR fitting.token = newest.token
                ORDER BY instr('gvs player subs', fitting.context), fitting.seen_at DESC, fitting.turn DESC LIMIT 1",
            )?
            .query_row(
                named_params! {
                    ":since": time(clock::now_ms().saturating_sub(age)),
                    ":video_id": wanted.video_id.as_ref().map(VideoId::as_str),
                    ":context": wanted.context.map(Context::as_str),
                },
                |row| Ok(capture_of(row)),
            )
            .optional()?
            .transpose()?;
        Ok(found)
    }

    /// What may be shown of the tokens that are not gone, the newest first, `most` at the most.
    ///
    /// # Errors
    /// [`ShelfError::Failed`].
    pub fn labels(&self, most: u32) -> Result<Vec<Label>, ShelfError> {
        self.database
            .prepare_cached(
                "SELECT * FROM capture WHERE captured_at > ?1 ORDER BY seen_at DESC, turn DESC LIMIT ?2",
            )?
            .query_map(params![time(clock::now_ms().saturating_sub(GONE_MS)), most], |row| {
                Ok(capture_of(row))
            })?
            .map(|capture| Ok(Label::from(&capture??)))
            .collect()
    }

    /// Takes everything off the shelf, and out of its files.
    ///
    /// # Errors
    /// [`ShelfError::Failed`].
    pub fn clear(&mut self) -> Result<(), ShelfError> {
        self.database.execute("DELETE FROM capture", [])?;
        self.database.pragma_update(None, "wal_checkpoint", "truncate")?;
        Ok(())
    }

    /// Notes what a sink did last.
    ///
    /// # Errors
    /// [`ShelfError::Failed`].
    pub fn note(&self, report: &SinkReport) -> Result<(), ShelfError> {
        let text = serde_json::to_string(report).unwrap_or_default();
        self.database
            .prepare_cached("INSERT OR REPLACE INTO delivery VALUES (?1, ?2, ?3)")?
            .execute(params![report.kind, report.place, text])?;
        Ok(())
    }

    /// What a sink did last.
    ///
    /// # Errors
    /// [`ShelfError::Failed`].
    pub fn last_report(&self, kind: &str, place: &str) -> Result<Option<SinkReport>, ShelfError> {
        let text: Option<String> = self
            .database
            .prepare_cached("SELECT report FROM delivery WHERE kind = ?1 AND place = ?2")?
            .query_row([kind, place], |row| row.get(0))
            .optional()?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }
}

/// A row as the capture that it was. A row that is none was not written by this program.
fn capture_of(row: &Row<'_>) -> rusqlite::Result<Capture> {
    let text = |column: &str| row.get::<_, String>(column);
    let odd = |column: &str| rusqlite::Error::InvalidColumnName(column.to_owned());
    let known = |column: &str| text(column).map(|text| Some(text).filter(|text| !text.is_empty()));
    let word = |column: &str| Word::try_from(text(column)?).map_err(|_| odd(column));
    let version = known("client_version")?;
    Ok(Capture {
        token: PoToken::new(&zeroize::Zeroizing::new(text("token")?)).map_err(|_| odd("token"))?,
        context: text("context")?.parse().map_err(|_| odd("context"))?,
        client: known("client")?.and_then(|name| Client::new(&name, version.as_deref()).ok()),
        host: word("host")?,
        source: Source::from(text("source")?.as_str()),
        binding: Binding {
            video_id: known("video_id")?.and_then(|id| VideoId::new(&id).ok()),
            visitor_data: known("visitor_data")?.and_then(|data| VisitorData::new(&data).ok()),
            certainty: text("certainty")?.as_str().into(),
        },
        session: Session {
            profile: word("profile")?,
            container: Some(word("container")?).filter(|name| *name != Word::default()),
        },
        captured_at: row.get::<_, i64>("captured_at")?.unsigned_abs(),
    })
}

/// SQLite's integers are signed.
fn time(ms: u64) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
}

fn make_private_file(path: &Path) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        folders::make_private(folder)?;
    }
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

#[cfg(test)]
pub(crate) mod tests;
