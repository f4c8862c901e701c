use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::download_rules::{Cut, DownloadRules};

/// The rules in force, for all videos and for single ones, and what they have used up.
#[derive(Debug, Default)]
pub(crate) struct ActiveRules {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    all: DownloadRules,
    of_video: HashMap<String, DownloadRules>,
    cuts_made: u32,
    /// The bytes of a video that were served towards `refuse_token_after`; none after its token expired
    served: HashMap<String, Option<u64>>,
    /// The tokens of a video that were refused for `refuse_first_tokens`
    refused: HashMap<String, Vec<String>>,
    /// The bytes of a format that were served without the right token, by the `id` of its URL and its number
    served_in_vain: HashMap<(String, u32), u64>,
}

impl ActiveRules {
    pub(crate) fn new(all: DownloadRules) -> Self {
        Self { state: Mutex::new(State { all, ..State::default() }) }
    }

    /// Replaces the rules for all videos, and forgets what was used up.
    pub(crate) fn set(&self, all: DownloadRules) {
        *self.lock() = State { all, ..State::default() };
    }

    pub(crate) fn set_for(&self, video_id: &str, rules: DownloadRules) {
        let mut state = self.lock();
        state.served.remove(video_id);
        state.of_video.insert(video_id.to_owned(), rules);
    }

    pub(crate) fn of(&self, video_id: &str) -> DownloadRules {
        let state = self.lock();
        state.of_video.get(video_id).unwrap_or(&state.all).clone()
    }

    /// The rules for requests that name no video.
    pub(crate) fn of_all(&self) -> DownloadRules {
        self.lock().all.clone()
    }

    /// Whether one more connection has to break off. Counts it.
    pub(crate) fn take_cut(&self, cut: Cut) -> bool {
        let mut state = self.lock();
        let due = state.cuts_made < cut.times;
        state.cuts_made += u32::from(due);
        due
    }

    /// Counts bytes of a video. Returns whether its token has to expire now.
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

    /// Whether a token is one of the first of its video, which are refused.
    pub(crate) fn refuses(&self, video_id: &str, token: &str, first: usize) -> bool {
        let mut state = self.lock();
        let refused = state.refused.entry(video_id.to_owned()).or_default();
        let known = refused.iter().any(|known| known == token);
        if !known && refused.len() < first {
            refused.push(token.to_owned());
            return true;
        }
        known
    }

    /// The bytes of a format that were served without the right token, by the `id` of its URL and its number.
    pub(crate) fn served_in_vain(&self, id: &str, itag: u32) -> u64 {
        self.lock().served_in_vain.get(&(id.to_owned(), itag)).copied().unwrap_or_default()
    }

    /// Counts bytes that are served without the right token.
    pub(crate) fn serve_in_vain(&self, id: &str, itag: u32, bytes: u64) {
        *self.lock().served_in_vain.entry((id.to_owned(), itag)).or_default() += bytes;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::obstacle::Obstacle;

    #[test]
    fn a_video_can_have_rules_of_its_own() {
        let rules = ActiveRules::default();
        let private = DownloadRules { obstacle: Some(Obstacle::Private), ..DownloadRules::default() };
        rules.set_for("a", private.clone());
        assert_eq!(rules.of("a"), private);
        assert_eq!(rules.of("b"), DownloadRules::default());
        rules.set(DownloadRules::default());
        assert_eq!(rules.of("a"), DownloadRules::default());
    }

    #[test]
    fn a_token_expires_once_for_each_video() {
        let rules = ActiveRules::default();
        let due: Vec<bool> = (0..4).map(|_| rules.serve("a", 50, 100)).collect();
        assert_eq!(due, [false, true, false, false]);
        assert!(rules.serve("b", 100, 100));
    }

    #[test]
    fn the_first_tokens_of_a_video_are_refused() {
        let rules = ActiveRules::default();
        let refused: Vec<bool> =
            ["s", "t", "s", "u"].map(|token| rules.refuses("a", token, 2)).into_iter().collect();
        assert_eq!(refused, [true, true, true, false]);
        assert!(rules.refuses("b", "u", 1));
    }

    #[test]
    fn the_wanted_number_of_connections_is_cut() {
        let rules = ActiveRules::default();
        let cut = Cut { after_bytes: 1, times: 2 };
        let cuts: Vec<bool> = (0..4).map(|_| rules.take_cut(cut)).collect();
        assert_eq!(cuts, [true, true, false, false]);
    }
}
