use serde_json::{Value, json};

use crate::broadcast;
use crate::conduct::{Conduct, Hindrance};
use crate::format::FORMATS;
use crate::grants::Grant;
use crate::scenario::Video;
use crate::session::Session;

/// The `n` parameter of media URLs before the player's script has turned it into the right one.
pub(crate) const UNSOLVED_N: &str = "Xq3vTn8WbLr0kYdE";

/// A plausible length of time for which a media URL is good, in seconds.
pub(crate) const GOOD_FOR: u64 = 21_600;

/// The channel of all videos.
pub(crate) const CHANNEL: &str = "The stand-in";
pub(crate) const CHANNEL_ID: &str = "UCpotbridgeStandIn_00000";

/// Who asks, as far as it decides what media are offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asker {
    /// www and embeds: media by SABR alone
    Sabr,
    /// The mobile site and the music site: media by URL
    Urls(&'static str),
    /// An app or a television, for which a token of a browser's is not good: no media
    Unfit,
}

impl Asker {
    /// By `context.client.clientName`.
    pub(crate) fn of(client_name: &str) -> Self {
        match client_name {
            "MWEB" => Self::Urls("MWEB"),
            "WEB_REMIX" => Self::Urls("WEB_REMIX"),
            "" | "WEB" | "WEB_EMBEDDED_PLAYER" => Self::Sabr,
            _ => Self::Unfit,
        }
    }
}

/// What the player is told of a video: in the page after a full load, else in the answer to its request.
pub(crate) struct PlayerResponse<'a> {
    /// None for a video that the scenario has not
    pub(crate) video: Option<&'a Video>,
    pub(crate) visitor_data: &'a str,
    pub(crate) session: &'a Session,
    pub(crate) conduct: &'a Conduct,
    pub(crate) asker: Asker,
    /// The id and what it stands for, where the asker is given URLs
    pub(crate) grant: Option<(&'a str, &'a Grant)>,
    /// Seconds since 1970
    pub(crate) now: u64,
}

impl PlayerResponse<'_> {
    /// The answer, in the shape of the real one as far as a page or a downloader looks before it asks for media.
    pub(crate) fn json(&self) -> Value {
        let Some(video) = self.video else {
            return json!({
                "responseContext": { "visitorData": self.visitor_data },
                "playabilityStatus": { "status": "ERROR", "reason": "Video unavailable" },
            });
        };
        let hindrance = self.hindrance();
        let live = hindrance == Some(Hindrance::Live);
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
                "shortDescription": "A video of a rehearsal: there is nothing to see.",
                "isCrawlable": true,
                "thumbnail": { "thumbnails": [] },
                "allowRatings": true,
                "viewCount": "0",
                "author": CHANNEL,
                "isPrivate": hindrance == Some(Hindrance::Private),
                "isUnpluggedCorpus": false,
                "isLiveContent": live,
            },
            "microformat": { "playerMicroformatRenderer": {
                "ownerChannelName": CHANNEL,
                "ownerProfileUrl": "http://www.youtube.com/@the-stand-in",
                "externalChannelId": CHANNEL_ID,
                "lengthSeconds": video.seconds.to_string(),
                "isFamilySafe": hindrance != Some(Hindrance::AgeRestricted),
                "isUnlisted": false,
                "category": "Film & Animation",
                "publishDate": "2026-03-14T09:26:53-07:00",
                "uploadDate": "2026-03-14T09:26:53-07:00",
            } },
        });
        if live {
            answer["videoDetails"]["isLive"] = true.into();
        }
        if let Some(status) = hindrance.and_then(status) {
            answer["playabilityStatus"] = status;
            return answer;
        }
        if self.asker != Asker::Unfit {
            answer["storyboards"] = storyboards(video);
            answer["captions"] = self.captions(video);
            if hindrance != Some(Hindrance::OnlyImages) {
                answer["streamingData"] = self.streaming_data(video);
            }
        }
        answer
    }

    /// What stands in this asker's way. Who is logged in is no bot.
    fn hindrance(&self) -> Option<Hindrance> {
        let hindrance = self.conduct.hindrance?;
        let of_strangers = matches!(hindrance, Hindrance::BotCheck | Hindrance::Captcha);
        (!(of_strangers && self.session.account.is_some())).then_some(hindrance)
    }

    fn streaming_data(&self, video: &Video) -> Value {
        let hindrance = self.hindrance();
        let live = hindrance == Some(Hindrance::Live);
        let drm = hindrance == Some(Hindrance::Drm);
        let urls = self.grant.filter(|_| hindrance != Some(Hindrance::SabrOnly));
        let entries = |whole: bool| -> Vec<Value> {
            let formats = FORMATS.iter().filter(|format| format.is_whole() == whole);
            formats
                .map(|format| {
                    let mut entry = format.entry(video.seconds, self.conduct.media_bytes);
                    if let Some((id, grant)) = urls {
                        entry["url"] = media_url(id, grant, format.itag, format.mime_type, self.now).into();
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
            Some((id, _)) if live => data["hlsManifestUrl"] = broadcast::manifest_url(id).into(),
            Some(_) => data["formats"] = entries(true).into(),
            // Opaque here: nothing asks it but players, which make their own.
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
        let experiment = if self.conduct.captions_need_token { "&exp=xpe" } else { "" };
        let visitor = self.session.visitor_id.as_deref().unwrap_or_default();
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
            "translationLanguages": [{ "languageCode": "de", "languageName": { "runs": [{ "text": "German" }] } }],
            "defaultAudioTrackIndex": 0,
        } })
    }
}

/// The refusals that YouTube puts into words (the texts that yt-dlp's issues and its source quote).
fn status(hindrance: Hindrance) -> Option<Value> {
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
    Some(match hindrance {
        Hindrance::BotCheck => message(
            "LOGIN_REQUIRED",
            "Sign in to confirm you’re not a bot",
            "This helps protect our community. Learn more",
        ),
        Hindrance::Captcha => json!({
            "status": "UNPLAYABLE",
            "reason": "Confirm you’re not a robot",
            "errorScreen": { "playerCaptchaViewModel": { "captchaUrl": "https://www.youtube.com/captcha" } },
        }),
        Hindrance::RateLimit => message("UNPLAYABLE", "This content isn't available, try again later.", ""),
        Hindrance::Private => {
            message("LOGIN_REQUIRED", "Private video", "Sign in if you've been granted access to this video")
        }
        Hindrance::AgeRestricted => {
            let mut status = message(
                "LOGIN_REQUIRED",
                "Sign in to confirm your age",
                "This video may be inappropriate for some users.",
            );
            status["desktopLegacyAgeGateReason"] = 1.into();
            status
        }
        Hindrance::MembersOnly => message(
            "UNPLAYABLE",
            "Join this channel to get access to members-only content like this video, and other exclusive perks.",
            "",
        ),
        Hindrance::TooManyRequests
        | Hindrance::SabrOnly
        | Hindrance::OnlyImages
        | Hindrance::Drm
        | Hindrance::NChallenge
        | Hindrance::Live => return None,
    })
}

fn media_url(id: &str, grant: &Grant, itag: u32, mime_type: &str, now: u64) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs([
        ("expire", (now + GOOD_FOR).to_string().as_str()),
        ("ip", "203.0.113.7"),
        ("id", id),
        ("itag", &itag.to_string()),
        ("source", "youtube"),
        ("requiressl", "yes"),
        ("mime", mime_type),
        ("c", grant.client),
        ("sparams", "expire,ip,id,itag,source,requiressl,mime"),
        ("sig", "AJfQdSswRQIhAN"),
    ]);
    if let Some(n) = grant.n {
        query.append_pair("n", n);
    }
    format!("https://rr{}---sn-standin.googlevideo.com/videoplayback?{}", itag % 4 + 1, query.finish())
}

/// Where the small pictures of a video are, as the player finds them: sizes and counts after a pattern of URLs.
fn storyboards(video: &Video) -> Value {
    let spec = format!(
        "https://i.ytimg.com/sb/{}/storyboard3_L$L/$N.jpg?sqp=rehearsal|48#27#100#10#10#0#default#rs$AOn4CL|80#45#{}#10#10#2000#M$M#rs$AOn4CL",
        video.id,
        video.seconds.div_ceil(2),
    );
    json!({ "playerStoryboardSpecRenderer": { "spec": spec, "recommendedLevel": 1 } })
}
