use serde::Deserialize;
use serde_json::{Value, json};

use crate::player_client::PlayerClient;
use crate::request_info::RequestInfo;
use crate::step::RequestKind;

/// The body of `POST /youtubei/v1/player`, or the `playerRequest` in the body of get_watch and reel_item_watch.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct PlayerRequest {
    video_id: Option<String>,
    cpn: Option<String>,
    content_check_ok: bool,
    context: Context,
    service_integrity_dimensions: ServiceIntegrityDimensions,
}

/// The bodies of get_watch and reel_item_watch, whose context stands at top level.
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
    client_name: String,
    client_version: String,
    device_make: String,
    visitor_data: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct ServiceIntegrityDimensions {
    po_token: Option<String>,
}

impl PlayerRequest {
    pub(crate) fn read(kind: RequestKind, body: &[u8]) -> serde_json::Result<Self> {
        if !matches!(kind, RequestKind::GetWatch | RequestKind::ReelItemWatch) {
            return serde_json::from_slice(body);
        }
        let WithPlayerRequest { context, player_request } = serde_json::from_slice(body)?;
        Ok(Self { context, ..player_request })
    }

    pub(crate) fn info(&self) -> RequestInfo {
        RequestInfo {
            video_id: self.video_id.clone(),
            cpn: self.cpn.clone(),
            po_token: self.service_integrity_dimensions.po_token.clone(),
        }
    }

    pub(crate) fn video_id(&self) -> &str {
        self.video_id.as_deref().unwrap_or_default()
    }

    pub(crate) fn client(&self) -> PlayerClient {
        let Client { client_name, client_version, device_make, .. } = &self.context.client;
        PlayerClient::of(client_name, client_version, device_make)
    }

    pub(crate) fn visitor_data(&self) -> Option<&str> {
        self.context.client.visitor_data.as_deref().filter(|data| !data.is_empty())
    }

    /// Whether it is a downloader's.
    ///
    /// yt-dlp says in advance that it accepts any content, and names no playback.
    pub(crate) fn is_extraction(&self) -> bool {
        self.content_check_ok && self.cpn.is_none()
    }
}

/// The answer to this kind of request, with what the player is told.
pub(crate) fn answer(kind: RequestKind, player_response: Value) -> Value {
    match kind {
        RequestKind::GetWatch => json!([{ "playerResponse": player_response }, { "watchNextResponse": {} }]),
        RequestKind::ReelItemWatch => json!({ "playerResponse": player_response }),
        RequestKind::Heartbeat => {
            json!({ "playabilityStatus": { "status": "OK" }, "pollDelayMs": "15000", "stopHeartbeat": false })
        }
        RequestKind::AdBreak => json!({ "adPlacements": [] }),
        _ => player_response,
    }
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
    fn video_playback_and_token_are_read_from_every_kind_of_body() {
        let around = format!(r#"{{"context":{{"client":{{"visitorData":"Cgu"}}}},"playerRequest":{BODY}}}"#);
        for (kind, body) in [
            (RequestKind::Player, BODY),
            (RequestKind::GetWatch, &around),
            (RequestKind::ReelItemWatch, &around),
        ] {
            let info = read(kind, body).unwrap().info();
            assert_eq!(info.video_id.as_deref(), Some("dQw4w9WgXcQ"));
            assert_eq!(info.cpn.as_deref(), Some("AAAAAAAAAAAAAAAA"));
            assert_eq!(info.po_token.as_deref(), Some("MlN5"));
        }
        assert_eq!(read(RequestKind::GetWatch, &around).unwrap().visitor_data(), Some("Cgu"));
        assert_eq!(read(RequestKind::Player, BODY).unwrap().client(), PlayerClient::Web);
        let held = answer(RequestKind::GetWatch, json!({ "x": 1 }));
        assert_eq!(held[0]["playerResponse"]["x"], 1);
    }

    #[test]
    fn a_downloader_names_no_playback_and_accepts_any_content() {
        for (body, downloader) in [
            (r#"{"videoId":"dQw4w9WgXcQ","contentCheckOk":true,"racyCheckOk":true}"#, true),
            (r#"{"videoId":"dQw4w9WgXcQ","contentCheckOk":true,"cpn":"AAAAAAAAAAAAAAAA"}"#, false),
            (r#"{"videoId":"dQw4w9WgXcQ"}"#, false),
        ] {
            assert_eq!(read(RequestKind::Player, body).unwrap().is_extraction(), downloader, "{body}");
        }
    }

    #[test]
    fn a_body_without_a_token_has_none() {
        for body in [r#"{"videoId":"dQw4w9WgXcQ","serviceIntegrityDimensions":{}}"#, "{}"] {
            assert_eq!(read(RequestKind::Player, body).unwrap().info().po_token, None);
        }
        assert!(read(RequestKind::Player, "[object ReadableStream]").is_err());
        assert!(read(RequestKind::GetWatch, BODY).is_err());
    }
}
