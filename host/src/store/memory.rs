//! Databases in memory: what is read of a file that cannot be used, and what is not kept on a disk yet.

use super::cleared::Cleared;
use super::error::StoreError;
use super::photo::{self, Signature};
use super::schema::{self, Kind};
use potbridge_protocol::Code;
use rusqlite::{Connection, MAIN_DB, Transaction, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long a store that could not be used is left alone: until then nobody waits for it.
const REST: Duration = Duration::from_secs(2);

/// The most changes that are kept in memory. The oldest are dropped first.
const MAX_CHANGES: usize = 1000;

/// A change of the store.
pub(super) type Change = Arc<dyn Fn(&Connection) -> rusqlite::Result<()> + Send + Sync>;

/// Makes a change whole, or not at all.
pub(super) fn transact<T>(
    database: &Connection,
    act: impl Fn(&Connection) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    let change = Transaction::new_unchecked(database, TransactionBehavior::Immediate)?;
    let done = act(&change)?;
    change.commit()?;
    Ok(done)
}

/// What this process could not write into one store. All of its threads share it.
#[derive(Default)]
pub(super) struct Unkept {
    /// Each with the version that it made.
    changes: Vec<(u64, Change)>,
    /// Another one after each change of `changes`.
    version: u64,
    /// What was seen of the last `clear`.
    cleared: Cleared,
    hindrance: Option<Hindrance>,
    /// Whether the file system syncs no file.
    pub(super) unsynced: bool,
}

/// Why the store's file is not used as it is meant to be.
struct Hindrance {
    /// Whether nothing can be shared between processes there. Then the file is opened alone for each change.
    alone: bool,
    /// Why it cannot be written at all.
    error: Option<StoreError>,
    retry_at: Instant,
}

impl Unkept {
    /// What this process could not write into the store of this path.
    pub(super) fn of(path: &Path) -> Arc<Mutex<Self>> {
        type All = Vec<(PathBuf, Arc<Mutex<Unkept>>)>;
        static ALL: Mutex<All> = Mutex::new(Vec::new());
        let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, unkept)) = all.iter().find(|(of, _)| of == path) {
            return Arc::clone(unkept);
        }
        let unkept = Arc::<Mutex<Self>>::default();
        all.push((path.to_owned(), Arc::clone(&unkept)));
        unkept
    }

    pub(super) fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    pub(super) fn changes(&self) -> Vec<(u64, Change)> {
        self.changes.clone()
    }

    /// Drops what was kept before the store was last cleared.
    pub(super) fn drop_cleared(&mut self, cleared: Cleared) {
        if cleared.is_after(self.cleared) {
            self.forget(u64::MAX);
        }
        self.cleared = cleared;
    }

    /// What was seen of the last `clear`.
    pub(super) fn cleared(&self) -> Cleared {
        self.cleared
    }

    pub(super) fn add(&mut self, change: Change) {
        if self.changes.len() == MAX_CHANGES {
            self.changes.remove(0);
        }
        self.version += 1;
        self.changes.push((self.version, change));
    }

    /// Forgets the changes up to this version: they are on the disk, or cleared.
    pub(super) fn forget(&mut self, last: u64) {
        self.changes.retain(|(version, _)| *version > last);
        self.version += 1;
    }

    /// Whether the file is tried: it was usable when it was last used, or has been left alone for long enough.
    pub(super) fn may_try(&self) -> bool {
        self.hindrance.as_ref().is_none_or(|hindrance| Instant::now() >= hindrance.retry_at)
    }

    /// Whether the file can be opened alone now.
    pub(super) fn may_try_alone(&self) -> bool {
        self.hindrance.as_ref().is_some_and(|hindrance| {
            hindrance.alone && (hindrance.error.is_none() || Instant::now() >= hindrance.retry_at)
        })
    }

    pub(super) fn error(&self) -> Option<&StoreError> {
        self.hindrance.as_ref()?.error.as_ref()
    }

    /// Notes that the file can be used as it is meant to be.
    pub(super) fn free(&mut self, path: &Path) {
        if let Some(Hindrance { error: Some(_), .. }) = self.hindrance.take() {
            log::warn!("the token store {} can be used again", path.display());
        }
    }

    /// Notes that nothing can be shared between processes at the file.
    pub(super) fn go_alone(&mut self, path: &Path) {
        if !self.hindrance.as_ref().is_some_and(|hindrance| hindrance.alone) {
            log::warn!(
                "{} is on a file system without locks or shared memory: it is opened anew for each change",
                path.display()
            );
        }
        self.hindrance = Some(Hindrance { alone: true, error: None, retry_at: Instant::now() + REST });
    }

    /// Notes why the file cannot be used. It is in the log once.
    pub(super) fn hinder(&mut self, error: StoreError) {
        if self.error() != Some(&error) {
            log::error!("{}: {error}; what is new is kept in memory until it can be written", error.code());
        }
        let alone = self.hindrance.as_ref().is_some_and(|hindrance| hindrance.alone);
        self.hindrance = Some(Hindrance { alone, error: Some(error), retry_at: Instant::now() + REST });
    }
}

pub(super) fn lock(unkept: &Mutex<Unkept>) -> MutexGuard<'_, Unkept> {
    unkept.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the file holds, and over it what could not be written into it.
pub(super) struct View {
    pub(super) connection: Connection,
    seen: Signature,
    version: u64,
    /// Why what the file holds is not in it.
    pub(super) unread: Option<StoreError>,
}

impl View {
    pub(super) fn of(path: &Path, unkept: &Unkept) -> rusqlite::Result<Self> {
        let seen = Signature::of(path);
        let (connection, unread) = match photo::take(path) {
            Ok(Some(content)) if !content.is_empty() => match opened(&content)? {
                Some(database) => (database, None),
                None => (schema::in_memory()?, Some(unreadable(path))),
            },
            Ok(_) => (schema::in_memory()?, None),
            Err(error) => (schema::in_memory()?, Some(StoreError::of_system(path, &error))),
        };
        for (_, change) in &unkept.changes {
            if let Err(error) = transact(&connection, |database| change(database)) {
                log::warn!("a change of the token store is lost: {error}");
            }
        }
        Ok(Self { connection, seen, version: unkept.version, unread })
    }

    /// Whether nothing has changed since.
    pub(super) fn is_fresh(&self, path: &Path, unkept: &Unkept) -> bool {
        self.version == unkept.version && self.seen == Signature::of(path)
    }

    /// Notes that it has the newest change that could not be written, unless there were others meanwhile.
    pub(super) fn has_newest(&mut self, unkept: &Unkept) {
        if self.version + 1 == unkept.version {
            self.version = unkept.version;
        }
    }
}

fn unreadable(path: &Path) -> StoreError {
    StoreError::new(Code::StoreUnavailable, path, "cannot be read: it is damaged")
}

/// A store that was read as a whole; `None` if it is none of this version, or damaged.
fn opened(photo: &[u8]) -> rusqlite::Result<Option<Connection>> {
    let database = of_photo(photo)?;
    let sound = database.pragma_query_value(None, "quick_check", |row| row.get::<_, String>(0));
    let is_sound = sound.is_ok_and(|sound| sound == "ok");
    match schema::kind(&database) {
        Ok(Kind::Ours) if is_sound => Ok(Some(database)),
        Ok(Kind::Empty) => schema::in_memory().map(Some),
        _ => Ok(None),
    }
}

pub(super) fn of_photo(photo: &[u8]) -> rusqlite::Result<Connection> {
    let mut database = Connection::open_in_memory()?;
    database.deserialize_read_exact(MAIN_DB, photo, photo.len(), false)?;
    Ok(database)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two stores of one process write the same changes.
    #[test]
    fn a_change_that_came_meanwhile_is_not_forgotten() {
        let mut unkept = Unkept::default();
        let change = || -> Change { Arc::new(|_| Ok(())) };
        unkept.add(change());
        let written = unkept.changes();
        let last = written[0].0;
        unkept.forget(last);
        unkept.add(change());
        unkept.forget(last);
        assert!(!unkept.is_empty());
    }
}
