//! The queue: at most as many downloads at once as the configuration says, and one of a video.
//!
//! The others wait. The one that was asked for first begins first.

use super::records::{Record, Records};
use potbridge_protocol::download::DownloadState;
use potbridge_protocol::{DownloadId, VideoId};
use potbridge_system::file_lock::FileLock;
use std::io;

/// Takes one of the places for downloads that run. Gives `None` if none is free, or another download waits longer.
pub(super) fn lock(records: &Records, id: &DownloadId, places: usize) -> io::Result<Option<FileLock>> {
    let waits = |record: &Record| record.download.state == DownloadState::Queued;
    // The records come newest first.
    let first = records.all()?.into_iter().rfind(waits).map(|record| record.download.id);
    if first.is_some_and(|first| first != *id) {
        return Ok(None);
    }
    for number in 0..places.max(1) {
        if let Some(lock) = records.lock_place(number)? {
            return Ok(Some(lock));
        }
    }
    Ok(None)
}

/// Locks a video: two yt-dlps would write into the same files. Gives `None` if another download has it.
pub(super) fn lock_video(records: &Records, video_id: &VideoId) -> io::Result<Option<FileLock>> {
    records.lock_video(video_id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::download::records::tests::{record, records};

    #[test]
    fn the_download_that_waits_longest_gets_the_free_place() {
        let folder = tempfile::tempdir().unwrap();
        let records = records(folder.path());
        let ids = ["1", "2", "3"].map(|id| DownloadId::new(id).unwrap());
        // A waiting download has a process, or it counts as interrupted.
        let _live = ids.each_ref().map(|id| records.lock(id).unwrap().unwrap());
        let state = |at: usize, state| {
            records.write(&record(ids[at].as_str(), state, 10 + u64::try_from(at).unwrap())).unwrap();
        };
        (0..3).for_each(|at| state(at, DownloadState::Queued));
        let places = 1;
        assert!(lock(&records, &ids[1], places).unwrap().is_none(), "the first one waits longer");
        let first = lock(&records, &ids[0], places).unwrap().unwrap();
        state(0, DownloadState::Downloading);
        assert!(lock(&records, &ids[1], places).unwrap().is_none(), "no place is free");
        assert!(lock(&records, &ids[1], places + 1).unwrap().is_some());
        drop(first);
        assert!(lock(&records, &ids[2], places).unwrap().is_none(), "the second one waits longer");
        assert!(lock(&records, &ids[1], places).unwrap().is_some());
    }

    #[test]
    fn a_video_is_downloaded_once_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let records = records(folder.path());
        let video = VideoId::new("dQw4w9WgXcQ").unwrap();
        let first = lock_video(&records, &video).unwrap().unwrap();
        assert!(lock_video(&records, &video).unwrap().is_none());
        assert!(lock_video(&records, &VideoId::new("AbC_d3fGh1-").unwrap()).unwrap().is_some());
        drop(first);
        assert!(lock_video(&records, &video).unwrap().is_some());
    }
}
