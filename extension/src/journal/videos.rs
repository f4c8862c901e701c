//! Which video each playback plays, as far as it was told.

use super::token::Playback;
use potbridge_protocol::lifetime::EXPIRES_MS;
use potbridge_protocol::{Certainty, VideoId};
use std::collections::VecDeque;

/// The most playbacks whose video is remembered. Beyond it, the oldest is forgotten.
pub(super) const MAX_PLAYBACKS: usize = 500;

/// The videos of the playbacks, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Videos(VecDeque<Told>);

/// Which video a playback plays.
#[derive(Debug)]
pub(super) struct Told {
    /// The name of its entry.
    pub(super) id: String,
    pub(super) playback: Playback,
    pub(super) video_id: VideoId,
    pub(super) certainty: Certainty,
    /// When it was told: milliseconds since 1970.
    pub(super) at: u64,
}

impl Videos {
    pub(super) fn of(&self, playback: &Playback) -> Option<&Told> {
        self.0.iter().find(|told| told.playback == *playback)
    }

    /// Remembers the video of a playback. What is known more surely is not replaced, nor one page's word by another.
    pub(super) fn remember(&mut self, told: Told) -> bool {
        let is_outdone = |known: &Told| {
            known.certainty > told.certainty
                || (known.certainty == told.certainty && told.certainty < Certainty::Certain)
        };
        if self.of(&told.playback).is_some_and(is_outdone) {
            return false;
        }
        // No token that it could name is accepted any more.
        self.0
            .retain(|known| known.playback != told.playback && known.at.saturating_add(EXPIRES_MS) > told.at);
        if self.0.len() >= MAX_PLAYBACKS {
            self.0.pop_front();
        }
        self.0.push_back(told);
        true
    }

    pub(super) fn forget(&mut self, id: &str) {
        self.0.retain(|told| told.id != id);
    }

    pub(super) fn forget_private(&mut self) {
        self.0.retain(|told| !told.playback.private);
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}
