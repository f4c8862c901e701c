use serde::{Deserialize, Serialize};

use crate::obstacle::Obstacle;

/// A client of YouTube's as yt-dlp tells them apart, by its names (yt-dlp 2026.10.26, `_base.py`, `INNERTUBE_CLIENTS`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlayerClient {
    /// www, also as `web_safari`
    Web,
    /// A player in somebody else's page
    WebEmbedded,
    /// The music site
    WebMusic,
    /// Studio, for an account only
    WebCreator,
    /// The mobile site
    Mweb,
    /// A television
    Tv,
    /// An older television
    TvDowngraded,
    /// A television of Samsung's
    TvSamsung,
    /// A television with little memory
    TvSimply,
    /// Apple's headset
    Visionos,
    /// Android
    Android,
    /// Android on a headset
    AndroidVr,
    /// iPhone
    Ios,
}

/// What a client is given of a video.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Offer {
    /// Media by URL, without a token
    Urls,
    /// Media by URL, with a browser's token
    UrlsWithToken,
    /// Media by URL, with the proof of an app: no token of a browser's is right
    UrlsWithAttestation,
    /// Formats without a URL, for SABR
    Sabr,
    /// No formats, no captions
    Nothing,
    /// The message of this obstacle, which other clients do not meet
    Refused(Obstacle),
}

impl PlayerClient {
    /// By `clientName`, `clientVersion` and `deviceMake` in `context.client`. An unknown one is taken for www.
    pub(crate) fn of(name: &str, version: &str, device_make: &str) -> Self {
        match name {
            "WEB_EMBEDDED_PLAYER" => Self::WebEmbedded,
            "WEB_REMIX" => Self::WebMusic,
            "WEB_CREATOR" => Self::WebCreator,
            "MWEB" => Self::Mweb,
            "TVHTML5" if device_make == "Samsung" => Self::TvSamsung,
            "TVHTML5" if version.starts_with("5.") => Self::TvDowngraded,
            "TVHTML5" => Self::Tv,
            "TVHTML5_SIMPLY" => Self::TvSimply,
            "VISIONOS" => Self::Visionos,
            "ANDROID" => Self::Android,
            "ANDROID_VR" => Self::AndroidVr,
            "IOS" => Self::Ios,
            _ => Self::Web,
        }
    }

    /// YouTube's name, which media URLs bear in `c`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Web => "WEB",
            Self::WebEmbedded => "WEB_EMBEDDED_PLAYER",
            Self::WebMusic => "WEB_REMIX",
            Self::WebCreator => "WEB_CREATOR",
            Self::Mweb => "MWEB",
            Self::Tv | Self::TvDowngraded | Self::TvSamsung => "TVHTML5",
            Self::TvSimply => "TVHTML5_SIMPLY",
            Self::Visionos => "VISIONOS",
            Self::Android => "ANDROID",
            Self::AndroidVr => "ANDROID_VR",
            Self::Ios => "IOS",
        }
    }

    /// Whether its media URLs have an `n` that the player's script transforms (`REQUIRE_JS_PLAYER` of yt-dlp).
    pub(crate) fn solves_challenges(self) -> bool {
        !matches!(self, Self::Visionos | Self::Android | Self::AndroidVr | Self::Ios)
    }

    /// What YouTube gives it in autumn 2026.
    ///
    /// By yt-dlp 2026.10.26: its default clients (`_video.py`, `_DEFAULT_CLIENTS`), its policies of tokens, and its comments
    /// on `android_vr`, `web_creator` and `tv_downgraded`.
    pub(crate) fn usual_offer(self, logged_in: bool) -> Offer {
        match self {
            Self::WebCreator | Self::TvDowngraded if !logged_in => Offer::Refused(Obstacle::LoginRequired),
            Self::WebEmbedded if !logged_in => Offer::Sabr,
            Self::Web => Offer::Sabr,
            Self::WebMusic | Self::WebCreator | Self::Mweb | Self::TvSimply => Offer::UrlsWithToken,
            Self::WebEmbedded | Self::Tv | Self::TvDowngraded | Self::TvSamsung | Self::Visionos => {
                Offer::Urls
            }
            Self::Android | Self::AndroidVr | Self::Ios => Offer::UrlsWithAttestation,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_television_is_told_apart_by_its_maker_and_version() {
        for (name, version, make, client) in [
            ("TVHTML5", "7.20260707.07.00", "", PlayerClient::Tv),
            ("TVHTML5", "5.20260707", "", PlayerClient::TvDowngraded),
            ("TVHTML5", "5.20260707", "Samsung", PlayerClient::TvSamsung),
            ("TVHTML5_SIMPLY", "1.0", "", PlayerClient::TvSimply),
            ("VISIONOS", "1.02", "Apple", PlayerClient::Visionos),
            ("WEB", "2.20260708.00.00", "", PlayerClient::Web),
            ("", "", "", PlayerClient::Web),
        ] {
            assert_eq!(PlayerClient::of(name, version, make), client, "{name} {version}");
            assert!(name.is_empty() || client.name() == name);
        }
    }
}
