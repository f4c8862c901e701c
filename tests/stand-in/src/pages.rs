use std::io;
use std::sync::Arc;
use std::time::SystemTime;

use axum::extract::{Extension, Path, Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION, SET_COOKIE, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::Value;

use crate::app_state::AppState;
use crate::hosts::{host, redirect};
use crate::initial_data;
use crate::innertube::player_response;
use crate::obstacle::{Asked, Obstacle};
use crate::page_html::{Page, PageKind};
use crate::player_client::PlayerClient;
use crate::playlist_data;
use crate::site::Site;
use crate::visitor::{LOGGED_OUT, Visitor, cookies};
use crate::visitor_data;

#[derive(Deserialize)]
pub(crate) struct WatchQuery {
    v: Option<String>,
    list: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct PlaylistQuery {
    list: Option<String>,
}

/// All videos.
pub(crate) async fn start_page(
    State(app): State<Arc<AppState>>,
    Extension(site): Extension<Site>,
    head: Parts,
) -> Response {
    if matches!(site, Site::NoCookie | Site::Studio) {
        return StatusCode::NOT_FOUND.into_response();
    }
    page(&app, site, &head, PageKind::Start)
}

/// A video and what comes next.
pub(crate) async fn watch_page(
    State(app): State<Arc<AppState>>,
    Extension(site): Extension<Site>,
    Query(query): Query<WatchQuery>,
    head: Parts,
) -> Response {
    match query.v {
        _ if matches!(site, Site::NoCookie | Site::Studio) => StatusCode::NOT_FOUND.into_response(),
        None => redirect(host(&head.headers), &Uri::from_static("/")),
        Some(video_id) => page(&app, site, &head, PageKind::Watch { video_id, list: query.list }),
    }
}

/// All videos, as a playlist of any id.
pub(crate) async fn playlist_page(
    State(app): State<Arc<AppState>>,
    Extension(site): Extension<Site>,
    Query(query): Query<PlaylistQuery>,
    head: Parts,
) -> Response {
    match query.list {
        Some(playlist_id) if !matches!(site, Site::NoCookie | Site::Studio) => {
            page(&app, site, &head, PageKind::Playlist { playlist_id })
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The same as one of the Shorts.
pub(crate) async fn shorts_page(
    State(app): State<Arc<AppState>>,
    Extension(site): Extension<Site>,
    Path(video_id): Path<String>,
    head: Parts,
) -> Response {
    if matches!(site, Site::NoCookie | Site::Studio) {
        return StatusCode::NOT_FOUND.into_response();
    }
    page(&app, site, &head, PageKind::Watch { video_id, list: None })
}

/// One video only.
pub(crate) async fn embed_page(
    State(app): State<Arc<AppState>>,
    Extension(site): Extension<Site>,
    Path(video_id): Path<String>,
    head: Parts,
) -> Response {
    page(&app, site, &head, PageKind::Embed { video_id })
}

/// One of somebody's own videos in Studio. Its player is like an embed's.
pub(crate) async fn studio_page(
    State(app): State<Arc<AppState>>,
    Extension(site): Extension<Site>,
    Path(video_id): Path<String>,
    head: Parts,
) -> Response {
    if site != Site::Studio {
        return StatusCode::NOT_FOUND.into_response();
    }
    page(&app, site, &head, PageKind::Embed { video_id })
}

/// The television page.
pub(crate) async fn tv_page(
    State(app): State<Arc<AppState>>,
    Extension(site): Extension<Site>,
    head: Parts,
) -> Response {
    if site != Site::Www {
        return StatusCode::NOT_FOUND.into_response();
    }
    page(&app, site, &head, PageKind::Tv)
}

fn page(app: &AppState, site: Site, head: &Parts, kind: PageKind) -> Response {
    let browser = head.headers.contains_key("sec-fetch-dest");
    let rules = match &kind {
        PageKind::Watch { video_id, .. } => app.rules.of(video_id),
        PageKind::Start | PageKind::Playlist { .. } | PageKind::Embed { .. } | PageKind::Tv => {
            app.rules.of_all()
        }
    };
    if let Some(status) =
        rules.obstacle.filter(|_| !browser).and_then(|obstacle| obstacle.status(Asked::Page))
    {
        return status.into_response();
    }
    let instead = match rules.obstacle.filter(|_| browser) {
        Some(Obstacle::Consent) => Some("https://consent.youtube.com/m".to_owned()),
        Some(Obstacle::OtherVideo) => Some(format!("/watch?v={}", app.scenario.videos[0].id)),
        _ => None,
    };
    if let Some(instead) = instead {
        return (StatusCode::FOUND, [(LOCATION, instead)]).into_response();
    }
    let rotated = rules.obstacle == Some(Obstacle::CookiesRotated);
    let (html, visitor_id) = match made(app, site, head, kind) {
        Ok(made) => made,
        Err(problem) => return (StatusCode::INTERNAL_SERVER_ERROR, problem.to_string()).into_response(),
    };
    let plain = [(CONTENT_TYPE, "text/html; charset=utf-8"), (CACHE_CONTROL, "no-store")];
    if site == Site::NoCookie {
        return (plain, html).into_response();
    }
    let visitor = format!(
        "{}={visitor_id}; Domain=.youtube.com; Path=/; Max-Age={}; Secure; HttpOnly; SameSite=None",
        visitor_data::COOKIE,
        visitor_data::COOKIE_SECONDS
    );
    let account = app.account.as_ref().filter(|account| account.is_of(&head.headers));
    let account_cookies = match account {
        _ if rotated => vec![LOGGED_OUT.to_owned()],
        Some(account) => account.cookies(),
        None => Vec::new(),
    };
    let cookies = account_cookies.into_iter().chain([visitor]);
    let cookies = cookies.map(|cookie| (SET_COOKIE, cookie));
    let mut answer = (plain, html).into_response();
    for (name, cookie) in cookies {
        if let Ok(cookie) = HeaderValue::try_from(cookie) {
            answer.headers_mut().append(name, cookie);
        }
    }
    answer
}

/// The page, and the visitor's id.
fn made(app: &AppState, site: Site, head: &Parts, kind: PageKind) -> io::Result<(String, String)> {
    let visitor = app.visitor(head);
    let in_cookie = cookies(&head.headers).and_then(visitor_data::id_in_cookies).map(str::to_owned);
    let visitor_id = in_cookie.map_or_else(visitor_data::new_id, Ok)?;
    let visitor_data = visitor_data::data(&visitor_id, SystemTime::now(), app.scenario.visitor_data)?;
    let visitor = Visitor { visitor_id: Some(visitor_id.clone()), ..visitor };
    let client = PlayerClient::of(site.client(false).name, "", "");
    let player_response = match &kind {
        PageKind::Watch { video_id, .. } => player_response(app, video_id, client, &visitor, &visitor_data)?,
        PageKind::Start | PageKind::Playlist { .. } | PageKind::Embed { .. } | PageKind::Tv => Value::Null,
    };
    let initial_data = match &kind {
        PageKind::Watch { video_id, list } => app.video(video_id).map_or(Value::Null, |video| {
            let panel = list.as_ref().map(|list| playlist_data::panel(app, list, video_id, None));
            initial_data::of_watch_page(&video, panel)
        }),
        PageKind::Playlist { playlist_id } => playlist_data::page(app, playlist_id, false),
        PageKind::Start | PageKind::Embed { .. } | PageKind::Tv => Value::Null,
    };
    let page = Page {
        scenario: &app.scenario,
        initial_data,
        site,
        visitor_data: &visitor_data,
        account: visitor.account.as_deref(),
        player_response,
        user_agent: head.headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default(),
        path: head.uri.path_and_query().map_or("/", |path| path.as_str()),
        kind,
    };
    Ok((page.html()?, visitor_id))
}
