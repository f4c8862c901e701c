use std::io;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Json;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::app_state::AppState;
use crate::issued_urls::IssuedUrl;
use crate::obstacle::{Asked, Obstacle};
use crate::player_client::{Offer, PlayerClient};
use crate::player_request::{PlayerRequest, answer};
use crate::player_response::{PlayerResponse, UNSOLVED_N};
use crate::request_info::SentBody;
use crate::step::RequestKind;
use crate::visitor::Visitor;
use crate::visitor_data;

/// One of the requests to InnerTube that players send, or a downloader as a player.
pub(crate) fn player(kind: RequestKind, app: &AppState, head: &Parts, body: &[u8]) -> Response {
    let body = match SentBody::read(body) {
        Ok(body) => body,
        Err(problem) => return refused(&format!("the gzip body does not inflate: {problem}")),
    };
    let request = PlayerRequest::read(kind, &body.bytes);
    let info = request.as_ref().map(PlayerRequest::info).unwrap_or_default();
    let visitor = app.visitor(head);
    let extraction = request.as_ref().is_ok_and(PlayerRequest::is_extraction);
    if extraction {
        app.note_download(info, RequestKind::Extraction, head, body, None);
    } else {
        app.note(info, Some(&visitor), kind, head, body);
    }
    let request = match request {
        Ok(request) => request,
        // serde_json's own text is not passed on: it can quote the body.
        Err(_) => return refused(&format!("the body is not the JSON of a {} request", kind.word())),
    };
    let visitor_data = request.visitor_data().unwrap_or_default();
    // yt-dlp's `visitor_data` sets the header. The context then still names the visitor of the page before.
    let in_context =
        visitor_data::id_in_data(visitor_data).filter(|_| !head.headers.contains_key(visitor_data::HEADER));
    let visitor = Visitor { visitor_id: in_context.or(visitor.visitor_id), ..visitor };
    let client = request.client();
    let rules = app.rules.of(request.video_id());
    if extraction && let Some(status) = rules.obstacle_of(client, &visitor).and_then(api_status) {
        return status.into_response();
    }
    match player_response(app, request.video_id(), client, &visitor, visitor_data) {
        Ok(said) => Json(answer(kind, said)).into_response(),
        Err(problem) => (StatusCode::INTERNAL_SERVER_ERROR, problem.to_string()).into_response(),
    }
}

/// What the player is told of a video.
pub(crate) fn player_response(
    app: &AppState,
    video_id: &str,
    client: PlayerClient,
    visitor: &Visitor,
    visitor_data: &str,
) -> io::Result<Value> {
    let rules = app.rules.of(video_id);
    let offer = rules.offer(client, visitor.account.is_some());
    let obstacle = rules.obstacle_of(client, visitor);
    let has_media = !matches!(offer, Offer::Nothing | Offer::Refused(_));
    let challenged = obstacle == Some(Obstacle::NChallenge) && client.solves_challenges();
    let url = has_media.then(|| IssuedUrl {
        video_id: video_id.to_owned(),
        visitor: visitor.clone(),
        client: client.name(),
        offer,
        largest: rules.media_bytes,
        n: challenged.then_some(UNSOLVED_N),
    });
    let id = url.clone().map(|url| app.issued_urls.id_of(url)).transpose()?;
    let video = app.video(video_id);
    let response = PlayerResponse {
        video: video.as_ref(),
        visitor_data,
        visitor,
        rules: &rules,
        client,
        offer,
        obstacle,
        url: id.as_deref().zip(url.as_ref()),
        now: SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()),
    };
    Ok(response.json())
}

/// The HTTP status that an obstacle puts in place of an answer.
pub(crate) fn api_status(obstacle: Obstacle) -> Option<StatusCode> {
    obstacle.status(Asked::Api)
}

/// The answer to a request that is not understood.
pub(crate) fn refused(message: &str) -> Response {
    let error = json!({ "error": { "code": 400, "message": message, "status": "INVALID_ARGUMENT" } });
    (StatusCode::BAD_REQUEST, Json(error)).into_response()
}
