use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::labels::{Labels, SentBody, in_query};
use crate::received::Download;
use crate::service::Service;
use crate::session::Session;
use crate::step::RequestKind;
use crate::visitor;

/// Captions, which need a token: without one the answer is empty, as YouTube's is. A downloader has the URL from an answer,
/// signed, and its token must be right.
pub(crate) async fn timedtext(State(service): State<Arc<Service>>, head: Parts) -> Response {
    let query = head.uri.query().unwrap_or_default();
    let labels = Labels::of_timedtext(query);
    let session = service.session(&head);
    let shown = if in_query(query, "signature").is_some() {
        let video_id = labels.video_id.clone().unwrap_or_default();
        let conduct = service.conducts.of(&video_id);
        let visitor_id = in_query(query, "ei").filter(|id| visitor::is_id(id));
        let session = Session { visitor_id: visitor_id.or(session.visitor_id), ..session };
        let refused = if conduct.captions_need_token {
            let wanted = service.wanted(&video_id, &session, &conduct);
            service.tokens.check(labels.po_token.as_deref(), &wanted).err()
        } else {
            None
        };
        let download = Download { itag: None, range: None, refused };
        service.note_download(labels, RequestKind::CaptionsDownload, &head, SentBody::none(), Some(download));
        refused.is_none()
    } else {
        let shown = labels.po_token.is_some();
        service.note(labels, Some(&session), RequestKind::Timedtext, &head, SentBody::none());
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
