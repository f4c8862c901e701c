//! Which playbacks a page's media requests are of, and which video of the page each one plays.
//!
//! A page names only playbacks that no request has named. Its word is never more than probable.

use super::shown::Shown;
use super::token::Playback;
use potbridge_protocol::{Session, VideoId};
use std::collections::VecDeque;

/// The most playbacks that are remembered. Beyond it, the one that was silent for longest is forgotten.
const MAX_PLAYBACKS: usize = 200;

/// The last times at which the page was asked about a playback that are remembered.
const MAX_ASKED: usize = 4;

/// For how long a playback that is silent may still go on. Milliseconds: a player with a full buffer is silent for ten
/// seconds, and an address that says nothing new is looked at every ten.
const SENDS_MS: u64 = 30_000;

/// A playback that began during an advertisement may be the advertisement's. It may still send for this long after the
/// advertisement ended. Milliseconds.
const AFTER_AD_MS: u64 = 3000;

/// The playbacks of all pages. Times are milliseconds since 1970.
#[derive(Debug, Default)]
pub(super) struct Senders {
    playbacks: Vec<Sender>,
    /// When a page began to show an advertisement, by page. The last one counts.
    ads: VecDeque<(String, u64)>,
    /// When a page's player loaded its video again, by page. The last one counts.
    reloads: VecDeque<(String, u64)>,
}

/// A playback, and the page whose media requests are of it.
#[derive(Debug)]
struct Sender {
    page: String,
    playback: Playback,
    session: Session,
    first_at: u64,
    last_at: u64,
    /// The last times at which the page was asked.
    asked: VecDeque<u64>,
    /// How often it was asked.
    asks: u32,
}

/// A playback of which the page says the video.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NamedByPage {
    pub(super) playback: Playback,
    pub(super) session: Session,
    pub(super) video_id: VideoId,
    /// The time of the request that is named.
    pub(super) at: u64,
}

impl Senders {
    /// Hears of a media request. `is_named` says whether the video of its playback is known. Gives whether the page is to
    /// be asked what it shows.
    pub(super) fn hear(
        &mut self,
        page: &str,
        playback: Playback,
        session: &Session,
        at: u64,
        is_named: bool,
    ) -> bool {
        let sender = self.sender(page, playback, session, at);
        sender.last_at = at;
        let was_set_back = sender.asked.back().is_some_and(|last| *last > at);
        let asks = !is_named && (sender.next_ask() <= at || was_set_back);
        if asks {
            sender.asks = sender.asks.saturating_add(1);
            if sender.asked.len() >= MAX_ASKED {
                sender.asked.pop_front();
            }
            sender.asked.push_back(at);
        }
        asks
    }

    /// From when on the page is to be asked about a playback; `u64::MAX` if no page has sent for it.
    pub(super) fn next_ask(&self, playback: &Playback) -> u64 {
        let sender = self.playbacks.iter().find(|sender| sender.playback == *playback);
        sender.map_or(u64::MAX, Sender::next_ask)
    }

    /// The playback whose video a page says, which was asked at `asked_at`.
    ///
    /// `named` gives the video of a playback, if it is known.
    pub(super) fn named_by<'a>(
        &mut self,
        page: &str,
        shown: &Shown,
        asked_at: u64,
        named: impl Fn(&Playback) -> Option<&'a VideoId>,
    ) -> Option<NamedByPage> {
        if shown.ad {
            note(&mut self.ads, page, shown.since);
            return None;
        }
        let video_id = shown.video_id.as_ref()?;
        let ad_since = last_of(&self.ads, page);
        // A playback that a reload ended is not the one that goes on.
        let since = shown.since.max(last_of(&self.reloads, page).unwrap_or_default());
        let of_page = || self.playbacks.iter().filter(|sender| sender.page == page);
        let unnamed = || of_page().filter(|sender| named(&sender.playback).is_none());
        let (sender, at) = if let Some(cpn) = &shown.cpn {
            let sender = unnamed().find(|sender| sender.playback.cpn == *cpn)?;
            (sender, sender.last_at)
        } else {
            let candidates = unnamed().filter_map(|sender| {
                let at = sender.asked_while(shown, asked_at)?;
                let during_ad = ad_since.is_some_and(|ad| (ad..shown.since).contains(&sender.first_at));
                let too_early = during_ad && at < shown.since.saturating_add(AFTER_AD_MS);
                (!too_early && sender.still_sends(shown.since, asked_at)).then_some((sender, at))
            });
            let (sender, at) = candidates.min_by_key(|(sender, _)| sender.first_at)?;
            // One that began earlier and goes on may be the last video's, or this one's, fetched ahead.
            let goes_on = |other: &&Sender| other.still_sends(shown.since, asked_at);
            let mut going_on = unnamed().filter(goes_on);
            if going_on.any(|one| one.first_at < shown.since) && unnamed().filter(goes_on).count() > 1 {
                return None;
            }
            // Of what a page shows it plays one playback, also while that one is silent: another is fetched ahead.
            let played_it =
                |other: &Sender| named(&other.playback) == Some(video_id) && other.last_at >= since;
            if of_page().any(played_it) {
                return None;
            }
            (sender, at)
        };
        Some(NamedByPage {
            playback: sender.playback.clone(),
            session: sender.session.clone(),
            video_id: video_id.clone(),
            at,
        })
    }

    /// Forgets the playbacks that `keep` does not keep.
    pub(super) fn retain(&mut self, keep: impl Fn(&str, &Session) -> bool) {
        self.playbacks.retain(|sender| keep(&sender.page, &sender.session));
    }

    /// A page's player loads its video again: its next playback is of that video too.
    pub(super) fn reload(&mut self, page: &str, at: u64) {
        note(&mut self.reloads, page, at);
    }

    fn sender(&mut self, page: &str, playback: Playback, session: &Session, at: u64) -> &mut Sender {
        let known = self.playbacks.iter().position(|sender| sender.playback == playback);
        let index = match known {
            Some(index) if self.playbacks[index].page == page => index,
            _ => {
                if let Some(index) = known {
                    self.playbacks.remove(index);
                } else if self.playbacks.len() >= MAX_PLAYBACKS {
                    let silent = (0..MAX_PLAYBACKS).min_by_key(|index| self.playbacks[*index].last_at);
                    self.playbacks.remove(silent.unwrap_or_default());
                }
                self.playbacks.push(Sender {
                    page: page.to_owned(),
                    playback,
                    session: session.clone(),
                    first_at: at,
                    last_at: at,
                    asked: VecDeque::new(),
                    asks: 0,
                });
                self.playbacks.len() - 1
            }
        };
        &mut self.playbacks[index]
    }
}

/// Notes when something last happened to a page.
fn note(times: &mut VecDeque<(String, u64)>, page: &str, at: u64) {
    times.retain(|(of, _)| of != page);
    if times.len() >= MAX_PLAYBACKS {
        times.pop_front();
    }
    times.push_back((page.to_owned(), at));
}

fn last_of(times: &VecDeque<(String, u64)>, page: &str) -> Option<u64> {
    times.iter().find(|(of, _)| of == page).map(|(_, at)| *at)
}

impl Sender {
    fn next_ask(&self) -> u64 {
        let wait = match self.asks {
            0..20 => 500,
            20..40 => 2000,
            _ => 10_000,
        };
        self.asked.back().map_or(0, |last| last.saturating_add(wait))
    }

    /// Whether it has sent since then, and may go on.
    fn still_sends(&self, since: u64, now: u64) -> bool {
        self.last_at >= since && now.saturating_sub(self.last_at) < SENDS_MS
    }

    /// The last request about which the page was asked, of those that were made while it showed this.
    fn asked_while(&self, shown: &Shown, asked_at: u64) -> Option<u64> {
        let since = shown.since.max(shown.opened_at);
        self.asked.iter().rev().copied().find(|at| (since..=asked_at).contains(at))
    }
}

#[cfg(test)]
mod tests;
