//! Every video of a playlist, one after the other: each needs a token of its own.

use super::entries::{self, Entries};
use super::job::DownloadJob;
use super::stop::StopReason;
use crate::yt_dlp::options::Options;
use crate::yt_dlp::output::Line;
use potbridge_protocol::download::{DownloadProgress, DownloadState};
use potbridge_protocol::youtube::{MUSIC_HOST, watch_page};
use potbridge_protocol::{Code, ListId, Problem, VideoId};
use std::ops::ControlFlow;

impl DownloadJob<'_> {
    /// Fetches every video of a playlist.
    ///
    /// # Errors
    /// No video could be fetched, somebody cancelled the download, or the failure of one concerns all.
    pub(super) fn fetch_playlist(&mut self, list_id: &ListId) -> Result<(), StopReason> {
        let videos = self.videos_of(list_id)?;
        let count = u32::try_from(videos.len()).unwrap_or(u32::MAX);
        let mut first_failure = None;
        let mut newest_file = None;
        for (video_id, title) in videos {
            self.change(|download| {
                download.video_id = Some(video_id.clone());
                download.title = title;
                download.progress = DownloadProgress::default();
                if let Some(list) = &mut download.list {
                    list.videos = count;
                }
            });
            let ended = self.fetch_one(&video_id);
            let done = ended.is_ok();
            match ended {
                Ok(()) => newest_file.clone_from(&self.reporter.download().file),
                Err(why) => {
                    self.change(|download| download.file.clone_from(&newest_file));
                    match why {
                        StopReason::Failed(why) if !why.code.concerns_all_videos() => {
                            first_failure.get_or_insert(why);
                        }
                        why => return Err(why),
                    }
                }
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
        let most = entries::most(list_id);
        // One more tells whether the playlist goes on.
        let options = Options::of_list(&page, most + 1, cookies.as_deref(), &self.config.extra_options);
        let mut entries = Entries::new(most);
        self.run_yt_dlp(options, |_, line| match line {
            Line::Entry { video_id, title, is_gone } => entries.take(video_id, title, is_gone),
            _ => ControlFlow::Continue(()),
        })?
        .map_err(|failure| {
            let why = failure.problem(None);
            StopReason::Failed(match another_way(list_id, &page) {
                Some(hint) if !why.code.concerns_all_videos() => why.with_hint(hint),
                _ => why,
            })
        })?;
        let notices = entries.notices();
        if entries.videos.is_empty() {
            let skipped: String = notices.iter().map(|notice| format!(" {}", notice.message)).collect();
            let message = format!("The playlist {list_id} has no videos that can be seen.{skipped}");
            return Err(StopReason::failed(Code::NothingToDownload, message));
        }
        self.change(|download| download.notices.extend(notices));
        Ok(entries.videos)
    }
}

/// What to try if yt-dlp cannot list a playlist that has no page of its own.
fn another_way(list_id: &ListId, page: &str) -> Option<&'static str> {
    if list_id.as_str().starts_with(ListId::ALBUM) {
        Some(
            "Take the address that \"Share\" gives on the album's page, which names the album's playlist (list=OLAK5uy_…).",
        )
    } else if entries::is_mix(list_id) && page.contains("/playlist?") {
        Some(
            "Play the mix, and take the address of the page, which names a video of it too (watch?v=…&list=RD…).",
        )
    } else {
        None
    }
}

/// The address of a playlist's page.
///
/// A mix has no page of its own. Its address is that of the video it begins with.
fn playlist_page(list_id: &ListId, video_id: Option<&VideoId>, music: bool) -> String {
    let first = first_of_mix(list_id);
    match video_id.or(first.as_ref()) {
        Some(video_id) if list_id.as_str().starts_with("RD") => {
            format!("{}&list={list_id}", watch_page(video_id, music))
        }
        _ if list_id.as_str().starts_with(ListId::ALBUM) => format!("https://{MUSIC_HOST}/browse/{list_id}"),
        _ => {
            let host = if music { MUSIC_HOST } else { "www.youtube.com" };
            format!("https://{host}/playlist?list={list_id}")
        }
    }
}

/// The video that the name of a mix ends with: `RDID`, `RDMMID`, `RDAMVMID`.
fn first_of_mix(list_id: &ListId) -> Option<VideoId> {
    ["RDAMVM", "RDMM", "RD"].iter().find_map(|start| VideoId::new(list_id.as_str().strip_prefix(start)?).ok())
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
        for mix in ["RDdQw4w9WgXcQ", "RDMMdQw4w9WgXcQ", "RDAMVMdQw4w9WgXcQ"] {
            for (music, host) in [(false, "www"), (true, "music")] {
                let of_video = format!("https://{host}.youtube.com/watch?v=dQw4w9WgXcQ&list={mix}");
                assert_eq!(page(mix, None, music), of_video);
                let of_other = of_video.replace("v=dQw4w9WgXcQ", "v=AbC_d3fGh1-");
                assert_eq!(page(mix, Some("AbC_d3fGh1-"), music), of_other);
            }
        }
        // Mixes that do not say their video, and what only looks like one.
        for list in ["RDMM", "RDEM0123456789abcdefghij", "RDCLAK5uy_kmPRjHDECIcuVwnKsx2Ng7fyNgFKWNJFs"] {
            assert_eq!(page(list, None, false), format!("https://www.youtube.com/playlist?list={list}"));
        }
        let album = "https://music.youtube.com/browse/MPREb_gTAcphH99wE";
        assert_eq!(page("MPREb_gTAcphH99wE", None, false), album);
    }
}
