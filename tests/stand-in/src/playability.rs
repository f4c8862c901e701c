//! What a player is told of a video that it may not play.

use serde_json::{Value, json};

use crate::obstacle::Obstacle;

/// The `playabilityStatus` of an obstacle. None for one that says nothing of the video.
///
/// The texts are YouTube's, as yt-dlp's issues and its source quote them.
pub(crate) fn status(obstacle: Obstacle) -> Option<Value> {
    Some(match obstacle {
        Obstacle::BotCheck | Obstacle::CookiesRotated => message(
            "LOGIN_REQUIRED",
            "Sign in to confirm you’re not a bot",
            "This helps protect our community. Learn more",
        ),
        Obstacle::Captcha => json!({
            "status": "UNPLAYABLE",
            "reason": "Confirm you’re not a robot",
            "errorScreen": { "playerCaptchaViewModel": { "captchaUrl": "https://www.youtube.com/captcha" } },
        }),
        Obstacle::RateLimit => message("UNPLAYABLE", "This content isn't available, try again later.", ""),
        Obstacle::Private => {
            message("LOGIN_REQUIRED", "Private video", "Sign in if you've been granted access to this video")
        }
        Obstacle::AgeRestricted => {
            let mut status = message(
                "LOGIN_REQUIRED",
                "Sign in to confirm your age",
                "This video may be inappropriate for some users.",
            );
            status["desktopLegacyAgeGateReason"] = 1.into();
            status
        }
        Obstacle::AgeVerification => message("AGE_VERIFICATION_REQUIRED", "Verify your age to continue", ""),
        Obstacle::MembersOnly => message(
            "UNPLAYABLE",
            "Join this channel to get access to members-only content like this video, and other exclusive perks.",
            "",
        ),
        Obstacle::PremiumOnly => {
            message("UNPLAYABLE", "This video is only available to Music Premium members", "")
        }
        Obstacle::GeoBlocked => message(
            "UNPLAYABLE",
            "Video unavailable",
            "The uploader has not made this video available in your country",
        ),
        Obstacle::NetworkRestricted => message(
            "ERROR",
            "Video unavailable",
            "This video is restricted. Please check the Google Workspace administrator and/or the network administrator restrictions",
        ),
        Obstacle::ReloadPage => message("UNPLAYABLE", "The page needs to be reloaded.", ""),
        Obstacle::NotOnThisApp => message(
            "ERROR",
            "The following content is not available on this app.",
            "Watch on the latest version of YouTube.",
        ),
        Obstacle::Removed => {
            message("ERROR", "Video unavailable", "This video has been removed by the uploader")
        }
        Obstacle::LoginRequired => message("LOGIN_REQUIRED", "Please sign in", ""),
        Obstacle::Upcoming => json!({
            "status": "LIVE_STREAM_OFFLINE",
            "reason": "This live event will begin in 2 hours.",
            "playableInEmbed": true,
        }),
        Obstacle::TooManyRequests
        | Obstacle::ServerError
        | Obstacle::MediaServerError
        | Obstacle::ApiRefused
        | Obstacle::SabrOnly
        | Obstacle::OnlyImages
        | Obstacle::Drm
        | Obstacle::NChallenge
        | Obstacle::Live
        | Obstacle::PostLive
        | Obstacle::Consent
        | Obstacle::OtherVideo => return None,
    })
}

fn message(status: &str, reason: &str, subreason: &str) -> Value {
    json!({
        "status": status,
        "reason": reason,
        "errorScreen": { "playerErrorMessageRenderer": {
            "reason": { "simpleText": reason },
            "subreason": { "simpleText": subreason },
        } },
    })
}
