use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL,
    CONTENT_TYPE, HeaderValue, ORIGIN, VARY,
};
use axum::http::request::Parts;
use axum::http::{Method, Request, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tower::ServiceExt;

use crate::inbox::Inbox;
use crate::labels::{Labels, SentBody, in_query};
use crate::media_request;
use crate::site::Site;
use crate::step::RequestKind;

/// A UMP stream of one part: type 35 (next request policy), three bytes, field 1 (the audio to read ahead) 1000 ms.
const MEDIA: &[u8] = &[35, 3, 0x08, 0xe8, 0x07];

/// What the player asks of the media hosts.
pub(crate) fn router(inbox: Arc<Inbox>) -> Router {
    Router::new()
        .route("/videoplayback", get(media_url).post(sabr))
        .route("/videoplayback/{*named}", get(media_url))
        .route("/initplayback", post(onesie))
        .with_state(inbox)
}

/// The answer of a media host: to every page of YouTube's, whose origin is another one.
pub(crate) async fn answer(router: Router, request: Request<Body>) -> Response {
    let origin = request.headers().get(ORIGIN).filter(|origin| is_site(origin)).cloned();
    let mut answer = if request.method() == Method::OPTIONS {
        let allowed = [
            (ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
            (ACCESS_CONTROL_ALLOW_HEADERS, "content-encoding, content-type"),
        ];
        (StatusCode::NO_CONTENT, allowed).into_response()
    } else {
        router.oneshot(request).await.into_response()
    };
    if let Some(origin) = origin {
        answer.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
    answer.headers_mut().insert(VARY, HeaderValue::from_static("Origin"));
    answer
}

fn is_site(origin: &HeaderValue) -> bool {
    let uri = origin.to_str().ok().and_then(|origin| origin.parse::<Uri>().ok());
    uri.is_some_and(|uri| uri.host().and_then(Site::of_host).is_some())
}

async fn media_url(State(inbox): State<Arc<Inbox>>, head: Parts) -> Response {
    let labels = Labels::of_media_url(head.uri.path(), head.uri.query().unwrap_or_default());
    inbox.add(labels.received(RequestKind::MediaUrl, &head, SentBody::none()));
    media("audio/webm")
}

async fn sabr(State(inbox): State<Arc<Inbox>>, head: Parts, body: Bytes) -> Response {
    if in_query(head.uri.query().unwrap_or_default(), "sabr").as_deref() != Some("1") {
        return refused("only a request with sabr=1 posts here");
    }
    protobuf(RequestKind::Sabr, media_request::of_sabr, &inbox, &head, &body)
}

async fn onesie(State(inbox): State<Arc<Inbox>>, head: Parts, body: Bytes) -> Response {
    protobuf(RequestKind::Onesie, media_request::of_onesie, &inbox, &head, &body)
}

fn protobuf(
    kind: RequestKind,
    read: fn(&str, &[u8]) -> Result<Labels, prost::DecodeError>,
    inbox: &Inbox,
    head: &Parts,
    body: &[u8],
) -> Response {
    let body = match SentBody::read(body) {
        Ok(body) => body,
        Err(problem) => return refused(&format!("the gzip body does not inflate: {problem}")),
    };
    let query = head.uri.query().unwrap_or_default();
    let read = read(query, &body.bytes);
    let understood = read.is_ok();
    // What is not understood came all the same, and its URL still names the playback.
    let labels = read.unwrap_or_else(|_| Labels::of_media_url("", query));
    inbox.add(labels.received(kind, head, body));
    if understood {
        media("application/vnd.yt-ump")
    } else {
        refused("the body is not the protobuf that this takes")
    }
}

fn media(content_type: &'static str) -> Response {
    ([(CONTENT_TYPE, content_type), (CACHE_CONTROL, "no-store")], MEDIA).into_response()
}

fn refused(message: &str) -> Response {
    (StatusCode::BAD_REQUEST, message.to_owned()).into_response()
}
