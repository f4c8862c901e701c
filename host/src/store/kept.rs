//! Files of the store that this process has opened besides SQLite.
//!
//! They stay open. Closing a file lets go all of its process's locks of it (fcntl), and so those of SQLite.

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::sync::{Mutex, MutexGuard, PoisonError};

type Kept = HashMap<(u64, u64), File>;

/// Opened to be read, and opened to be written.
static READ: Mutex<Option<Kept>> = Mutex::new(None);
static WRITTEN: Mutex<Option<Kept>> = Mutex::new(None);

fn kept(all: &'static Mutex<Option<Kept>>) -> MutexGuard<'static, Option<Kept>> {
    all.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps a file open that was opened to be written.
pub(super) fn keep(file: File) -> io::Result<()> {
    let found = file.metadata()?;
    let older = kept(&WRITTEN).get_or_insert_default().insert((found.dev(), found.ino()), file);
    // To close the older one would be the same.
    std::mem::forget(older);
    Ok(())
}

/// Does something with the file of this identity, which is opened if it is not.
pub(super) fn with<T>(
    identity: (u64, u64),
    open: impl FnOnce() -> io::Result<File>,
    act: impl FnOnce(&File) -> io::Result<T>,
) -> io::Result<T> {
    use std::collections::hash_map::Entry;
    let mut kept = kept(&READ);
    match kept.get_or_insert_default().entry(identity) {
        Entry::Occupied(kept) => act(kept.get()),
        Entry::Vacant(none) => act(none.insert(open()?)),
    }
}
