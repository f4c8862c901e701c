//! A download from its place in the queue to its end.

use super::job::DownloadJob;
use super::queue;
use super::stop::StopReason;
use crate::error::Error;
use potbridge_protocol::download::{DownloadProgress, DownloadState};
use potbridge_protocol::{Code, Download, VideoId};

impl DownloadJob<'_> {
    /// Runs it to its end, and says how it ended.
    ///
    /// # Errors
    /// Its first record cannot be written. Whatever goes wrong later is in the record.
    pub fn run(mut self) -> Result<Download, Error> {
        self.reporter.report().map_err(|source| Error::DownloadIo {
            what: format!("the list of downloads in {} cannot be kept", self.dirs.state.display()),
            source,
        })?;
        // Held to the end, so that the next download's first report comes after this one's last.
        let queue_lock = self.wait_for(|job| queue::lock(&job.records, job.id(), job.config.concurrent));
        let ended = queue_lock.as_ref().map_or_else(|stop| Err(stop.clone()), |_| self.fetch_all());
        self.change(|download| {
            download.progress = DownloadProgress { speed: None, eta: None, ..download.progress };
            match ended {
                Ok(()) => {
                    download.state = DownloadState::Done;
                    download.progress.permille = Some(1000);
                }
                Err(StopReason::Cancelled) => download.state = DownloadState::Cancelled,
                Err(StopReason::Failed(why)) => {
                    (download.state, download.error) = (DownloadState::Failed, Some(why));
                }
            }
        });
        self.reporter.settle();
        drop(queue_lock);
        let download = self.reporter.download().clone();
        match &download.error {
            Some(why) => log::warn!("download {} failed: {}: {}", download.id, why.code, why.message),
            None => log::info!("download {} ended: {:?}", download.id, download.state),
        }
        Ok(download)
    }

    fn fetch_all(&mut self) -> Result<(), StopReason> {
        match (self.request.list_id.clone(), self.request.video_id.clone()) {
            (Some(list_id), _) => self.fetch_playlist(&list_id),
            (None, Some(video_id)) => self.fetch_one(&video_id),
            (None, None) => {
                let message = "Neither a video nor a playlist was named.";
                Err(StopReason::failed(Code::NothingToDownload, message))
            }
        }
    }

    /// Fetches a video, and tells its file.
    pub(super) fn fetch_one(&mut self, video_id: &VideoId) -> Result<(), StopReason> {
        self.fetch_video(video_id)?;
        if let Some(file) = &self.reporter.download().file {
            (self.on_file)(file);
        }
        Ok(())
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
