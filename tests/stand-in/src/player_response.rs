use serde_json::{Value, json};

use crate::captions;
use crate::download_rules::DownloadRules;
use crate::issued_urls::IssuedUrl;
use crate::obstacle::Obstacle;
use crate::playability;
use crate::player_client::{Offer, PlayerClient};
use crate::scenario::Video;
use crate::streaming_data::StreamingData;
use crate::visitor::Visitor;

/// The `n` parameter of media URLs before the player's script transforms it.
pub(crate) const UNSOLVED_N: &str = "Xq3vTn8WbLr0kYdE";

/// A plausible lifetime of a media URL, in seconds.
pub(crate) const GOOD_FOR: u64 = 21_600;

/// What a player sends back with its requests by SABR. It is opaque.
const USTREAMER_CONFIG: &str = "Q0FFU0FnZ0JTdGFuZEluVVM=";

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
        let post_live = obstacle == Some(Obstacle::PostLive);
        let upcoming = obstacle == Some(Obstacle::Upcoming);
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
                "isLiveContent": live || post_live || upcoming,
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
        for (name, is) in [("isLive", live), ("isPostLiveDvr", post_live), ("isUpcoming", upcoming)] {
            if is {
                answer["videoDetails"][name] = true.into();
            }
        }
        if post_live {
            answer["microformat"]["playerMicroformatRenderer"]["liveBroadcastDetails"] = json!({
                "isLiveNow": false,
                "startTimestamp": "2026-03-14T09:00:00+00:00",
                "endTimestamp": "2026-03-14T10:00:00+00:00",
            });
        }
        if let Some(status) = obstacle.and_then(playability::status) {
            answer["playabilityStatus"] = status;
            return answer;
        }
        if self.offer != Offer::Nothing {
            answer["storyboards"] = storyboards(video);
            answer["captions"] =
                captions::tracklist(self.rules, self.client, &video.id, self.visitor, self.now);
            if obstacle != Some(Obstacle::OnlyImages) {
                let Self { rules, url, now, .. } = *self;
                let seconds = video.seconds;
                answer["playerConfig"] = json!({ "mediaCommonConfig": { "mediaUstreamerRequestConfig":
                    { "videoPlaybackUstreamerConfig": USTREAMER_CONFIG } } });
                answer["streamingData"] = StreamingData { seconds, rules, obstacle, url, now }.json();
            }
        }
        answer
    }
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
