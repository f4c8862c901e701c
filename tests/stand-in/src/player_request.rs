use std::io::{self, Read};

use flate2::read::MultiGzDecoder;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::received::BodyEncoding;
use crate::scenario::Scenario;

const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The most that a gzip body may become: far above any player's.
const INFLATED_LIMIT: u64 = 64 << 20;

/// What the body of `POST /youtubei/v1/player` says.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct PlayerRequest {
    pub(crate) video_id: Option<String>,
    context: Context,
    service_integrity_dimensions: ServiceIntegrityDimensions,
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
    pub(crate) fn read(body: &[u8]) -> serde_json::Result<Self> {
        serde_json::from_slice(body)
    }

    /// The token: top level, `serviceIntegrityDimensions.poToken`.
    pub(crate) fn po_token(&self) -> Option<&str> {
        self.service_integrity_dimensions.po_token.as_deref()
    }

    /// The answer, in the shape of the real one as far as a page or a downloader looks before it asks for media.
    pub(crate) fn answer(&self, scenario: &Scenario) -> Value {
        let visitor_data = self.context.client.visitor_data.as_deref().unwrap_or_default();
        player_response(scenario, self.video_id.as_deref().unwrap_or_default(), visitor_data)
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

/// The body as it was before it was compressed, if it was.
pub(crate) fn plain(body: &[u8]) -> io::Result<(Vec<u8>, BodyEncoding)> {
    if !body.starts_with(&GZIP) {
        return Ok((body.to_vec(), BodyEncoding::Plain));
    }
    let mut inflated = Vec::new();
    MultiGzDecoder::new(body).take(INFLATED_LIMIT).read_to_end(&mut inflated)?;
    Ok((inflated, BodyEncoding::Gzip))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    const BODY: &str = r#"{"videoId":"dQw4w9WgXcQ","context":{"client":{"clientName":"WEB","visitorData":"Cgt"}},
        "cpn":"AAAAAAAAAAAAAAAA","serviceIntegrityDimensions":{"poToken":"MlN5"}}"#;

    #[test]
    fn video_and_token_are_found_in_a_body() {
        let request = PlayerRequest::read(BODY.as_bytes()).unwrap();
        assert_eq!(request.video_id.as_deref(), Some("dQw4w9WgXcQ"));
        assert_eq!(request.po_token(), Some("MlN5"));
    }

    #[test]
    fn a_body_without_a_token_has_none() {
        for body in [r#"{"videoId":"dQw4w9WgXcQ","serviceIntegrityDimensions":{}}"#, "{}"] {
            assert_eq!(PlayerRequest::read(body.as_bytes()).unwrap().po_token(), None);
        }
        assert!(PlayerRequest::read(b"[object ReadableStream]").is_err());
    }

    #[test]
    fn a_gzip_body_is_read_as_what_it_was() {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(BODY.as_bytes()).unwrap();
        let gzip = encoder.finish().unwrap();
        assert_eq!(plain(&gzip).unwrap(), (BODY.as_bytes().to_vec(), BodyEncoding::Gzip));
        assert_eq!(plain(BODY.as_bytes()).unwrap(), (BODY.as_bytes().to_vec(), BodyEncoding::Plain));
        assert!(plain(&gzip[..20]).is_err());
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
