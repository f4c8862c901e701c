use serde_json::{Value, json};

use crate::captions;
use crate::download_rules::{DownloadRules, Obstacle};
use crate::format::FORMATS;
use crate::issued_urls::IssuedUrl;
use crate::live;
use crate::player_client::{Offer, PlayerClient};
use crate::scenario::Video;
use crate::visitor::Visitor;

/// The `n` parameter of media URLs before the player's script transforms it.
pub(crate) const UNSOLVED_N: &str = "Xq3vTn8WbLr0kYdE";

/// A plausible lifetime of a media URL, in seconds.
pub(crate) const GOOD_FOR: u64 = 21_600;

/// The channel of all videos.
pub(crate) const CHANNEL: &str = "The stand-in";
pub(crate) const CHANNEL_ID: &str = "UCpotbridgeStandIn_00000";

/// What the player is told of a video.
///
/// After a full load it stands in the page, otherwise in the answer to the player's request.
pub(crate) struct PlayerResponse<'a> {
    /// None for a video that the scenario does not have
    pub(crate) video: Option<&'a Video>,
    pub(crate) visitor_data: &'a str,
    pub(crate) visitor: &'a Visitor,
    pub(crate) rules: &'a DownloadRules,
    pub(crate) client: PlayerClient,
    pub(crate) offer: Offer,
    /// What prevents the download for this client and this visitor
    pub(crate) obstacle: Option<Obstacle>,
    /// The `id` parameter of media URLs and what it stands for, if the client gets any
    pub(crate) url: Option<(&'a str, &'a IssuedUrl)>,
    /// Seconds since 1970
    pub(crate) now: u64,
}

impl PlayerResponse<'_> {
    /// The answer, in the shape of the real one, with what pages and downloaders read before they ask for media.
    pub(crate) fn json(&self) -> Value {
        let Some(video) = self.video else {
            return json!({
                "responseContext": { "visitorData": self.visitor_data },
                "playabilityStatus": { "status": "ERROR", "reason": "Video unavailable" },
            });
        };
        let obstacle = self.obstacle;
        let live = obstacle == Some(Obstacle::Live);
        let mut answer = json!({
            "responseContext": { "visitorData": self.visitor_data },
            "playabilityStatus":
                { "status": "OK", "playableInEmbed": true, "contextParams": "Q0FFU0FnZ0I=" },
            "videoDetails": {
                "videoId": video.id,
                "title": video.title,
                "lengthSeconds": if live { "0".to_owned() } else { video.seconds.to_string() },
                "channelId": CHANNEL_ID,
                "isOwnerViewing": false,
                "shortDescription": "A video of the stand-in: there is nothing to see.",
                "isCrawlable": true,
                "thumbnail": { "thumbnails": [] },
                "allowRatings": true,
                "viewCount": "0",
                "author": CHANNEL,
                "isPrivate": obstacle == Some(Obstacle::Private),
                "isUnpluggedCorpus": false,
                "isLiveContent": live,
            },
            "microformat": { "playerMicroformatRenderer": {
                "ownerChannelName": CHANNEL,
                "ownerProfileUrl": "http://www.youtube.com/@the-stand-in",
                "externalChannelId": CHANNEL_ID,
                "lengthSeconds": video.seconds.to_string(),
                "isFamilySafe": obstacle != Some(Obstacle::AgeRestricted),
                "isUnlisted": false,
                "category": "Film & Animation",
                "publishDate": "2026-03-14T09:26:53-07:00",
                "uploadDate": "2026-03-14T09:26:53-07:00",
            } },
        });
        if live {
            answer["videoDetails"]["isLive"] = true.into();
        }
        if let Some(status) = obstacle.and_then(status) {
            answer["playabilityStatus"] = status;
            return answer;
        }
        if self.offer != Offer::Nothing {
            answer["storyboards"] = storyboards(video);
            answer["captions"] = self.captions(video);
            if obstacle != Some(Obstacle::OnlyImages) {
                answer["streamingData"] = self.streaming_data(video);
            }
        }
        answer
    }

    fn streaming_data(&self, video: &Video) -> Value {
        let obstacle = self.obstacle;
        let live = obstacle == Some(Obstacle::Live);
        let drm = obstacle == Some(Obstacle::Drm);
        let urls = self.url.filter(|_| obstacle != Some(Obstacle::SabrOnly));
        let entries = |whole: bool| -> Vec<Value> {
            let formats = FORMATS.iter().filter(|format| format.is_whole() == whole);
            formats
                .map(|format| {
                    let mut entry = format.entry(video.seconds, self.rules.media_bytes);
                    if let Some((id, url)) = urls {
                        entry["url"] = media_url(id, url, format.itag, format.mime_type, self.now).into();
                    }
                    if live {
                        entry["targetDurationSec"] = 5.into();
                        entry["maxDvrDurationSec"] = 14_400.into();
                    }
                    if drm {
                        entry["drmFamilies"] = json!(["WIDEVINE", "PLAYREADY"]);
                    }
                    entry
                })
                .collect()
        };
        let mut data = json!({
            "expiresInSeconds": GOOD_FOR.to_string(),
            "adaptiveFormats": entries(false),
        });
        match urls {
            Some((id, _)) if live => data["hlsManifestUrl"] = live::manifest_url(id).into(),
            Some(_) => data["formats"] = entries(true).into(),
            // Opaque: only players ask it, and they make their own.
            None => {
                let url = "https://rr1---sn-standin.googlevideo.com/videoplayback?sabr=1&source=youtube";
                data["serverAbrStreamingUrl"] = url.into();
            }
        }
        if drm {
            data["licenseInfos"] = json!([{ "drmFamily": "WIDEVINE", "url": "https://www.youtube.com/youtubei/v1/player/get_drm_license" }]);
        }
        data
    }

    fn captions(&self, video: &Video) -> Value {
        // Only sites have the experiment and the translations (yt-dlp 2026.10.26, `_video.py`).
        let of_site = matches!(self.client, PlayerClient::Web | PlayerClient::WebMusic | PlayerClient::Mweb);
        let experiment = if self.rules.captions_need_token && of_site { captions::NEEDS_TOKEN } else { "" };
        let visitor = self.visitor.visitor_id.as_deref().unwrap_or_default();
        let url = format!(
            "https://www.youtube.com/api/timedtext?v={}&ei={visitor}&caps=asr&ip=0.0.0.0&expire={}&sparams=ip,ipbits,expire,v,ei,caps&signature=0&key=yt8&lang=en{experiment}",
            video.id,
            self.now + GOOD_FOR,
        );
        json!({ "playerCaptionsTracklistRenderer": {
            "captionTracks": [{
                "baseUrl": url,
                "name": { "runs": [{ "text": "English" }] },
                "vssId": ".en",
                "languageCode": "en",
                "isTranslatable": true,
                "trackName": "",
            }],
            "audioTracks": [{ "captionTrackIndices": [0] }],
            "translationLanguages": if of_site { translations() } else { json!([]) },
            "defaultAudioTrackIndex": 0,
        } })
    }
}

/// The languages that captions can be translated into.
fn translations() -> Value {
    json!([{ "languageCode": "de", "languageName": { "runs": [{ "text": "German" }] } }])
}

/// The `playabilityStatus` of an obstacle.
///
/// The texts are YouTube's, as yt-dlp's issues and its source quote them.
fn status(obstacle: Obstacle) -> Option<Value> {
    let message = |status: &str, reason: &str, subreason: &str| {
        json!({
            "status": status,
            "reason": reason,
            "errorScreen": { "playerErrorMessageRenderer": {
                "reason": { "simpleText": reason },
                "subreason": { "simpleText": subreason },
            } },
        })
    };
    Some(match obstacle {
        Obstacle::BotCheck => message(
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
        Obstacle::MembersOnly => message(
            "UNPLAYABLE",
            "Join this channel to get access to members-only content like this video, and other exclusive perks.",
            "",
        ),
        Obstacle::LoginRequired => message("LOGIN_REQUIRED", "Please sign in", ""),
        Obstacle::TooManyRequests
        | Obstacle::SabrOnly
        | Obstacle::OnlyImages
        | Obstacle::Drm
        | Obstacle::NChallenge
        | Obstacle::Live
        | Obstacle::Consent
        | Obstacle::OtherVideo => return None,
    })
}

fn media_url(id: &str, url: &IssuedUrl, itag: u32, mime_type: &str, now: u64) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs([
        ("expire", (now + GOOD_FOR).to_string().as_str()),
        ("ip", "203.0.113.7"),
        ("id", id),
        ("itag", &itag.to_string()),
        ("source", "youtube"),
        ("requiressl", "yes"),
        ("mime", mime_type),
        ("c", url.client),
        ("sparams", "expire,ip,id,itag,source,requiressl,mime"),
        ("sig", "AJfQdSswRQIhAN"),
    ]);
    if let Some(n) = url.n {
        query.append_pair("n", n);
    }
    format!("https://rr{}---sn-standin.googlevideo.com/videoplayback?{}", itag % 4 + 1, query.finish())
}

/// Where the player finds the small pictures of a video: a pattern of URLs, then sizes and counts.
fn storyboards(video: &Video) -> Value {
    let spec = format!(
        "https://i.ytimg.com/sb/{}/storyboard3_L$L/$N.jpg?sqp=stand-in|48#27#100#10#10#0#default#rs$AOn4CL|80#45#{}#10#10#2000#M$M#rs$AOn4CL",
        video.id,
        video.seconds.div_ceil(2),
    );
    json!({ "playerStoryboardSpecRenderer": { "spec": spec, "recommendedLevel": 1 } })
}
