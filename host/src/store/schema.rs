//! The tables of the database, and whose database a file is.

use rusqlite::{Connection, Transaction, TransactionBehavior};

pub(super) const SCHEMA: i32 = 6;

/// SQLite's `application_id`: "potb". By it a store is told from the databases of other programs.
pub(super) const APPLICATION: i32 = 0x706f_7462;

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

/// Whose database a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A store of this version.
    Ours,
    /// Nothing is in it.
    Empty,
    /// A store of an older version.
    Older,
    /// A store of a newer version.
    Newer,
    /// A store whose tables are not those that it should have.
    Broken,
    /// A database of another program.
    Foreign,
}

/// Whose database it is. What SQLite cannot read is an error.
pub(super) fn kind(database: &Connection) -> rusqlite::Result<Kind> {
    // Within one transaction: another process may be beginning it.
    let _read = database.is_autocommit().then(|| database.unchecked_transaction()).transpose()?;
    let application: i32 = database.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let version: i32 = database.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let mut query = database.prepare("SELECT sql FROM sqlite_schema WHERE sql NOT NULL ORDER BY rowid")?;
    let mut rows = query.query([])?;
    let mut made = TABLES.split(';').map(str::trim).filter(|sql| !sql.is_empty());
    let (mut some, mut same) = (false, true);
    while let Some(row) = rows.next()? {
        some = true;
        same &= made.next() == Some(row.get_ref(0)?.as_str()?);
    }
    same &= made.next().is_none();
    Ok(match (application, version) {
        (0, 0) if !some => Kind::Empty,
        (APPLICATION, SCHEMA) if same => Kind::Ours,
        (APPLICATION, ..SCHEMA) => Kind::Older,
        (APPLICATION, SCHEMA) => Kind::Broken,
        (APPLICATION, _) => Kind::Newer,
        _ => Kind::Foreign,
    })
}

/// Makes the tables in an empty database, or in one of an older version: it is a cache, and tokens come again.
///
/// Another process may have made them meanwhile. Returns whether it was an older one.
pub(super) fn begin(database: &Connection) -> rusqlite::Result<bool> {
    let change = Transaction::new_unchecked(database, TransactionBehavior::Immediate)?;
    let found = kind(&change)?;
    if matches!(found, Kind::Empty | Kind::Older) {
        drop_tables(&change)?;
        change.execute_batch(TABLES)?;
        change.pragma_update(None, "application_id", APPLICATION)?;
        change.pragma_update(None, "user_version", SCHEMA)?;
    }
    change.commit()?;
    Ok(found == Kind::Older)
}

/// An empty store in memory.
pub(super) fn in_memory() -> rusqlite::Result<Connection> {
    let database = Connection::open_in_memory()?;
    begin(&database)?;
    Ok(database)
}

fn drop_tables(database: &Connection) -> rusqlite::Result<()> {
    let names: Vec<String> = database
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    names.iter().try_for_each(|name| database.execute_batch(&format!("DROP TABLE \"{name}\"")))
}
