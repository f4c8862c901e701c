//! Media by SABR for a downloader: a request names formats and what it has of them, and gets the next segment of each.
//!
//! With the first segment comes what stands before it. yt-dlp's branch for SABR (2026.07.04) loads from here, too.

use std::sync::Arc;

use axum::body::Bytes;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};

use crate::app_state::AppState;
use crate::audio_track::language_of;
use crate::download_rules::{DownloadRules, Refusal};
use crate::format::Format;
use crate::issued_urls::IssuedUrl;
use crate::media_download::{limit, right};
use crate::media_request::{self, FormatId, wanted_formats};
use crate::media_routes::refused;
use crate::obstacle::Asked;
use crate::received::Download;
use crate::request_info::{RequestInfo, SentBody, in_query};
use crate::step::RequestKind;
use crate::ump::{self, Protection, Segment};

/// The number of segments of a format, with number 0, which stands before the first. A segment is a part of its file.
const SEGMENTS: u32 = 10;

/// What the player's answer issued the URL of a request for.
pub(crate) fn issued(app: &AppState, head: &Parts) -> Option<IssuedUrl> {
    app.issued_urls.find(&in_query(head.uri.query().unwrap_or_default(), "id")?)
}

/// The next segments, and whether the request's token is good enough.
///
/// Without the right token the beginning is given all the same: the status is "pending". Then it is "refused", and nothing is
/// given. The HTTP status says nothing of it, as on YouTube.
pub(crate) async fn media(app: Arc<AppState>, issued: IssuedUrl, head: Parts, body: Bytes) -> Response {
    let rules = app.rules.of(&issued.video_id);
    if let Some(status) = rules.obstacle.and_then(|obstacle| obstacle.status(Asked::Media)) {
        return status.into_response();
    }
    let Ok(body) = SentBody::read(&body) else { return refused("the gzip body does not inflate") };
    let query = head.uri.query().unwrap_or_default();
    let (Ok(info), Ok(wanted)) = (media_request::of_sabr(query, &body.bytes), wanted_formats(&body.bytes))
    else {
        return refused("the body is not the protobuf that this takes");
    };
    let token = info.po_token.clone().unwrap_or_default();
    let wrong = right(&app, &rules, &issued, &token).err();
    let info = RequestInfo { video_id: Some(issued.video_id.clone()), ..info };
    let itag = wanted.first().map(|(format, _)| format.itag);
    let download = Download { itag, range: None, refused: wrong };
    app.note_download(info, RequestKind::Download, &head, body, Some(download));
    if wrong.is_some() && rules.refusal == Refusal::Empty {
        return StatusCode::OK.into_response();
    }
    let made = tokio::task::spawn_blocking(move || answer(&app, &rules, &issued, wrong.is_some(), &wanted));
    match made.await.map_err(std::io::Error::other).flatten() {
        Ok(parts) => {
            ([(CONTENT_TYPE, "application/vnd.yt-ump"), (CACHE_CONTROL, "no-store")], parts).into_response()
        }
        Err(problem) => (StatusCode::INTERNAL_SERVER_ERROR, problem.to_string()).into_response(),
    }
}

fn answer(
    app: &AppState,
    rules: &DownloadRules,
    issued: &IssuedUrl,
    wrong: bool,
    wanted: &[(FormatId, u32)],
) -> std::io::Result<Vec<u8>> {
    let seconds = app.video(&issued.video_id).map_or(1, |video| video.seconds);
    let segment_ms = seconds * 1000 / (SEGMENTS - 1);
    let (mut media, mut given) = (Vec::new(), 0);
    for (id, number) in wanted {
        let Some(format) = Format::of(id.itag) else { continue };
        media.extend(ump::initialization(&issued.video_id, id.clone(), seconds, SEGMENTS, format.mime_type));
        let begins = format.bytes(issued.largest) * u64::from(*number) / u64::from(SEGMENTS);
        if *number >= SEGMENTS || (wrong && begins >= limit(app, rules, issued, format)) {
            continue;
        }
        let language = id.xtags.as_deref().and_then(language_of);
        let whole = app.media.bytes(&issued.video_id, language, format, issued.largest)?;
        let at = |number: u32| whole.len() * number as usize / SEGMENTS as usize;
        for number in *number..=(*number).max(1) {
            given += 1;
            let segment = Segment {
                format: id.clone(),
                number,
                start_ms: number.saturating_sub(1) * segment_ms,
                duration_ms: if number == 0 { 0 } else { segment_ms },
                content: &whole[at(number)..at(number + 1)],
            };
            media.extend(ump::segment(given, segment));
        }
    }
    let protection = match (wrong, given) {
        (false, _) => Protection::Good,
        (true, 1..) => Protection::Pending,
        (true, 0) => Protection::Refused,
    };
    Ok([ump::protection(protection), media, ump::next_request()].concat())
}
