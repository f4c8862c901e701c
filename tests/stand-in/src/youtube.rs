use std::io;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Extension, Path, Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, COOKIE, SET_COOKIE, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::json;

use crate::files;
use crate::inbox::Inbox;
use crate::labels::{Labels, SentBody};
use crate::page::{Page, Shown};
use crate::player_request::PlayerRequest;
use crate::scenario::Scenario;
use crate::site::Site;
use crate::sites::{host, redirect};
use crate::step::RequestKind;
use crate::visitor;

struct Youtube {
    scenario: Scenario,
    /// Who is logged in on every page, for as long as this runs
    account: Option<String>,
    inbox: Arc<Inbox>,
}

#[derive(Deserialize)]
struct WatchQuery {
    v: Option<String>,
}

/// The pages of YouTube's sites and what their player asks of them.
pub(crate) fn router(scenario: Scenario, inbox: Arc<Inbox>) -> io::Result<Router> {
    let account = scenario.logged_in.then(visitor::account).transpose()?;
    let innertube = |kind: RequestKind| -> MethodRouter<Arc<Youtube>> {
        post(async move |State(youtube): State<Arc<Youtube>>, head: Parts, body: Bytes| {
            innertube(kind, &youtube, &head, &body).await
        })
    };
    Ok(Router::new()
        .route("/", get(start_page))
        .route("/watch", get(watch_page))
        .route("/shorts/{id}", get(shorts_page))
        .route("/embed/{id}", get(embed_page))
        .route("/youtubei/v1/player", innertube(RequestKind::Player))
        .route("/youtubei/v1/get_watch", innertube(RequestKind::GetWatch))
        .route("/youtubei/v1/reel/reel_item_watch", innertube(RequestKind::ReelItemWatch))
        .route("/api/timedtext", get(timedtext))
        .route("/api/stats/{report}", get(stats).post(stats))
        .route("/s/rehearsal/{*path}", get(file))
        // A service worker can serve no folder above its own.
        .route("/sw.js", get(async || file(Path("player/service-worker.js".to_owned())).await))
        .route("/favicon.ico", get(async || file(Path("icon.svg".to_owned())).await))
        .route("/generate_204", get(async || StatusCode::NO_CONTENT))
        .with_state(Arc::new(Youtube { scenario, account, inbox })))
}

async fn start_page(
    State(youtube): State<Arc<Youtube>>,
    Extension(site): Extension<Site>,
    headers: HeaderMap,
) -> Response {
    if site == Site::NoCookie {
        return StatusCode::NOT_FOUND.into_response();
    }
    youtube.page(site, &headers, "/", Shown::Start)
}

async fn watch_page(
    State(youtube): State<Arc<Youtube>>,
    Extension(site): Extension<Site>,
    Query(query): Query<WatchQuery>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let path = uri.path_and_query().map_or("/watch", |path| path.as_str());
    match query.v {
        _ if site == Site::NoCookie => StatusCode::NOT_FOUND.into_response(),
        None => redirect(host(&headers), &Uri::from_static("/")),
        Some(video_id) => youtube.page(site, &headers, path, Shown::Watch { video_id }),
    }
}

async fn shorts_page(
    State(youtube): State<Arc<Youtube>>,
    Extension(site): Extension<Site>,
    Path(video_id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    if site == Site::NoCookie {
        return StatusCode::NOT_FOUND.into_response();
    }
    youtube.page(site, &headers, uri.path(), Shown::Watch { video_id })
}

async fn embed_page(
    State(youtube): State<Arc<Youtube>>,
    Extension(site): Extension<Site>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    youtube.page(site, &headers, uri.path(), Shown::Embed)
}

/// One of the player's requests to InnerTube.
async fn innertube(kind: RequestKind, youtube: &Youtube, head: &Parts, body: &[u8]) -> Response {
    let body = match SentBody::read(body) {
        Ok(body) => body,
        Err(problem) => return refused(&format!("the gzip body does not inflate: {problem}")),
    };
    let request = PlayerRequest::read(kind, &body.bytes);
    let labels = request.as_ref().map(PlayerRequest::labels).unwrap_or_default();
    youtube.inbox.add(labels.received(kind, head, body));
    match request {
        Ok(request) => Json(request.answer(kind, &youtube.scenario)).into_response(),
        // serde_json's own text is not passed on: it can quote the body.
        Err(_) => refused(&format!("the body is not the JSON of a {} request", kind.word())),
    }
}

/// Captions, which need a token: without one the answer is empty, as YouTube's is.
async fn timedtext(State(youtube): State<Arc<Youtube>>, head: Parts) -> Response {
    let labels = Labels::of_timedtext(head.uri.query().unwrap_or_default());
    let captions = labels.po_token.is_some();
    youtube.inbox.add(labels.received(RequestKind::Timedtext, &head, SentBody::none()));
    if !captions {
        return StatusCode::OK.into_response();
    }
    let line = json!({ "tStartMs": 0, "dDurationMs": 4000, "segs": [{ "utf8": "(wind)" }] });
    Json(json!({ "wireMagic": "pb3", "events": [line] })).into_response()
}

async fn stats(State(youtube): State<Arc<Youtube>>, head: Parts, body: Bytes) -> Response {
    let body = match SentBody::read(&body) {
        Ok(body) => body,
        Err(problem) => return refused(&format!("the gzip body does not inflate: {problem}")),
    };
    let labels = Labels::of_stats(head.uri.query().unwrap_or_default());
    youtube.inbox.add(labels.received(RequestKind::Stats, &head, body));
    StatusCode::NO_CONTENT.into_response()
}

async fn file(Path(path): Path<String>) -> Response {
    match files::find(&path) {
        Some(file) => {
            ([(CONTENT_TYPE, file.content_type()), (CACHE_CONTROL, "no-store")], file.text).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn refused(message: &str) -> Response {
    let error = json!({ "error": { "code": 400, "message": message, "status": "INVALID_ARGUMENT" } });
    (StatusCode::BAD_REQUEST, Json(error)).into_response()
}

impl Youtube {
    fn page(&self, site: Site, headers: &HeaderMap, path: &str, shown: Shown) -> Response {
        let header = |name| {
            headers
                .get(name)
                .and_then(|value: &axum::http::HeaderValue| value.to_str().ok())
                .unwrap_or_default()
        };
        let known = visitor::id_in_cookies(header(COOKIE)).map(str::to_owned);
        let made = known.map_or_else(visitor::new_id, Ok).and_then(|visitor_id| {
            let page = Page {
                scenario: &self.scenario,
                site,
                visitor_id: &visitor_id,
                account: self.account.as_deref(),
                user_agent: header(USER_AGENT),
                path,
                shown,
            };
            Ok((page.html()?, visitor_id))
        });
        let (html, visitor_id) = match made {
            Ok(made) => made,
            Err(problem) => return (StatusCode::INTERNAL_SERVER_ERROR, problem.to_string()).into_response(),
        };
        let plain = [(CONTENT_TYPE, "text/html; charset=utf-8"), (CACHE_CONTROL, "no-store")];
        if site == Site::NoCookie {
            return (plain, html).into_response();
        }
        let cookie = format!(
            "{}={visitor_id}; Domain=.youtube.com; Path=/; Secure; HttpOnly; SameSite=None",
            visitor::COOKIE
        );
        (plain, [(SET_COOKIE, cookie)], html).into_response()
    }
}
