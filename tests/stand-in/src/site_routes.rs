use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};

use crate::app_state::AppState;
use crate::assets;
use crate::browsing;
use crate::captions;
use crate::foreign;
use crate::innertube::{self, refused};
use crate::pages;
use crate::request_info::{RequestInfo, SentBody};
use crate::step::RequestKind;
use crate::webm;
use crate::ytcfg::{PLAYER_JS_URL, SIGNATURE_TIMESTAMP};

/// The routes of YouTube's sites: pages, and what their player asks.
pub(crate) fn router(app: Arc<AppState>) -> Router {
    let player = |kind: RequestKind| -> MethodRouter<Arc<AppState>> {
        post(async move |State(app): State<Arc<AppState>>, head: Parts, body: Bytes| {
            innertube::player(kind, &app, &head, &body)
        })
    };
    Router::new()
        .route("/", get(pages::start_page))
        .route("/tv", get(pages::tv_page))
        .route("/video/{id}/edit", get(pages::studio_page))
        .route("/watch", get(pages::watch_page))
        .route("/playlist", get(pages::playlist_page))
        .route("/shorts/{id}", get(pages::shorts_page))
        .route("/embed/{id}", get(pages::embed_page))
        .route("/youtubei/v1/player", player(RequestKind::Player))
        .route("/youtubei/v1/player/heartbeat", player(RequestKind::Heartbeat))
        .route("/youtubei/v1/player/ad_break", player(RequestKind::AdBreak))
        .route("/youtubei/v1/get_watch", player(RequestKind::GetWatch))
        .route("/youtubei/v1/next", post(browsing::next))
        .route("/youtubei/v1/browse", post(browsing::browse))
        .route("/youtubei/v1/navigation/resolve_url", post(browsing::resolve_url))
        .route("/youtubei/v1/reel/reel_item_watch", player(RequestKind::ReelItemWatch))
        // Players get them. A page of another site may post to any address.
        .route("/api/timedtext", get(captions::timedtext).post(captions::timedtext))
        .route("/api/stats/{report}", get(stats).post(stats))
        .route("/s/stand-in/sandboxed-player", get(foreign::sandboxed_player))
        .route("/s/stand-in/media.webm", get(media))
        .route("/s/stand-in/{*path}", get(file))
        .route(PLAYER_JS_URL, get(player_script))
        .route("/iframe_api", get(iframe_api))
        // A service worker cannot control paths above its own folder.
        .route("/sw.js", get(async || file(Path("player/service-worker.js".to_owned())).await))
        .route("/favicon.ico", get(async || file(Path("icon.svg".to_owned())).await))
        .route("/generate_204", get(async || StatusCode::NO_CONTENT))
        .with_state(app)
}

async fn stats(State(app): State<Arc<AppState>>, head: Parts, body: Bytes) -> Response {
    let body = match SentBody::read(&body) {
        Ok(body) => body,
        Err(problem) => return refused(&format!("the gzip body does not inflate: {problem}")),
    };
    let info = RequestInfo::of_stats(head.uri.query().unwrap_or_default());
    let visitor = app.visitor(&head);
    app.note(info, Some(&visitor), RequestKind::Stats, &head, body);
    StatusCode::NO_CONTENT.into_response()
}

/// The script for pages that embed a player. It names the player's own script.
async fn iframe_api() -> Response {
    let url = PLAYER_JS_URL.replace('/', "\\/");
    let script = format!("var scriptUrl = 'https:\\/\\/www.youtube.com{url}';\n");
    ([(CONTENT_TYPE, "text/javascript; charset=utf-8")], script).into_response()
}

/// YouTube's player script, with the only value that downloaders read from it.
async fn player_script() -> Response {
    let script = format!(
        "var _yt_player={{}};(function(g){{g.sts={{signatureTimestamp:{SIGNATURE_TIMESTAMP}}}}})(_yt_player);\n"
    );
    ([(CONTENT_TYPE, "text/javascript; charset=utf-8")], script).into_response()
}

/// The media of a player whose scenario has no media requests.
async fn media() -> Response {
    ([(CONTENT_TYPE, "video/webm"), (CACHE_CONTROL, "no-store")], webm::file()).into_response()
}

async fn file(Path(path): Path<String>) -> Response {
    match assets::find(&path) {
        Some(file) => {
            ([(CONTENT_TYPE, file.content_type()), (CACHE_CONTROL, "no-store")], file.text).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
