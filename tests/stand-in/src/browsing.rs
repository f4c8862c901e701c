//! The requests to `InnerTube` for what a page shows beside its player.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

use crate::app_state::AppState;
use crate::initial_data;
use crate::innertube::{api_status, refused};
use crate::playlist_data;
use crate::request_info::in_query;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NextRequest {
    video_id: String,
    playlist_id: Option<String>,
    index: Option<usize>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BrowseRequest {
    browse_id: Option<String>,
    params: Option<String>,
    continuation: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct ResolveRequest {
    url: String,
}

/// What a watch page shows beside the player, for a client that could not get the page or that scrolls in a playlist.
pub(crate) async fn next(State(app): State<Arc<AppState>>, Json(asked): Json<NextRequest>) -> Response {
    if let Some(status) = app.rules.of(&asked.video_id).obstacle.and_then(api_status) {
        return status.into_response();
    }
    let Some(video) = app.video(&asked.video_id) else { return refused("there is no such video") };
    let panel = asked
        .playlist_id
        .as_deref()
        .map(|list_id| playlist_data::panel(&app, list_id, &asked.video_id, asked.index));
    Json(initial_data::of_watch_page(&video, panel)).into_response()
}

/// What the page of a playlist or album shows, or more of a playlist.
pub(crate) async fn browse(State(app): State<Arc<AppState>>, Json(asked): Json<BrowseRequest>) -> Response {
    if let Some(status) = app.rules.of_all().obstacle.and_then(api_status) {
        return status.into_response();
    }
    let found = match (&asked.continuation, &asked.browse_id) {
        (Some(token), _) => playlist_data::scrolled(&app, token),
        (None, Some(browse_id)) => playlist_data::browsed(&app, browse_id, asked.params.as_deref()),
        (None, None) => None,
    };
    match found {
        Some(found) => Json(found).into_response(),
        None => refused("only playlists and albums can be browsed here"),
    }
}

/// Which page an address is: what to ask `next` or `browse` for.
pub(crate) async fn resolve_url(
    State(app): State<Arc<AppState>>,
    Json(asked): Json<ResolveRequest>,
) -> Response {
    if let Some(status) = app.rules.of_all().obstacle.and_then(api_status) {
        return status.into_response();
    }
    let Ok(uri) = asked.url.parse::<Uri>() else { return refused("that is no address") };
    let named = |name| in_query(uri.query().unwrap_or_default(), name);
    let endpoint = match (uri.path(), named("v"), named("list")) {
        ("/watch", Some(video_id), list_id) => {
            json!({ "watchEndpoint": { "videoId": video_id, "playlistId": list_id } })
        }
        ("/playlist", _, Some(list_id)) => {
            json!({ "browseEndpoint": { "browseId": format!("VL{list_id}") } })
        }
        (path, ..) => match path.strip_prefix("/browse/") {
            Some(browse_id) => json!({ "browseEndpoint": { "browseId": browse_id } }),
            None => return refused("only watch, playlist and browse pages are resolved here"),
        },
    };
    Json(json!({ "endpoint": endpoint })).into_response()
}
