use std::io;
use std::sync::Arc;
use std::time::SystemTime;

use axum::body::{Body, Bytes};
use axum::extract::{Extension, Path, Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, COOKIE, HOST, LOCATION, SET_COOKIE, USER_AGENT};
use axum::http::{HeaderMap, Method, Request, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::json;
use tower::ServiceExt;

use crate::files;
use crate::inbox::Inbox;
use crate::page::{Page, Shown};
use crate::player_request::{self, PlayerRequest};
use crate::received::Received;
use crate::scenario::Scenario;
use crate::site::Site;
use crate::visitor;

/// A body that a browser hands over whole may have 20 MB; nothing sends more.
const BODY_LIMIT: usize = 64 << 20;

/// All hosts: the one that a request names decides who answers.
#[derive(Clone)]
pub(crate) struct Sites {
    youtube: Router,
}

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

impl Sites {
    pub(crate) fn new(scenario: Scenario, inbox: Arc<Inbox>) -> io::Result<Self> {
        let account = scenario.logged_in.then(visitor::account).transpose()?;
        let youtube = Router::new()
            .route("/", get(start_page))
            .route("/watch", get(watch_page))
            .route("/embed/{id}", get(embed_page))
            .route("/youtubei/v1/player", post(player))
            .route("/s/rehearsal/{*path}", get(file))
            .route("/favicon.ico", get(async || file(Path("icon.svg".to_owned())).await))
            .route("/generate_204", get(async || StatusCode::NO_CONTENT))
            .layer(axum::extract::DefaultBodyLimit::max(BODY_LIMIT))
            .with_state(Arc::new(Youtube { scenario, account, inbox }));
        Ok(Self { youtube })
    }

    /// The answer to a request that came through TLS. A browser's own chatter with other hosts gets 404 at once.
    pub(crate) async fn answer(self, mut request: Request<Body>) -> Response {
        let host = host(request.headers());
        if host == "youtube.com" {
            return redirect("www.youtube.com", request.uri());
        }
        let Some(site) = Site::of_host(host) else { return StatusCode::NOT_FOUND.into_response() };
        request.extensions_mut().insert(site);
        self.youtube.oneshot(request).await.into_response()
    }

    /// The answer to a request without TLS: YouTube's hosts send to https.
    pub(crate) fn answer_insecure<B>(&self, request: &Request<B>) -> Response {
        let host = host(request.headers());
        match Site::of_host(host) {
            Some(_) => redirect(host, request.uri()),
            None => StatusCode::NOT_FOUND.into_response(),
        }
    }
}

fn host(headers: &HeaderMap) -> &str {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    host.split_once(':').map_or(host, |(name, _port)| name)
}

fn redirect(host: &str, uri: &Uri) -> Response {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    (StatusCode::MOVED_PERMANENTLY, [(LOCATION, format!("https://{host}{path}"))]).into_response()
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

async fn embed_page(
    State(youtube): State<Arc<Youtube>>,
    Extension(site): Extension<Site>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    youtube.page(site, &headers, uri.path(), Shown::Embed)
}

async fn player(
    State(youtube): State<Arc<Youtube>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let at = SystemTime::now();
    let (body, encoding) = match player_request::plain(&body) {
        Ok(plain) => plain,
        Err(problem) => return refused(&format!("the gzip body does not inflate: {problem}")),
    };
    let request = PlayerRequest::read(&body);
    let said = request.as_ref().ok();
    youtube.inbox.add(Received {
        host: host(&headers).to_owned(),
        method: method.to_string(),
        path: uri.path().to_owned(),
        query: uri.query().unwrap_or_default().to_owned(),
        video_id: said.and_then(|request| request.video_id.clone()),
        po_token: said.and_then(PlayerRequest::po_token).map(str::to_owned),
        body,
        encoding,
        at,
    });
    match request {
        Ok(request) => Json(request.answer(&youtube.scenario)).into_response(),
        // serde_json's own text is not passed on: it can quote the body.
        Err(_) => refused("the body is not the JSON of a player request"),
    }
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
