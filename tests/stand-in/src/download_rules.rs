use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::player_client::{Offer, PlayerClient};
use crate::visitor::Visitor;

/// The smallest size of the largest format. Its pictures need about as much.
const LEAST_MEDIA_BYTES: u64 = 1_000_000;

/// How the site treats a downloader.
///
/// A scenario sets it in `[download]`. [`StandIn::set_rules`](crate::StandIn::set_rules) replaces it at run time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DownloadRules {
    /// What prevents every download
    pub obstacle: Option<Obstacle>,
    /// What clients are given, if it is not the usual ([`PlayerClient`])
    pub offers: BTreeMap<PlayerClient, Offer>,
    /// Whether no client is given media that need no token, unless `offers` names it
    pub only_with_token: bool,
    /// The speed of media for each connection; unlimited if absent
    pub bytes_per_second: Option<u64>,
    /// Connections that break off
    pub cut: Option<Cut>,
    /// How a downloader without the right token is refused
    pub refusal: Refusal,
    /// After so many bytes of a video its token expires, once for each video; another token gets the rest
    pub refuse_token_after: Option<u64>,
    /// Whether a token is refused after its video's player has shown another one; YouTube accepts both
    pub only_newest_token: bool,
    /// Whether captions need a token: the experiment `exp=xpe` in their URL
    pub captions_need_token: bool,
    /// The size of the largest format, 137, in bytes, at least a million; the others have a fixed part of it
    pub media_bytes: u64,
}

impl Default for DownloadRules {
    fn default() -> Self {
        Self {
            obstacle: None,
            offers: BTreeMap::new(),
            only_with_token: false,
            bytes_per_second: None,
            cut: None,
            refusal: Refusal::default(),
            refuse_token_after: None,
            only_newest_token: false,
            captions_need_token: true,
            media_bytes: 1_600_000,
        }
    }
}

/// How media are refused to a downloader that shows no token, or a wrong or expired one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Refusal {
    /// HTTP 403 to every request
    AtOnce,
    /// The beginning is served; then the connection breaks off, and HTTP 403 follows
    Late {
        /// So many seconds of a format are served
        seconds: u32,
        /// But not more than so many bytes of it
        bytes: u64,
    },
    /// An answer without a byte
    Empty,
}

impl Default for Refusal {
    /// As reports of 2026 tell: a minute, or 6 MiB.
    fn default() -> Self {
        Self::Late { seconds: 60, bytes: 6 << 20 }
    }
}

/// Connections that break off in the middle of a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cut {
    /// The number of bytes of an answer before its connection breaks off
    pub after_bytes: u64,
    /// The number of connections that break off
    pub times: u32,
}

/// What can prevent a download even if the token is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Obstacle {
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
    /// Somebody has to log in first
    LoginRequired,
    /// All formats are encrypted
    Drm,
    /// The media URLs have an `n` parameter that has to be transformed by the player's own script; not those of apps, which
    /// have no script
    NChallenge,
    /// A live stream
    Live,
    /// The watch page leads a browser to another site of YouTube's, which asks for consent
    Consent,
    /// The watch page leads a browser to that of the scenario's first video
    OtherVideo,
}

impl DownloadRules {
    /// Rules by which nothing is loaded without a token: every client that needs none gets no media.
    #[must_use]
    pub fn only_with_token() -> Self {
        Self { only_with_token: true, ..Self::default() }
    }

    /// These rules with another offer for a client.
    #[must_use]
    pub fn offering(mut self, client: PlayerClient, offer: Offer) -> Self {
        self.offers.insert(client, offer);
        self
    }

    /// What a client is given.
    pub(crate) fn offer(&self, client: PlayerClient, logged_in: bool) -> Offer {
        let usual = || match client.usual_offer(logged_in) {
            Offer::Urls if self.only_with_token => Offer::Nothing,
            usual => usual,
        };
        self.offers.get(&client).copied().unwrap_or_else(usual)
    }

    /// What prevents the download for a client and a visitor. A login passes the checks of strangers.
    pub(crate) fn obstacle_of(&self, client: PlayerClient, visitor: &Visitor) -> Option<Obstacle> {
        let logged_in = visitor.account.is_some();
        let of_client = || match self.offer(client, logged_in) {
            Offer::Refused(obstacle) => Some(obstacle),
            _ => None,
        };
        let of_strangers = |obstacle: &Obstacle| matches!(obstacle, Obstacle::BotCheck | Obstacle::Captcha);
        self.obstacle.or_else(of_client).filter(|obstacle| !(logged_in && of_strangers(obstacle)))
    }

    /// What makes no sense in these rules, in words.
    pub(crate) fn problem(&self) -> Option<String> {
        let problem = if self.media_bytes < LEAST_MEDIA_BYTES {
            "media_bytes is below 1000000: the pictures alone take more"
        } else if self.bytes_per_second == Some(0) {
            "bytes_per_second is 0: nothing would ever come"
        } else {
            return None;
        };
        Some(format!("[download]: {problem}"))
    }
}

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
    fn the_wanted_number_of_connections_is_cut() {
        let rules = ActiveRules::default();
        let cut = Cut { after_bytes: 1, times: 2 };
        let cuts: Vec<bool> = (0..4).map(|_| rules.take_cut(cut)).collect();
        assert_eq!(cuts, [true, true, false, false]);
    }
}
