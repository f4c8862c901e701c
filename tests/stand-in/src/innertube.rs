use std::io;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::conduct::Hindrance;
use crate::grants::Grant;
use crate::initial_data;
use crate::labels::SentBody;
use crate::player_request::{PlayerRequest, answer};
use crate::player_response::{Asker, PlayerResponse, UNSOLVED_N};
use crate::service::Service;
use crate::session::Session;
use crate::step::RequestKind;
use crate::visitor;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NextRequest {
    video_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BrowseRequest {
    browse_id: String,
}

/// One of the requests to InnerTube that players send, or a downloader in a player's name.
pub(crate) fn player(kind: RequestKind, service: &Service, head: &Parts, body: &[u8]) -> Response {
    let body = match SentBody::read(body) {
        Ok(body) => body,
        Err(problem) => return refused(&format!("the gzip body does not inflate: {problem}")),
    };
    let request = PlayerRequest::read(kind, &body.bytes);
    let labels = request.as_ref().map(PlayerRequest::labels).unwrap_or_default();
    let session = service.session(head);
    let extraction = request.as_ref().is_ok_and(PlayerRequest::is_extraction);
    if extraction {
        service.note_download(labels, RequestKind::Extraction, head, body, None);
    } else {
        service.note(labels, Some(&session), kind, head, body);
    }
    let request = match request {
        Ok(request) => request,
        // serde_json's own text is not passed on: it can quote the body.
        Err(_) => return refused(&format!("the body is not the JSON of a {} request", kind.word())),
    };
    if extraction && service.conducts.of(request.video_id()).hindrance == Some(Hindrance::TooManyRequests) {
        return StatusCode::TOO_MANY_REQUESTS.into_response();
    }
    let visitor_data = request.visitor_data().unwrap_or_default();
    // The header is what yt-dlp's `visitor_data` sets; the context then still names the visitor of the page before.
    let in_context =
        visitor::id_in_data(visitor_data).filter(|_| !head.headers.contains_key(visitor::HEADER));
    let session = Session { visitor_id: in_context.or(session.visitor_id), ..session };
    let asker = Asker::of(request.client_name());
    match player_response(service, request.video_id(), asker, &session, visitor_data) {
        Ok(said) => Json(answer(kind, said)).into_response(),
        Err(problem) => (StatusCode::INTERNAL_SERVER_ERROR, problem.to_string()).into_response(),
    }
}

/// What the player is told of a video, by who asks in whose session.
pub(crate) fn player_response(
    service: &Service,
    video_id: &str,
    asker: Asker,
    session: &Session,
    visitor_data: &str,
) -> io::Result<Value> {
    let conduct = service.conducts.of(video_id);
    let grant = match asker {
        Asker::Urls(client) => Some(Grant {
            video_id: video_id.to_owned(),
            session: session.clone(),
            client,
            largest: conduct.media_bytes,
            n: (conduct.hindrance == Some(Hindrance::NChallenge)).then_some(UNSOLVED_N),
        }),
        Asker::Sabr | Asker::Unfit => None,
    };
    let id = grant.clone().map(|grant| service.grants.give(grant)).transpose()?;
    let response = PlayerResponse {
        video: service.scenario.video(video_id),
        visitor_data,
        session,
        conduct: &conduct,
        asker,
        grant: id.as_deref().zip(grant.as_ref()),
        now: SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()),
    };
    Ok(response.json())
}

/// What a watch page shows beside the player, for whoever could not have the page.
pub(crate) async fn next(State(service): State<Arc<Service>>, Json(asked): Json<NextRequest>) -> Response {
    if service.conducts.of(&asked.video_id).hindrance == Some(Hindrance::TooManyRequests) {
        return StatusCode::TOO_MANY_REQUESTS.into_response();
    }
    match service.scenario.video(&asked.video_id) {
        Some(video) => Json(initial_data::of_watch_page(video)).into_response(),
        None => refused("there is no such video"),
    }
}

/// A playlist, asked for by `VL` and its id: what its page shows.
pub(crate) async fn browse(
    State(service): State<Arc<Service>>,
    Json(asked): Json<BrowseRequest>,
) -> Response {
    if service.conducts.of_all().hindrance == Some(Hindrance::TooManyRequests) {
        return StatusCode::TOO_MANY_REQUESTS.into_response();
    }
    match asked.browse_id.strip_prefix("VL") {
        Some(playlist_id) => {
            Json(initial_data::of_playlist_page(playlist_id, &service.scenario.videos)).into_response()
        }
        None => refused("only playlists can be browsed here"),
    }
}

/// The answer to a request that is not understood.
pub(crate) fn refused(message: &str) -> Response {
    let error = json!({ "error": { "code": 400, "message": message, "status": "INVALID_ARGUMENT" } });
    (StatusCode::BAD_REQUEST, Json(error)).into_response()
}
