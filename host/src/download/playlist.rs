//! Every video of a playlist, one after the other: each needs a token of its own.

use super::job::DownloadJob;
use super::stop::StopReason;
use crate::yt_dlp::options::Options;
use crate::yt_dlp::output::Line;
use potbridge_protocol::download::{DownloadProgress, DownloadState};
use potbridge_protocol::youtube::{MUSIC_HOST, watch_page};
use potbridge_protocol::{Code, ListId, Problem, VideoId};

impl DownloadJob<'_> {
    /// Fetches every video of a playlist.
    ///
    /// # Errors
    /// No video could be fetched, somebody cancelled the download, or the failure of one concerns all.
    pub(super) fn fetch_playlist(&mut self, list_id: &ListId) -> Result<(), StopReason> {
        let videos = self.videos_of(list_id)?;
        let count = u32::try_from(videos.len()).unwrap_or(u32::MAX);
        let mut first_failure = None;
        for (video_id, title) in videos {
            self.change(|download| {
                download.video_id = Some(video_id.clone());
                download.title = title;
                download.progress = DownloadProgress::default();
                if let Some(list) = &mut download.list {
                    list.videos = count;
                }
            });
            self.requests_made = 0;
            let ended = self.fetch_video(&video_id);
            let done = ended.is_ok();
            match ended {
                Err(StopReason::Cancelled) => return Err(StopReason::Cancelled),
                Err(StopReason::Failed(why)) if why.code.concerns_all_videos() => {
                    return Err(StopReason::Failed(why));
                }
                Err(StopReason::Failed(why)) => {
                    first_failure.get_or_insert(why);
                }
                Ok(()) => {}
            }
            self.change(|download| {
                if let Some(list) = &mut download.list {
                    *(if done { &mut list.done } else { &mut list.failed }) += 1;
                }
            });
        }
        let Some(why) = first_failure else { return Ok(()) };
        let failed = self.reporter.download().list.as_ref().map_or(0, |list| list.failed);
        if failed == count {
            return Err(StopReason::Failed(why));
        }
        self.change(|download| {
            let message =
                format!("{failed} of {count} videos could not be downloaded. The first: {}", why.message);
            download.notices.push(Problem { code: Code::SomeFailed, message, hint: why.hint });
        });
        Ok(())
    }

    /// Asks yt-dlp for the videos of a playlist, each with its title.
    fn videos_of(&mut self, list_id: &ListId) -> Result<Vec<(VideoId, Option<String>)>, StopReason> {
        self.change(|download| download.state = DownloadState::Starting);
        let page = playlist_page(list_id, self.request.video_id.as_ref(), self.request.music);
        let cookies = self.cookie_file();
        let options = Options::of_list(&page, cookies.as_deref(), &self.config.extra_options);
        let mut videos = Vec::new();
        self.run_yt_dlp(options, |_, line| {
            if let Line::Entry { video_id, title } = line {
                videos.push((video_id, title));
            }
        })?
        .map_err(|failure| StopReason::Failed(failure.problem(None)))?;
        if videos.is_empty() {
            let message = format!("The playlist {list_id} has no videos that can be seen.");
            return Err(StopReason::failed(Code::NothingToDownload, message));
        }
        Ok(videos)
    }
}

/// The address of a playlist's page.
///
/// A mix (`RD…`) has no page of its own. Its address is that of the video it begins with.
fn playlist_page(list_id: &ListId, video_id: Option<&VideoId>, music: bool) -> String {
    match video_id {
        Some(video_id) if list_id.as_str().starts_with("RD") => {
            format!("{}&list={list_id}", watch_page(video_id, music))
        }
        _ => {
            let host = if music { MUSIC_HOST } else { "www.youtube.com" };
            format!("https://{host}/playlist?list={list_id}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_playlist_has_a_page_and_a_mix_the_page_of_its_video() {
        let page = |list: &str, video: Option<&str>, music| {
            let video = video.map(|id| VideoId::new(id).unwrap());
            playlist_page(&ListId::new(list).unwrap(), video.as_ref(), music)
        };
        const LIST: &str = "PLrAXtmErZgOeiKm4sgNOknGvNjby9efdf";
        let plain = format!("https://www.youtube.com/playlist?list={LIST}");
        assert_eq!(page(LIST, None, false), plain);
        assert_eq!(page(LIST, Some("dQw4w9WgXcQ"), false), plain);
        assert_eq!(page(LIST, None, true), format!("https://music.youtube.com/playlist?list={LIST}"));
        assert_eq!(
            page("RDAMVMdQw4w9WgXcQ", Some("dQw4w9WgXcQ"), true),
            "https://music.youtube.com/watch?v=dQw4w9WgXcQ&list=RDAMVMdQw4w9WgXcQ"
        );
    }
}
