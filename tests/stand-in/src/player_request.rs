use serde::Deserialize;
use serde_json::{Value, json};

use crate::labels::Labels;
use crate::scenario::Scenario;
use crate::step::RequestKind;

/// What the body of `POST /youtubei/v1/player` says, or the `playerRequest` in that of the requests around it.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct PlayerRequest {
    video_id: Option<String>,
    cpn: Option<String>,
    context: Context,
    service_integrity_dimensions: ServiceIntegrityDimensions,
}

/// What the bodies of get_watch and reel_item_watch say: the context stands at top level.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WithPlayerRequest {
    #[serde(default)]
    context: Context,
    player_request: PlayerRequest,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Context {
    client: Client,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Client {
    visitor_data: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct ServiceIntegrityDimensions {
    po_token: Option<String>,
}

impl PlayerRequest {
    pub(crate) fn read(kind: RequestKind, body: &[u8]) -> serde_json::Result<Self> {
        if kind == RequestKind::Player {
            return serde_json::from_slice(body);
        }
        let WithPlayerRequest { context, player_request } = serde_json::from_slice(body)?;
        Ok(Self { context, ..player_request })
    }

    pub(crate) fn labels(&self) -> Labels {
        Labels {
            video_id: self.video_id.clone(),
            cpn: self.cpn.clone(),
            po_token: self.service_integrity_dimensions.po_token.clone(),
        }
    }

    /// The answer, in the shape of the real one as far as a page or a downloader looks before it asks for media.
    pub(crate) fn answer(&self, kind: RequestKind, scenario: &Scenario) -> Value {
        let visitor_data = self.context.client.visitor_data.as_deref().unwrap_or_default();
        let video_id = self.video_id.as_deref().unwrap_or_default();
        let player_response = player_response(scenario, video_id, visitor_data);
        match kind {
            RequestKind::GetWatch => {
                json!([{ "playerResponse": player_response }, { "watchNextResponse": {} }])
            }
            RequestKind::ReelItemWatch => json!({ "playerResponse": player_response }),
            _ => player_response,
        }
    }
}

/// What the player is told of a video: in the page after a full load, else in the answer to its request.
pub(crate) fn player_response(scenario: &Scenario, video_id: &str, visitor_data: &str) -> Value {
    let Some(video) = scenario.video(video_id) else {
        return json!({
            "responseContext": { "visitorData": visitor_data },
            "playabilityStatus": { "status": "ERROR", "reason": "Video unavailable" },
        });
    };
    json!({
        "responseContext": { "visitorData": visitor_data },
        "playabilityStatus": { "status": "OK", "playableInEmbed": true, "contextParams": "Q0FFU0FnZ0I=" },
        "videoDetails": {
            "videoId": video.id,
            "title": video.title,
            "lengthSeconds": video.seconds.to_string(),
            "channelId": "UC0000000000000000000000",
            "isOwnerViewing": false,
            "shortDescription": "A video of a rehearsal: there is nothing to see.",
            "isCrawlable": true,
            "thumbnail": { "thumbnails": [] },
            "allowRatings": true,
            "viewCount": "0",
            "author": "The stand-in",
            "isPrivate": false,
            "isUnpluggedCorpus": false,
            "isLiveContent": false,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = r#"{"videoId":"dQw4w9WgXcQ","context":{"client":{"clientName":"WEB","visitorData":"Cgt"}},
        "cpn":"AAAAAAAAAAAAAAAA","serviceIntegrityDimensions":{"poToken":"MlN5"}}"#;

    fn read(kind: RequestKind, body: &str) -> serde_json::Result<PlayerRequest> {
        PlayerRequest::read(kind, body.as_bytes())
    }

    #[test]
    fn video_playback_and_token_are_found_in_a_body_and_in_one_that_holds_it() {
        let around = format!(r#"{{"context":{{"client":{{"visitorData":"Cgu"}}}},"playerRequest":{BODY}}}"#);
        for (kind, body) in [
            (RequestKind::Player, BODY),
            (RequestKind::GetWatch, &around),
            (RequestKind::ReelItemWatch, &around),
        ] {
            let labels = read(kind, body).unwrap().labels();
            assert_eq!(labels.video_id.as_deref(), Some("dQw4w9WgXcQ"));
            assert_eq!(labels.cpn.as_deref(), Some("AAAAAAAAAAAAAAAA"));
            assert_eq!(labels.po_token.as_deref(), Some("MlN5"));
        }
        let scenario = Scenario::named("watch").unwrap();
        let answer = read(RequestKind::GetWatch, &around).unwrap().answer(RequestKind::GetWatch, &scenario);
        assert_eq!(answer[0]["playerResponse"]["responseContext"]["visitorData"], "Cgu");
    }

    #[test]
    fn a_body_without_a_token_has_none() {
        for body in [r#"{"videoId":"dQw4w9WgXcQ","serviceIntegrityDimensions":{}}"#, "{}"] {
            assert_eq!(read(RequestKind::Player, body).unwrap().labels().po_token, None);
        }
        assert!(read(RequestKind::Player, "[object ReadableStream]").is_err());
        assert!(read(RequestKind::GetWatch, BODY).is_err());
    }

    #[test]
    fn the_answer_is_ok_for_a_known_video_and_an_error_for_another() {
        let scenario = Scenario::named("watch").unwrap();
        let id = &scenario.videos[1].id;
        let answer = player_response(&scenario, id, "Cgt");
        assert_eq!(answer["playabilityStatus"]["status"], "OK");
        assert_eq!(answer["videoDetails"]["videoId"], **id);
        assert_eq!(player_response(&scenario, "dQw4w9WgXcQ", "Cgt")["playabilityStatus"]["status"], "ERROR");
    }
}
