use std::io;
use std::sync::Arc;
use std::time::SystemTime;

use axum::extract::{Extension, Path, Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, SET_COOKIE, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::Value;

use crate::conduct::Hindrance;
use crate::innertube::player_response;
use crate::page::{Page, Shown};
use crate::player_response::Asker;
use crate::service::Service;
use crate::session::{Account, Session, cookies};
use crate::site::Site;
use crate::sites::{host, redirect};
use crate::visitor;

#[derive(Deserialize)]
pub(crate) struct WatchQuery {
    v: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct PlaylistQuery {
    list: Option<String>,
}

/// All videos.
pub(crate) async fn start_page(
    State(service): State<Arc<Service>>,
    Extension(site): Extension<Site>,
    head: Parts,
) -> Response {
    if site == Site::NoCookie {
        return StatusCode::NOT_FOUND.into_response();
    }
    page(&service, site, &head, Shown::Start)
}

/// A video and what comes next.
pub(crate) async fn watch_page(
    State(service): State<Arc<Service>>,
    Extension(site): Extension<Site>,
    Query(query): Query<WatchQuery>,
    head: Parts,
) -> Response {
    match query.v {
        _ if site == Site::NoCookie => StatusCode::NOT_FOUND.into_response(),
        None => redirect(host(&head.headers), &Uri::from_static("/")),
        Some(video_id) => page(&service, site, &head, Shown::Watch { video_id }),
    }
}

/// All videos, as a playlist of any id.
pub(crate) async fn playlist_page(
    State(service): State<Arc<Service>>,
    Extension(site): Extension<Site>,
    Query(query): Query<PlaylistQuery>,
    head: Parts,
) -> Response {
    match query.list {
        Some(playlist_id) if site != Site::NoCookie => {
            page(&service, site, &head, Shown::Playlist { playlist_id })
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The same as one of the Shorts.
pub(crate) async fn shorts_page(
    State(service): State<Arc<Service>>,
    Extension(site): Extension<Site>,
    Path(video_id): Path<String>,
    head: Parts,
) -> Response {
    if site == Site::NoCookie {
        return StatusCode::NOT_FOUND.into_response();
    }
    page(&service, site, &head, Shown::Watch { video_id })
}

/// A video alone.
pub(crate) async fn embed_page(
    State(service): State<Arc<Service>>,
    Extension(site): Extension<Site>,
    head: Parts,
) -> Response {
    page(&service, site, &head, Shown::Embed)
}

fn page(service: &Service, site: Site, head: &Parts, shown: Shown) -> Response {
    let browser = head.headers.contains_key("sec-fetch-dest");
    let conduct = match &shown {
        Shown::Watch { video_id } => service.conducts.of(video_id),
        Shown::Start | Shown::Playlist { .. } | Shown::Embed => service.conducts.of_all(),
    };
    if !browser && conduct.hindrance == Some(Hindrance::TooManyRequests) {
        return StatusCode::TOO_MANY_REQUESTS.into_response();
    }
    let (html, visitor_id) = match made(service, site, head, shown) {
        Ok(made) => made,
        Err(problem) => return (StatusCode::INTERNAL_SERVER_ERROR, problem.to_string()).into_response(),
    };
    let plain = [(CONTENT_TYPE, "text/html; charset=utf-8"), (CACHE_CONTROL, "no-store")];
    if site == Site::NoCookie {
        return (plain, html).into_response();
    }
    let visitor = format!(
        "{}={visitor_id}; Domain=.youtube.com; Path=/; Secure; HttpOnly; SameSite=None",
        visitor::COOKIE
    );
    let account = service.account.as_ref().filter(|account| account.is_of(&head.headers));
    let cookies = account.map(Account::cookies).unwrap_or_default().into_iter().chain([visitor]);
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
fn made(service: &Service, site: Site, head: &Parts, shown: Shown) -> io::Result<(String, String)> {
    let session = service.session(head);
    let in_cookie = cookies(&head.headers).and_then(visitor::id_in_cookies).map(str::to_owned);
    let visitor_id = in_cookie.map_or_else(visitor::new_id, Ok)?;
    let visitor_data = visitor::data(&visitor_id, SystemTime::now())?;
    let session = Session { visitor_id: Some(visitor_id.clone()), ..session };
    let asker = Asker::of(site.client(false).name);
    let player_response = match &shown {
        Shown::Watch { video_id } => player_response(service, video_id, asker, &session, &visitor_data)?,
        Shown::Start | Shown::Playlist { .. } | Shown::Embed => Value::Null,
    };
    let page = Page {
        scenario: &service.scenario,
        site,
        visitor_data: &visitor_data,
        account: session.account.as_deref(),
        player_response,
        user_agent: head.headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default(),
        path: head.uri.path_and_query().map_or("/", |path| path.as_str()),
        shown,
    };
    Ok((page.html()?, visitor_id))
}
