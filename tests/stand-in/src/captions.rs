use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::app_state::AppState;
use crate::download_rules::{CaptionsAnswer, DownloadRules};
use crate::player_client::PlayerClient;
use crate::player_response::GOOD_FOR;
use crate::received::Download;
use crate::request_info::{RequestInfo, SentBody, in_query};
use crate::step::RequestKind;
use crate::visitor::Visitor;
use crate::visitor_data;

/// The mark of a captions' URL that needs a token.
const NEEDS_TOKEN: &str = "&exp=xpe";

/// The beginning of the `vssId` of captions that a program made.
const AUTOMATIC: &str = "a.";

/// What the player is told of a video's captions. `now` is in seconds since 1970.
pub(crate) fn tracklist(
    rules: &DownloadRules,
    client: PlayerClient,
    video_id: &str,
    visitor: &Visitor,
    now: u64,
) -> Value {
    // Only sites have the experiment and the translations (yt-dlp 2026.10.26, `_video.py`).
    let of_site = matches!(client, PlayerClient::Web | PlayerClient::WebMusic | PlayerClient::Mweb);
    let experiment = if rules.captions_need_token && of_site { NEEDS_TOKEN } else { "" };
    let visitor = visitor.visitor_id.as_deref().unwrap_or_default();
    let expire = now + GOOD_FOR;
    let track = |id: &String| {
        let automatic = id.strip_prefix(AUTOMATIC);
        let language = automatic.unwrap_or(id);
        let kind = if automatic.is_some() { "&kind=asr" } else { "" };
        let name =
            if automatic.is_some() { format!("{language} (auto-generated)") } else { language.to_owned() };
        let mut track = json!({
            "baseUrl": format!("https://www.youtube.com/api/timedtext?v={video_id}&ei={visitor}&caps=asr&ip=0.0.0.0&expire={expire}&sparams=ip,ipbits,expire,v,ei,caps&signature=0&key=yt8{kind}&lang={language}{experiment}"),
            "name": { "runs": [{ "text": name }] },
            "vssId": if automatic.is_some() { id.clone() } else { format!(".{id}") },
            "languageCode": language,
            "isTranslatable": true,
            "trackName": "",
        });
        if automatic.is_some() {
            track["kind"] = "asr".into();
        }
        track
    };
    let tracks: Vec<Value> = rules.captions.keys().map(track).collect();
    let german = json!({ "languageCode": "de", "languageName": { "runs": [{ "text": "German" }] } });
    json!({ "playerCaptionsTracklistRenderer": {
        "captionTracks": tracks,
        "audioTracks": [{ "captionTrackIndices": (0..tracks.len()).collect::<Vec<_>>() }],
        "translationLanguages": if of_site { vec![german] } else { Vec::new() },
        "defaultAudioTrackIndex": 0,
    } })
}

/// Captions, which need a token.
///
/// Without one the answer is empty, as YouTube's is. A downloader got the URL from an answer, with a signature. Its token
/// must be right.
pub(crate) async fn timedtext(State(app): State<Arc<AppState>>, head: Parts) -> Response {
    let query = head.uri.query().unwrap_or_default();
    let info = RequestInfo::of_timedtext(query);
    let visitor = app.visitor(&head);
    let answer = if in_query(query, "signature").is_some() {
        let video_id = info.video_id.clone().unwrap_or_default();
        let rules = app.rules.of(&video_id);
        let visitor_id = in_query(query, "ei").filter(|id| visitor_data::is_id(id));
        let visitor = Visitor { visitor_id: visitor_id.or(visitor.visitor_id), ..visitor };
        let refused = if query.contains(NEEDS_TOKEN) {
            let requirement = app.requirement(&video_id, &visitor, &rules);
            app.tokens.check(info.po_token.as_deref(), &requirement).err()
        } else {
            None
        };
        let download = Download { itag: None, range: None, refused };
        app.note_download(info, RequestKind::CaptionsDownload, &head, SentBody::none(), Some(download));
        if refused.is_some() { CaptionsAnswer::Empty } else { wanted(&rules, query) }
    } else {
        let shown = info.po_token.is_some();
        app.note(info, Some(&visitor), RequestKind::Timedtext, &head, SentBody::none());
        if shown { CaptionsAnswer::Given } else { CaptionsAnswer::Empty }
    };
    match answer {
        CaptionsAnswer::Given => {}
        CaptionsAnswer::Empty => return StatusCode::OK.into_response(),
        CaptionsAnswer::Forbidden => return StatusCode::FORBIDDEN.into_response(),
        CaptionsAnswer::NotFound => return StatusCode::NOT_FOUND.into_response(),
        CaptionsAnswer::TooMany => return StatusCode::TOO_MANY_REQUESTS.into_response(),
        CaptionsAnswer::Failing => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        CaptionsAnswer::Trouble => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
    if in_query(query, "fmt").as_deref() == Some("vtt") {
        let language = in_query(query, "tlang").or_else(|| in_query(query, "lang")).unwrap_or_default();
        let text = format!(
            "WEBVTT\nKind: captions\nLanguage: {language}\n\n00:00:00.000 --> 00:00:04.000\n(wind)\n"
        );
        return ([(CONTENT_TYPE, "text/vtt; charset=utf-8")], text).into_response();
    }
    let line = json!({ "tStartMs": 0, "dDurationMs": 4000, "segs": [{ "utf8": "(wind)" }] });
    Json(json!({ "wireMagic": "pb3", "events": [line] })).into_response()
}

/// What the captions that a query names get, by these rules.
fn wanted(rules: &DownloadRules, query: &str) -> CaptionsAnswer {
    let language = in_query(query, "lang").unwrap_or_default();
    let automatic = in_query(query, "kind").as_deref() == Some("asr");
    let id = if automatic { format!("{AUTOMATIC}{language}") } else { language };
    rules.captions.get(&id).copied().unwrap_or(CaptionsAnswer::NotFound)
}
