use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::app_state::AppState;
use crate::received::Download;
use crate::request_info::{RequestInfo, SentBody, in_query};
use crate::step::RequestKind;
use crate::visitor::Visitor;
use crate::visitor_data;

/// The mark of a captions' URL that needs a token.
pub(crate) const NEEDS_TOKEN: &str = "&exp=xpe";

/// Captions, which need a token.
///
/// Without one the answer is empty, as YouTube's is. A downloader got the URL from an answer, with a signature. Its token
/// must be right.
pub(crate) async fn timedtext(State(app): State<Arc<AppState>>, head: Parts) -> Response {
    let query = head.uri.query().unwrap_or_default();
    let info = RequestInfo::of_timedtext(query);
    let visitor = app.visitor(&head);
    let shown = if in_query(query, "signature").is_some() {
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
        refused.is_none()
    } else {
        let shown = info.po_token.is_some();
        app.note(info, Some(&visitor), RequestKind::Timedtext, &head, SentBody::none());
        shown
    };
    if !shown {
        return StatusCode::OK.into_response();
    }
    if in_query(query, "fmt").as_deref() == Some("vtt") {
        let text = "WEBVTT\nKind: captions\nLanguage: en\n\n00:00:00.000 --> 00:00:04.000\n(wind)\n";
        return ([(CONTENT_TYPE, "text/vtt; charset=utf-8")], text).into_response();
    }
    let line = json!({ "tStartMs": 0, "dDurationMs": 4000, "segs": [{ "utf8": "(wind)" }] });
    Json(json!({ "wireMagic": "pb3", "events": [line] })).into_response()
}
