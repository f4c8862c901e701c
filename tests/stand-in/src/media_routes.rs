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
use axum::routing::get;
use tower::ServiceExt;

use crate::app_state::AppState;
use crate::hls;
use crate::media_download;
use crate::media_request;
use crate::request_info::{RequestInfo, SentBody, in_path, in_query};
use crate::sabr_download;
use crate::site::Site;
use crate::step::RequestKind;
use crate::{ump, webm};

/// The routes of the media hosts.
pub(crate) fn router(app: Arc<AppState>) -> Router {
    Router::new()
        .route("/videoplayback", get(media_url).post(sabr))
        .route("/videoplayback/{*named}", get(media_url))
        .route("/initplayback", get(warm_up).post(onesie))
        .route("/api/manifest/hls_variant/{*named}", get(hls::formats))
        .route("/api/manifest/hls_playlist/{*named}", get(hls::segments))
        .with_state(app)
}

/// The answer of a media host. Every page of YouTube's may read it across origins.
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

/// Media by URL.
///
/// The URLs that players make name no format. Those that a downloader got do.
async fn media_url(State(app): State<Arc<AppState>>, head: Parts) -> Response {
    let query = head.uri.query().unwrap_or_default();
    if in_query(query, "itag").is_some() {
        return media_download::media(app, head).await;
    }
    // A player names its playback, also in the address of a live stream's segment.
    if in_path(head.uri.path(), "sq").is_some() && in_path(head.uri.path(), "cpn").is_none() {
        return hls::segment(app, head).await;
    }
    let info = RequestInfo::of_media_url(head.uri.path(), query);
    let expired = is_expired(&app, &info);
    app.note(info, None, RequestKind::MediaUrl, &head, SentBody::none());
    if expired {
        return StatusCode::FORBIDDEN.into_response();
    }
    media("audio/webm", webm::file())
}

/// Whether a player's token has expired. The player then has to make another one.
fn is_expired(app: &AppState, info: &RequestInfo) -> bool {
    info.po_token.as_deref().is_some_and(|token| app.tokens.is_expired(token))
}

async fn sabr(State(app): State<Arc<AppState>>, head: Parts, body: Bytes) -> Response {
    if in_query(head.uri.query().unwrap_or_default(), "sabr").as_deref() != Some("1") {
        return refused("only a request with sabr=1 posts here");
    }
    // A player makes its own URL. A downloader takes the one of the player's answer.
    if let Some(issued) = sabr_download::issued(&app, &head) {
        return sabr_download::media(app, issued, head, body).await;
    }
    protobuf(RequestKind::Sabr, media_request::of_sabr, &app, &head, &body)
}

/// It only opens a connection: no media follow.
async fn warm_up(State(app): State<Arc<AppState>>, head: Parts) -> Response {
    let info = RequestInfo::of_media_url("", head.uri.query().unwrap_or_default());
    app.note(info, None, RequestKind::OnesieWarmUp, &head, SentBody::none());
    StatusCode::NO_CONTENT.into_response()
}

async fn onesie(State(app): State<Arc<AppState>>, head: Parts, body: Bytes) -> Response {
    protobuf(RequestKind::Onesie, media_request::of_onesie, &app, &head, &body)
}

fn protobuf(
    kind: RequestKind,
    read: fn(&str, &[u8]) -> Result<RequestInfo, prost::DecodeError>,
    app: &AppState,
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
    // A body that cannot be parsed is noted too. Its URL still names the playback.
    let info = read.unwrap_or_else(|_| RequestInfo::of_media_url("", query));
    let expired = is_expired(app, &info);
    app.note(info, None, kind, head, body);
    if expired {
        StatusCode::FORBIDDEN.into_response()
    } else if understood {
        media("application/vnd.yt-ump", ump::answer(&webm::head(), &webm::segment(), webm::SEGMENT_MS))
    } else {
        refused("the body is not the protobuf that this takes")
    }
}

fn media(content_type: &'static str, bytes: Vec<u8>) -> Response {
    ([(CONTENT_TYPE, content_type), (CACHE_CONTROL, "no-store")], bytes).into_response()
}

pub(crate) fn refused(message: &str) -> Response {
    (StatusCode::BAD_REQUEST, message.to_owned()).into_response()
}
