//! No more downloads at once than the configuration says, and no more than one of a video; the others wait, the first
//! one first.

use super::records::{Record, Records};
use potbridge_protocol::download::DownloadState;
use potbridge_protocol::{DownloadId, VideoId};
use potbridge_system::dirs::open_private;
use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;

/// The right to download, or to download this video, for as long as it is held.
pub(super) struct Slot {
    _lock: File,
}

/// A slot, where one is free and nobody waits longer.
pub(super) fn slot(records: &Records, job: &DownloadId, concurrent: usize) -> io::Result<Option<Slot>> {
    let waiting = |record: &Record| record.download.state == DownloadState::Queued;
    // The records come newest first.
    let first = records.all().into_iter().rfind(waiting).map(|record| record.download.id);
    if first.is_some_and(|first| first != *job) {
        return Ok(None);
    }
    for number in 0..concurrent.max(1) {
        if let Some(slot) = held(&records.slot(number))? {
            return Ok(Some(slot));
        }
    }
    Ok(None)
}

/// The right to this video, where nobody else has it: two yt-dlps would write into the same files.
pub(super) fn video(records: &Records, video_id: &VideoId) -> io::Result<Option<Slot>> {
    held(&records.video(video_id))
}

fn held(path: &Path) -> io::Result<Option<Slot>> {
    let lock = open_private(path)?;
    match lock.try_lock() {
        Ok(()) => Ok(Some(Slot { _lock: lock })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}
