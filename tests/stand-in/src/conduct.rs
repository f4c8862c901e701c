use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

/// The least that the largest format may have: below it the pictures would not fit.
const LEAST_MEDIA_BYTES: u64 = 1_000_000;

/// How the site treats a downloader: a scenario's `[download]`, which
/// [`StandIn::set`](crate::StandIn::set) replaces while it runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Conduct {
    /// What stands in the way of every download
    pub hindrance: Option<Hindrance>,
    /// How fast media come, for each connection; when absent, as fast as they can
    pub bytes_per_second: Option<u64>,
    /// Connections that break off
    pub cut: Option<Cut>,
    /// Once so many bytes of a video were served, the token that fetched them is expired; another one then serves the
    /// rest. Once for each video.
    pub refuse_token_after: Option<u64>,
    /// Whether a token is refused once its video's player has shown another one. YouTube itself lets both live.
    pub only_newest_token: bool,
    /// Whether captions need a token: the experiment `exp=xpe` in their URL
    pub captions_need_token: bool,
    /// The size of the largest format, 137, in bytes; the others have a fixed part of it. At least a million.
    pub media_bytes: u64,
}

impl Default for Conduct {
    fn default() -> Self {
        Self {
            hindrance: None,
            bytes_per_second: None,
            cut: None,
            refuse_token_after: None,
            only_newest_token: false,
            captions_need_token: true,
            media_bytes: 1_600_000,
        }
    }
}

/// Connections that break off in the midst of a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cut {
    /// How many bytes one answer gives before its connection breaks off
    pub after_bytes: u64,
    /// How many connections break off; those after them hold
    pub times: u32,
}

/// What can stand in the way of a download, though the token may be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hindrance {
    /// "Sign in to confirm you’re not a bot", for everybody who is not logged in
    BotCheck,
    /// A captcha, for everybody who is not logged in
    Captcha,
    /// The session has asked too often: the player's answer says "try again later"
    RateLimit,
    /// The address has asked too often: HTTP 429 to all that a downloader asks
    TooManyRequests,
    /// No client is given media URLs: the formats are for SABR
    SabrOnly,
    /// No client is given formats at all: what is left are storyboards
    OnlyImages,
    /// A private video
    Private,
    /// A video for adults
    AgeRestricted,
    /// A video for a channel's members
    MembersOnly,
    /// All formats are encrypted
    Drm,
    /// The media URLs have an `n` parameter, which only the player's own script can turn into the right one: without that
    /// the media server refuses
    NChallenge,
    /// A broadcast that goes on
    Live,
}

impl Conduct {
    /// What makes no sense in it, in words.
    pub(crate) fn fault(&self) -> Option<String> {
        let fault = if self.media_bytes < LEAST_MEDIA_BYTES {
            "media_bytes is below 1000000: the pictures alone take more"
        } else if self.bytes_per_second == Some(0) {
            "bytes_per_second is 0: nothing would ever come"
        } else {
            return None;
        };
        Some(format!("[download]: {fault}"))
    }
}

/// The conduct of the moment, towards all videos and towards single ones, and what it has used up.
#[derive(Debug, Default)]
pub(crate) struct Conducts {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    all: Conduct,
    of_video: HashMap<String, Conduct>,
    cuts_made: u32,
    /// How many bytes of a video were served towards `refuse_token_after`; none once it has struck
    served: HashMap<String, Option<u64>>,
}

impl Conducts {
    pub(crate) fn new(all: Conduct) -> Self {
        Self { state: Mutex::new(State { all, ..State::default() }) }
    }

    /// Replaces it for all videos, with everything used up forgotten.
    pub(crate) fn set(&self, all: Conduct) {
        *self.lock() = State { all, ..State::default() };
    }

    pub(crate) fn set_for(&self, video_id: &str, conduct: Conduct) {
        let mut state = self.lock();
        state.served.remove(video_id);
        state.of_video.insert(video_id.to_owned(), conduct);
    }

    pub(crate) fn of(&self, video_id: &str) -> Conduct {
        let state = self.lock();
        state.of_video.get(video_id).unwrap_or(&state.all).clone()
    }

    /// Towards requests that name no video.
    pub(crate) fn of_all(&self) -> Conduct {
        self.lock().all.clone()
    }

    /// Whether one more connection is to break off, which is then counted.
    pub(crate) fn take_cut(&self, cut: Cut) -> bool {
        let mut state = self.lock();
        let due = state.cuts_made < cut.times;
        state.cuts_made += u32::from(due);
        due
    }

    /// Counts bytes of a video: whether with them the token is due to be refused.
    pub(crate) fn serve(&self, video_id: &str, bytes: u64, refuse_after: u64) -> bool {
        let mut state = self.lock();
        let served = state.served.entry(video_id.to_owned()).or_insert(Some(0));
        let Some(count) = served else { return false };
        *count += bytes;
        if *count < refuse_after {
            return false;
        }
        *served = None;
        true
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_video_can_be_treated_otherwise_than_the_rest() {
        let conducts = Conducts::default();
        let private = Conduct { hindrance: Some(Hindrance::Private), ..Conduct::default() };
        conducts.set_for("a", private.clone());
        assert_eq!(conducts.of("a"), private);
        assert_eq!(conducts.of("b"), Conduct::default());
        conducts.set(Conduct::default());
        assert_eq!(conducts.of("a"), Conduct::default());
    }

    #[test]
    fn a_token_is_due_to_be_refused_once_for_each_video() {
        let conducts = Conducts::default();
        let due: Vec<bool> = (0..4).map(|_| conducts.serve("a", 50, 100)).collect();
        assert_eq!(due, [false, true, false, false]);
        assert!(conducts.serve("b", 100, 100));
    }

    #[test]
    fn as_many_connections_are_cut_as_were_asked_for() {
        let conducts = Conducts::default();
        let cut = Cut { after_bytes: 1, times: 2 };
        let cuts: Vec<bool> = (0..4).map(|_| conducts.take_cut(cut)).collect();
        assert_eq!(cuts, [true, true, false, false]);
    }
}
