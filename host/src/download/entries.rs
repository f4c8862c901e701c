//! Which videos of a playlist are downloaded, as yt-dlp lists its entries.

use potbridge_protocol::{Code, ListId, Problem, VideoId};
use std::collections::HashSet;
use std::ops::ControlFlow;

/// How many entries of a mix are downloaded. YouTube adds to a mix for as long as somebody listens.
const OF_A_MIX: usize = 200;

/// How many entries of any other playlist are. YouTube shows no more of a channel's videos.
const OF_A_LIST: usize = 20_000;

/// How many entries of this playlist are downloaded.
pub(super) fn most(list_id: &ListId) -> usize {
    if is_mix(list_id) { OF_A_MIX } else { OF_A_LIST }
}

/// Whether YouTube makes the playlist while it is played. `RDCLAK5uy_…` are made by YouTube's editors, and have an end.
pub(super) fn is_mix(list_id: &ListId) -> bool {
    list_id.as_str().starts_with("RD") && !list_id.as_str().starts_with("RDCLAK5uy_")
}

/// The videos of a playlist that are to be downloaded: each once, and none that is not there.
pub(super) struct Entries {
    /// The videos with their titles, in the playlist's order.
    pub(super) videos: Vec<(VideoId, Option<String>)>,
    seen: HashSet<VideoId>,
    gone: usize,
    read: usize,
    most: usize,
}

impl Entries {
    pub(super) fn new(most: usize) -> Self {
        Self { videos: Vec::new(), seen: HashSet::new(), gone: 0, read: 0, most }
    }

    /// Takes the next entry, and says whether more are wanted.
    pub(super) fn take(
        &mut self,
        video_id: VideoId,
        title: Option<String>,
        is_gone: bool,
    ) -> ControlFlow<()> {
        self.read += 1;
        if self.read > self.most {
            return ControlFlow::Break(());
        }
        match (self.seen.insert(video_id.clone()), is_gone) {
            (true, true) => self.gone += 1,
            (true, false) => self.videos.push((video_id, title)),
            (false, _) => {}
        }
        ControlFlow::Continue(())
    }

    /// What the person should know before the downloads begin.
    pub(super) fn notices(&self) -> Vec<Problem> {
        let skipped = (self.gone > 0).then(|| {
            let (videos, are) = if self.gone == 1 { ("1 video", "is") } else { ("{} videos", "are") };
            let videos = videos.replace("{}", &self.gone.to_string());
            let message =
                format!("{videos} of the playlist {are} private, deleted or not published yet: skipped.");
            Problem::new(Code::EntriesSkipped, message)
        });
        let cut = (self.read > self.most).then(|| {
            let message =
                format!("The playlist goes on after {0} videos: the first {0} are downloaded.", self.most);
            Problem::new(Code::PlaylistCut, message)
        });
        skipped.into_iter().chain(cut).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: usize) -> VideoId {
        VideoId::new(&format!("{number:011}")).unwrap()
    }

    fn taken(most: usize, entries: &[(usize, bool)]) -> (usize, Vec<Code>) {
        let mut list = Entries::new(most);
        for &(number, is_gone) in entries {
            if list.take(id(number), None, is_gone).is_break() {
                break;
            }
        }
        (list.videos.len(), list.notices().iter().map(|notice| notice.code).collect())
    }

    #[test]
    fn each_video_is_taken_once_and_none_that_is_gone() {
        assert_eq!(taken(9, &[(1, false), (2, false), (1, false), (1, false)]), (2, vec![]));
        assert_eq!(
            taken(9, &[(1, false), (2, true), (2, true), (3, false)]),
            (2, vec![Code::EntriesSkipped])
        );
        let mut list = Entries::new(9);
        assert!(list.take(id(1), None, true).is_continue());
        assert!(list.notices()[0].message.starts_with("1 video of the playlist is "), "{:?}", list.notices());
        assert!(list.take(id(2), None, true).is_continue());
        assert!(
            list.notices()[0].message.starts_with("2 videos of the playlist are "),
            "{:?}",
            list.notices()
        );
    }

    #[test]
    fn a_playlist_that_goes_on_is_cut_and_says_so() {
        let entries: Vec<_> = (0..4).map(|number| (number, false)).collect();
        assert_eq!(taken(4, &entries), (4, vec![]));
        assert_eq!(taken(3, &entries), (3, vec![Code::PlaylistCut]));
        // Repeated videos do not make it longer.
        assert_eq!(taken(3, &[(1, false); 10]), (1, vec![Code::PlaylistCut]));
    }

    #[test]
    fn a_mix_is_cut_early() {
        let most = |id: &str| most(&ListId::new(id).unwrap());
        assert_eq!((most("RDdQw4w9WgXcQ"), most("RDAMVMdQw4w9WgXcQ")), (OF_A_MIX, OF_A_MIX));
        for id in ["PLrAXtmErZgOeiKm4sgNOknGvNjby9efdf", "RDCLAK5uy_kmPRjHDECIcuVwnKsx2Ng7fyNgFKWNJFs"] {
            assert_eq!(most(id), OF_A_LIST, "{id}");
        }
    }
}
