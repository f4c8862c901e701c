//! Opens the database: as every process does, or alone.

use super::error::StoreError;
use super::place::{Identity, identity, prepare};
use super::schema::{self, Kind};
use super::trouble::Trouble;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// How often a database is opened that another process replaces meanwhile.
const ATTEMPTS: u32 = 5;

/// An open database, and which file it is.
pub(super) struct Opened {
    pub(super) connection: Connection,
    pub(super) identity: Identity,
}

impl Opened {
    /// Whether it still stands at its path. If not, it is written in vain.
    pub(super) fn stands(&self, path: &Path) -> bool {
        identity(path) == self.identity
    }

    /// Closes one that was replaced or removed. Otherwise SQLite would remove the log of the one that stands there now.
    pub(super) fn abandon(self) {
        if let Err(error) = self.connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true) {
            log::warn!("the log of a replaced token store may be removed: {error}");
        }
    }
}

const FLAGS: OpenFlags = OpenFlags::SQLITE_OPEN_READ_WRITE.union(OpenFlags::SQLITE_OPEN_NO_MUTEX);

/// Why a file was not opened, and which file it was. Another one may stand there by now.
pub(super) struct Unopened(pub(super) Trouble, pub(super) Identity);

/// Opens the database, or makes it. Waits for the locks of other processes, at most `patience`.
pub(super) fn open(path: &Path, patience: Duration, syncs: bool) -> Result<Opened, Unopened> {
    for _ in 0..ATTEMPTS {
        prepare(path).map_err(|error| Unopened(Trouble::Hindered(error), None))?;
        let before = identity(path);
        let unfit = unfit(path);
        if identity(path) != before {
            continue;
        }
        if let Some(why) = unfit {
            return Err(Unopened(why, before));
        }
        if super::locks::index_is_held(path, patience) {
            return Err(Unopened(Trouble::Hindered(StoreError::busy(path)), before));
        }
        let trouble = |error: rusqlite::Error| Trouble::of(path, &error);
        let connection = match Connection::open_with_flags(path, FLAGS) {
            Ok(connection) => connection,
            Err(_) if identity(path) != before => continue,
            Err(error) => return Err(Unopened(trouble(error), before)),
        };
        // First without waiting: what cannot be locked at all is not waited for.
        let begun = connection.busy_timeout(Duration::ZERO).map_err(trouble);
        let begun = begun.and_then(|()| match begin(&connection, Duration::ZERO, syncs) {
            Err(Begun::Sqlite(error)) if is_busy(&error) && super::locks::work(path) => {
                connection.busy_timeout(patience).map_err(trouble)?;
                begin(&connection, patience, syncs).map_err(|begun| begun.trouble(path))
            }
            Err(begun) => Err(begun.trouble(path)),
            Ok(()) => connection.busy_timeout(patience).map_err(trouble),
        });
        let opened = Opened { connection, identity: before };
        if !opened.stands(path) {
            opened.abandon();
            continue;
        }
        return match begun {
            Ok(()) => Ok(opened),
            // It may be set aside by another process before it is closed.
            Err(trouble) => {
                opened.abandon();
                Err(Unopened(trouble, before))
            }
        };
    }
    Err(Unopened(Trouble::Hindered(StoreError::busy(path)), None))
}

/// Opens the database for one use, where nothing can be shared between processes. The caller holds the gate.
pub(super) fn open_alone(path: &Path, syncs: bool) -> Result<Connection, Trouble> {
    prepare(path).map_err(Trouble::Hindered)?;
    if let Some(why) = unfit(path) {
        return Err(why);
    }
    let trouble = |error: rusqlite::Error| Trouble::of(path, &error);
    let connection = if cfg!(unix) && !super::locks::work(path) {
        Connection::open_with_flags_and_vfs(path, FLAGS, "unix-none")
    } else {
        Connection::open_with_flags(path, FLAGS)
    }
    .map_err(trouble)?;
    // With it the log's index is in memory.
    connection.pragma_update(None, "locking_mode", "exclusive").map_err(trouble)?;
    begin(&connection, Duration::ZERO, syncs).map_err(|begun| begun.trouble(path))?;
    Ok(connection)
}

/// What SQLite would not tell: of a database that was emptied, it would remove the log.
fn unfit(path: &Path) -> Option<Trouble> {
    let size = |path: &Path| path.metadata().map_or(0, |found| found.len());
    let lost = size(path) == 0 && size(&super::place::beside(path, "-wal")) > 0;
    // Another process may be beginning it at this moment.
    (lost && size(path) == 0).then_some(Trouble::Unfit("had lost its content"))
}

/// Why a database cannot be begun.
enum Begun {
    Sqlite(rusqlite::Error),
    Trouble(Trouble),
}

impl Begun {
    fn trouble(self, path: &Path) -> Trouble {
        match self {
            Self::Sqlite(error) => Trouble::of(path, &error),
            Self::Trouble(trouble) => trouble,
        }
    }
}

impl From<rusqlite::Error> for Begun {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

fn begin(database: &Connection, patience: Duration, syncs: bool) -> Result<(), Begun> {
    let trouble = |trouble| Err(Begun::Trouble(trouble));
    let found = schema::kind(database)?;
    match found {
        Kind::Foreign => return trouble(Trouble::Foreign),
        Kind::Broken => return trouble(Trouble::Unfit("lacked tables")),
        Kind::Newer => return trouble(Trouble::Newer),
        Kind::Ours | Kind::Empty | Kind::Older => {}
    }
    let synchronous = if syncs { "normal" } else { "off" };
    database.pragma_update(None, "synchronous", synchronous)?;
    write_ahead(database, patience)?;
    database.pragma_update(None, "secure_delete", true)?;
    if database.is_readonly(rusqlite::MAIN_DB)? {
        return Err(Begun::Sqlite(read_only()));
    }
    if found != Kind::Ours && schema::begin(database)? {
        database.pragma_update(None, "wal_checkpoint", "truncate")?;
        log::warn!("the token store was made by an older potbridge, and is begun anew");
    }
    Ok(())
}

/// What SQLite says at the first change of a database that it could open to be read only.
fn read_only() -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_READONLY), None)
}

fn is_busy(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
}

/// Has the database write ahead.
///
/// SQLite (3.54) does not wait if another process does the same to a new database at this moment: two that waited for each
/// other would wait for ever. So it is tried again.
fn write_ahead(database: &Connection, patience: Duration) -> rusqlite::Result<()> {
    let end = Instant::now() + patience;
    loop {
        match database.pragma_update(None, "journal_mode", "wal") {
            Err(error) if is_busy(&error) && Instant::now() < end => {
                thread::sleep(Duration::from_millis(2));
            }
            done => return done,
        }
    }
}
