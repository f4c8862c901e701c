use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::audio_track::AudioTrack;
use crate::format::Format;
use crate::obstacle::Obstacle;
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
    /// So many tokens of a video, the first ones that downloaders show, expire when they are shown
    pub refuse_first_tokens: usize,
    /// Whether a token is refused after its video's player has shown another one; YouTube accepts both
    pub only_newest_token: bool,
    /// Whether captions need a token: the experiment `exp=xpe` in their URL
    pub captions_need_token: bool,
    /// The languages of the captions, as YouTube writes them in `vssId` (`en`, or `a.en` for those that a program made), and
    /// what a request for them gets
    pub captions: BTreeMap<String, CaptionsAnswer>,
    /// The title, if it is not the scenario's
    pub title: Option<String>,
    /// The formats by their numbers; the usual ones are MPEG-4
    pub formats: Vec<u32>,
    /// The tracks of formats that are sound alone; without any there is one that is not named
    pub audio_tracks: Vec<AudioTrack>,
    /// Whether media come in the segments of HLS, not as whole formats
    pub hls: bool,
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
            refuse_first_tokens: 0,
            only_newest_token: false,
            captions_need_token: true,
            captions: BTreeMap::from([("en".to_owned(), CaptionsAnswer::Given)]),
            title: None,
            formats: Format::USUAL.to_vec(),
            audio_tracks: Vec::new(),
            hls: false,
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

/// What a request for captions gets, if its token is right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CaptionsAnswer {
    /// The captions
    #[default]
    Given,
    /// HTTP 403
    Forbidden,
    /// HTTP 404
    NotFound,
    /// HTTP 429
    TooMany,
    /// HTTP 500
    Failing,
    /// HTTP 503
    Trouble,
    /// Nothing, with HTTP 200
    Empty,
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
        self.obstacle.or_else(of_client).filter(|obstacle| !(logged_in && obstacle.is_of_strangers()))
    }

    /// What makes no sense in these rules, in words.
    pub(crate) fn problem(&self) -> Option<String> {
        let problem = if self.media_bytes < LEAST_MEDIA_BYTES {
            "media_bytes is below 1000000: the pictures alone take more"
        } else if self.bytes_per_second == Some(0) {
            "bytes_per_second is 0: nothing would ever come"
        } else if self.formats.iter().any(|itag| Format::of(*itag).is_none()) {
            "formats has a number that the stand-in does not have"
        } else {
            return None;
        };
        Some(format!("[download]: {problem}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scenario_can_say_every_rule() {
        let rules: DownloadRules = toml::from_str(
            r#"
            only_with_token = true
            refusal = { late = { seconds = 60, bytes = 1048576 } }
            refuse_first_tokens = 3
            formats = [18, 251]
            title = ".NET"
            audio_tracks = [{ language = "en", original = true, default = false }]
            [offers]
            mweb = "sabr"
            tv_samsung = { refused = "bot-check" }
            [captions]
            en = "given"
            "a.de" = "too-many"
            "#,
        )
        .unwrap();
        assert_eq!(rules.offer(PlayerClient::Mweb, false), Offer::Sabr);
        assert_eq!(rules.offer(PlayerClient::TvSamsung, false), Offer::Refused(Obstacle::BotCheck));
        assert_eq!(rules.offer(PlayerClient::Visionos, false), Offer::Nothing);
        assert_eq!(rules.refusal, Refusal::Late { seconds: 60, bytes: 1 << 20 });
        assert_eq!(rules.captions["a.de"], CaptionsAnswer::TooMany);
        assert_eq!(rules.problem(), None);
        let unknown = DownloadRules { formats: vec![9], ..rules };
        assert!(unknown.problem().unwrap().contains("does not have"));
    }
}
