//! Files of the store that this process has opened besides SQLite.
//!
//! They stay open. Closing a file lets go all of its process's locks of it (fcntl), and so those of SQLite.

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::sync::{Mutex, PoisonError};

type Kept = HashMap<(u64, u64), File>;

static KEPT: Mutex<Option<Kept>> = Mutex::new(None);

/// Does something with the file of this identity, which is opened if it is not.
pub(super) fn with<T>(
    identity: (u64, u64),
    open: impl FnOnce() -> io::Result<File>,
    act: impl FnOnce(&File) -> io::Result<T>,
) -> io::Result<T> {
    use std::collections::hash_map::Entry;
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    match kept.get_or_insert_default().entry(identity) {
        Entry::Occupied(kept) => act(kept.get()),
        Entry::Vacant(none) => act(none.insert(open()?)),
    }
}
