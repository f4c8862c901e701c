//! How often a video is opened for a new token, if the known ones will not do.
//!
//! A program whose token was refused asks for another one (`bypass_cache`), and asks again if that is refused too. What
//! refuses them is then seldom the token. yt-dlp's branch for SABR asks up to five times for one video, and once for each
//! response while its token is pending. A program that names the refused token cannot be given one that it had, so it need
//! not wait for the next minute.

use potbridge_protocol::VideoId;
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// How many openings of one video may begin within a time. The first limit is for programs that name no refused token.
const LIMITS: [(usize, Duration); 2] = [(1, JOINED), (3, KEPT)];

/// For how long whoever asks for the same video waits with those who asked before, instead of beginning another opening.
const JOINED: Duration = Duration::from_secs(60);

/// For how long an opening is remembered.
const KEPT: Duration = Duration::from_secs(600);

/// The most videos that are remembered. That of the oldest opening is forgotten first.
const MAX_VIDEOS: usize = 1000;

/// The openings for new tokens that were begun.
#[derive(Debug, Default)]
pub(super) struct Openings {
    /// Of each video, the oldest first. None is empty.
    begun: HashMap<VideoId, Vec<Instant>>,
}

/// Why no opening may begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooSoon {
    /// How long ago the last one began.
    pub last: Duration,
    /// How long it is until the next one may begin.
    pub next: Duration,
}

impl Openings {
    /// Begins an opening, if it may begin. `at_once` says that it is for a program that names the refused token.
    pub(super) fn begin(&mut self, video_id: &VideoId, at_once: bool, now: Instant) -> Result<(), TooSoon> {
        self.forget_old(now);
        let begun = self.begun.get(video_id).map_or(&[][..], Vec::as_slice);
        let wait = |(count, within): (usize, Duration)| {
            let oldest = *begun.get(begun.len().checked_sub(count)?)?;
            Some((oldest + within).saturating_duration_since(now)).filter(|wait| !wait.is_zero())
        };
        if let Some(next) = LIMITS.into_iter().skip(at_once.into()).filter_map(wait).max() {
            let last = begun.last().map_or(Duration::ZERO, |last| now.saturating_duration_since(*last));
            return Err(TooSoon { last, next });
        }
        if !self.begun.contains_key(video_id) && self.begun.len() >= MAX_VIDEOS {
            let oldest = self.begun.iter().min_by_key(|(_, begun)| begun.last().copied());
            if let Some(oldest) = oldest.map(|(video_id, _)| video_id.clone()) {
                self.begun.remove(&oldest);
            }
        }
        self.begun.entry(video_id.clone()).or_default().push(now);
        Ok(())
    }

    /// When the opening began that whoever asks now waits with. The caller knows whether somebody still waits for it.
    pub(super) fn joined(&self, video_id: &VideoId, now: Instant) -> Option<Instant> {
        let last = *self.begun.get(video_id)?.last()?;
        (now.saturating_duration_since(last) < JOINED).then_some(last)
    }

    /// Forgets the last opening of a video: the browser has opened nothing.
    pub(super) fn take_back(&mut self, video_id: &VideoId) {
        if let Some(begun) = self.begun.get_mut(video_id) {
            begun.pop();
        }
        self.begun.retain(|_, begun| !begun.is_empty());
    }

    fn forget_old(&mut self, now: Instant) {
        for begun in self.begun.values_mut() {
            begun.retain(|at| now.saturating_duration_since(*at) < KEPT);
        }
        self.begun.retain(|_, begun| !begun.is_empty());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn video(number: usize) -> VideoId {
        VideoId::new(&format!("video{number:06}")).unwrap()
    }

    /// Which of the seconds begin an opening, if somebody asks in each of them.
    fn begun(at_once: bool, seconds: impl Iterator<Item = u64>) -> Vec<u64> {
        let (mut openings, start) = (Openings::default(), Instant::now());
        let at = |second| start + Duration::from_secs(second);
        seconds.filter(|second| openings.begin(&video(0), at_once, at(*second)).is_ok()).collect()
    }

    #[test]
    fn a_video_is_opened_once_in_a_minute_and_thrice_in_ten() {
        assert_eq!(begun(false, 0..1400), [0, 60, 120, 600, 660, 720, 1200, 1260, 1320]);
        // A wait without asking does not add up.
        assert_eq!(begun(false, (0..3).chain(5000..5200)), [0, 5000, 5060, 5120]);
    }

    #[test]
    fn who_names_the_refused_token_need_not_wait_for_the_next_minute() {
        assert_eq!(begun(true, 0..1400), [0, 1, 2, 600, 601, 602, 1200, 1201, 1202]);
        let (mut openings, start) = (Openings::default(), Instant::now());
        let mut opens =
            |at_once, second| openings.begin(&video(0), at_once, start + Duration::from_secs(second)).is_ok();
        assert!(opens(true, 0) && opens(true, 0));
        // All share one count.
        assert!(
            !opens(false, 1) && opens(true, 1) && !opens(true, 2) && !opens(false, 599) && opens(false, 600)
        );
    }

    #[test]
    fn whoever_asks_too_soon_is_told_until_when() {
        let (mut openings, start) = (Openings::default(), Instant::now());
        let at = |second| start + Duration::from_secs(second);
        let too_soon =
            |last, next| Err(TooSoon { last: Duration::from_secs(last), next: Duration::from_secs(next) });
        assert_eq!(openings.begin(&video(0), false, at(0)), Ok(()));
        assert_eq!(openings.begin(&video(0), false, at(20)), too_soon(20, 40));
        assert_eq!(openings.begin(&video(0), false, at(100)), Ok(()));
        assert_eq!(openings.begin(&video(0), false, at(200)), Ok(()));
        assert_eq!(openings.begin(&video(0), false, at(230)), too_soon(30, 370));
        assert_eq!(openings.begin(&video(1), false, at(230)), Ok(()), "another video");
    }

    #[test]
    fn an_opening_is_joined_for_a_minute() {
        let (mut openings, start) = (Openings::default(), Instant::now());
        assert_eq!(openings.joined(&video(0), start), None);
        openings.begin(&video(0), false, start).unwrap();
        assert_eq!(openings.joined(&video(0), start + Duration::from_secs(59)), Some(start));
        assert_eq!(openings.joined(&video(0), start + JOINED), None);
    }

    #[test]
    fn what_was_taken_back_does_not_count() {
        let (mut openings, start) = (Openings::default(), Instant::now());
        openings.begin(&video(0), false, start).unwrap();
        openings.take_back(&video(0));
        openings.take_back(&video(0));
        assert_eq!(openings.begin(&video(0), false, start), Ok(()));
    }

    #[test]
    fn no_more_videos_are_remembered_than_fit() {
        let (mut openings, start) = (Openings::default(), Instant::now());
        for number in 0..=MAX_VIDEOS {
            let at = start + Duration::from_millis(u64::try_from(number).unwrap());
            openings.begin(&video(number), false, at).unwrap();
        }
        let now = start + Duration::from_secs(2);
        assert_eq!(openings.begun.len(), MAX_VIDEOS);
        assert_eq!(openings.begin(&video(0), false, now), Ok(()), "the oldest is forgotten");
        assert!(openings.begin(&video(MAX_VIDEOS), false, now).is_err());
        openings.forget_old(now + KEPT);
        assert!(openings.begun.is_empty());
    }
}
