//! No more downloads at once than the configuration says; the others wait, the first one first.

use super::store::{self, Record, Store};
use potbridge_protocol::JobId;
use potbridge_protocol::download::State;
use std::fs::{File, TryLockError};
use std::io;

/// The right to download, for as long as it is held.
pub(super) struct Slot {
    _lock: File,
}

/// A slot, where one is free and nobody waits longer.
pub(super) fn slot(store: &Store, job: &JobId, concurrent: usize) -> io::Result<Option<Slot>> {
    let waiting = |record: &Record| record.download.state == State::Queued;
    // The records come newest first.
    let first = store.all().into_iter().rfind(waiting).map(|record| record.download.job);
    if first.is_some_and(|first| first != *job) {
        return Ok(None);
    }
    for number in 0..concurrent.max(1) {
        let lock = store::private(&store.slot(number))?;
        match lock.try_lock() {
            Ok(()) => return Ok(Some(Slot { _lock: lock })),
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    Ok(None)
}
