use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};

use crate::captions;
use crate::files;
use crate::innertube::{self, refused};
use crate::labels::{Labels, SentBody};
use crate::pages;
use crate::service::Service;
use crate::step::RequestKind;
use crate::ytcfg::{PLAYER_JS_URL, SIGNATURE_TIMESTAMP};

/// The pages of YouTube's sites and what their player asks of them.
pub(crate) fn router(service: Arc<Service>) -> Router {
    let player = |kind: RequestKind| -> MethodRouter<Arc<Service>> {
        post(async move |State(service): State<Arc<Service>>, head: Parts, body: Bytes| {
            innertube::player(kind, &service, &head, &body)
        })
    };
    Router::new()
        .route("/", get(pages::start_page))
        .route("/tv", get(pages::start_page))
        .route("/watch", get(pages::watch_page))
        .route("/playlist", get(pages::playlist_page))
        .route("/shorts/{id}", get(pages::shorts_page))
        .route("/embed/{id}", get(pages::embed_page))
        .route("/youtubei/v1/player", player(RequestKind::Player))
        .route("/youtubei/v1/get_watch", player(RequestKind::GetWatch))
        .route("/youtubei/v1/next", post(innertube::next))
        .route("/youtubei/v1/browse", post(innertube::browse))
        .route("/youtubei/v1/reel/reel_item_watch", player(RequestKind::ReelItemWatch))
        .route("/api/timedtext", get(captions::timedtext))
        .route("/api/stats/{report}", get(stats).post(stats))
        .route("/s/rehearsal/{*path}", get(file))
        .route(PLAYER_JS_URL, get(player_script))
        .route("/iframe_api", get(iframe_api))
        // A service worker can serve no folder above its own.
        .route("/sw.js", get(async || file(Path("player/service-worker.js".to_owned())).await))
        .route("/favicon.ico", get(async || file(Path("icon.svg".to_owned())).await))
        .route("/generate_204", get(async || StatusCode::NO_CONTENT))
        .with_state(service)
}

async fn stats(State(service): State<Arc<Service>>, head: Parts, body: Bytes) -> Response {
    let body = match SentBody::read(&body) {
        Ok(body) => body,
        Err(problem) => return refused(&format!("the gzip body does not inflate: {problem}")),
    };
    let labels = Labels::of_stats(head.uri.query().unwrap_or_default());
    let session = service.session(&head);
    service.note(labels, Some(&session), RequestKind::Stats, &head, body);
    StatusCode::NO_CONTENT.into_response()
}

/// The script for pages that embed a player: it names the player's own.
async fn iframe_api() -> Response {
    let url = PLAYER_JS_URL.replace('/', "\\/");
    let script = format!("var scriptUrl = 'https:\\/\\/www.youtube.com{url}';\n");
    ([(CONTENT_TYPE, "text/javascript; charset=utf-8")], script).into_response()
}

/// As much of YouTube's player script as is looked up where a page does not say it.
async fn player_script() -> Response {
    let script = format!(
        "var _yt_player={{}};(function(g){{g.sts={{signatureTimestamp:{SIGNATURE_TIMESTAMP}}}}})(_yt_player);\n"
    );
    ([(CONTENT_TYPE, "text/javascript; charset=utf-8")], script).into_response()
}

async fn file(Path(path): Path<String>) -> Response {
    match files::find(&path) {
        Some(file) => {
            ([(CONTENT_TYPE, file.content_type()), (CACHE_CONTROL, "no-store")], file.text).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
