use axum::http::StatusCode;
use serde::{Deserialize, Serialize};

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
    /// HTTP 503 to pages and to the player's requests
    ServerError,
    /// HTTP 503 to requests for media
    MediaServerError,
    /// The address is refused: HTTP 403 to the player's requests, while pages are shown
    ApiRefused,
    /// The cookies of an account were rotated: its login is taken away with the first answer, and strangers are taken for bots
    CookiesRotated,
    /// No client is given media URLs: the formats are for SABR
    SabrOnly,
    /// No client is given formats at all: what is left are storyboards
    OnlyImages,
    /// A private video
    Private,
    /// A video for adults
    AgeRestricted,
    /// A video for adults who have shown their passport
    AgeVerification,
    /// A video for a channel's members
    MembersOnly,
    /// A video for those who pay for the music site
    PremiumOnly,
    /// A video for another country
    GeoBlocked,
    /// The network's administrator has restricted the video
    NetworkRestricted,
    /// "The page needs to be reloaded."
    ReloadPage,
    /// "The following content is not available on this app."
    NotOnThisApp,
    /// A video that its owner has removed
    Removed,
    /// Somebody has to log in first
    LoginRequired,
    /// All formats are encrypted
    Drm,
    /// The media URLs have an `n` parameter that has to be transformed by the player's own script; not those of apps, which
    /// have no script
    NChallenge,
    /// A live stream
    Live,
    /// A live stream that has just ended: YouTube still prepares it, and its segments are gone
    PostLive,
    /// A live stream that will begin
    Upcoming,
    /// The watch page leads a browser to another site of YouTube's, which asks for consent
    Consent,
    /// The watch page leads a browser to that of the scenario's first video
    OtherVideo,
}

/// What is asked of YouTube.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// A page
    Page,
    /// An answer of `InnerTube`'s
    Api,
    /// Media
    Media,
}

impl Obstacle {
    /// The HTTP status that a downloader gets instead of an answer.
    pub(crate) fn status(self, asked: Asked) -> Option<StatusCode> {
        match (self, asked) {
            (Self::TooManyRequests, _) => Some(StatusCode::TOO_MANY_REQUESTS),
            (Self::ServerError, Asked::Page | Asked::Api) | (Self::MediaServerError, Asked::Media) => {
                Some(StatusCode::SERVICE_UNAVAILABLE)
            }
            (Self::ApiRefused, Asked::Api) => Some(StatusCode::FORBIDDEN),
            _ => None,
        }
    }

    /// Whether it is a check that somebody logged in passes.
    pub(crate) fn is_of_strangers(self) -> bool {
        matches!(self, Self::BotCheck | Self::Captcha)
    }
}
