//! The file and the tables of the database.

use super::error::StoreError;
use potbridge_system::dirs;
use rusqlite::{Connection, ErrorCode, TransactionBehavior};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

pub(super) const SCHEMA: i32 = 5;

/// How long another process's lock is waited for.
const LOCK_LIMIT: Duration = Duration::from_secs(5);

/// The tables.
///
/// Tokens rank by `seen_at`: a token that the player uses again is the newest again. `sequence` decides between two of one
/// millisecond. Tokens age by `captured_at`: using a token does not renew it. `digest` is the digest of what a sink was last
/// known to hold, `token_digest` that of the token in it, `expires_at` the end of that token; `unsure` says that a later
/// delivery failed, so that it may hold something else. `update_due` is 1 if its command is to be run, 2 while somebody
/// starts it, `private` says that what it holds is of a private window. Of a refused token
/// only its digest is kept, with the times at which it was captured and refused. `given` has who was given which token as
/// another one, as a digest of both. An empty text stands for what is not known,
/// so that it compares equal.
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
        private INTEGER NOT NULL,
        logged_in TEXT NOT NULL,
        cpn TEXT NOT NULL,
        foreign_client INTEGER NOT NULL,
        page_hooked INTEGER NOT NULL,
        content_bound TEXT NOT NULL,
        captured_at INTEGER NOT NULL,
        seen_at INTEGER NOT NULL,
        sequence INTEGER NOT NULL,
        PRIMARY KEY (token, context, video_id, profile, container, private)
    ) STRICT;
    CREATE INDEX capture_by_rank ON capture (seen_at, sequence);
    CREATE INDEX capture_by_video ON capture (video_id, context);
    CREATE INDEX capture_by_playback ON capture (cpn);
    CREATE TABLE playing (
        cpn TEXT NOT NULL,
        profile TEXT NOT NULL,
        container TEXT NOT NULL,
        private INTEGER NOT NULL,
        video_id TEXT NOT NULL,
        certainty TEXT NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY (cpn, profile, container, private)
    ) STRICT;
    CREATE TABLE refused (
        token_digest TEXT PRIMARY KEY,
        captured_at INTEGER NOT NULL,
        at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE given (
        digest TEXT PRIMARY KEY,
        at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE counters (
        profile TEXT PRIMARY KEY,
        counters TEXT NOT NULL,
        at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE delivery (
        kind TEXT NOT NULL,
        place TEXT NOT NULL,
        report TEXT NOT NULL,
        digest TEXT NOT NULL,
        unsure INTEGER NOT NULL,
        token_digest TEXT NOT NULL,
        expires_at INTEGER NOT NULL,
        update_due INTEGER NOT NULL,
        private INTEGER NOT NULL,
        PRIMARY KEY (kind, place)
    ) STRICT;
";

/// Opens the database, or makes it: mode 0600, in a folder of mode 0700.
///
/// One of an older version is emptied and begun anew: it is a cache, and tokens come again.
pub(super) fn open(path: &Path) -> Result<Connection, StoreError> {
    if path.as_os_str() != ":memory:" {
        make_private_file(path).map_err(|source| StoreError::Unopened { path: path.to_owned(), source })?;
    }
    let mut database = Connection::open(path)?;
    database.busy_timeout(LOCK_LIMIT)?;
    write_ahead(&database)?;
    database.pragma_update(None, "synchronous", "normal")?;
    database.pragma_update(None, "secure_delete", true)?;
    let version = |database: &Connection| database.pragma_query_value(None, "user_version", |row| row.get(0));
    let found: i32 = version(&database)?;
    if found > SCHEMA {
        return Err(StoreError::Newer { path: path.to_owned() });
    }
    if found < SCHEMA {
        let change = database.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Another process may have come first.
        if version(&change)? == found {
            drop_tables(&change)?;
            change.execute_batch(TABLES)?;
            change.pragma_update(None, "user_version", SCHEMA)?;
        }
        change.commit()?;
        if found != 0 {
            database.pragma_update(None, "wal_checkpoint", "truncate")?;
            log::warn!("the token store was made by an older potbridge, and is begun anew");
        }
    }
    Ok(database)
}

/// Has the database write ahead.
///
/// SQLite (3.54) does not wait if another process does the same to a new database at this moment: two that waited for each
/// other would wait for ever. So it is tried again.
fn write_ahead(database: &Connection) -> rusqlite::Result<()> {
    let end = Instant::now() + LOCK_LIMIT;
    loop {
        match database.pragma_update(None, "journal_mode", "wal") {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && Instant::now() < end =>
            {
                thread::sleep(Duration::from_millis(2));
            }
            done => return done,
        }
    }
}

fn drop_tables(database: &Connection) -> rusqlite::Result<()> {
    let names: Vec<String> = database
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    names.iter().try_for_each(|name| database.execute_batch(&format!("DROP TABLE \"{name}\"")))
}

fn make_private_file(path: &Path) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        dirs::make_private(folder)?;
    }
    dirs::open_private(path).map(drop)
}
