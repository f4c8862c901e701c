use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};

use crate::app_state::AppState;
use crate::download_rules::Obstacle;
use crate::media::{self, SECONDS};
use crate::received::Download;
use crate::request_info::{RequestInfo, SentBody, in_path};
use crate::step::RequestKind;

/// The format of a live stream: sound and picture in one, in segments.
const ITAG: u32 = 93;

/// The number of segments in a playlist.
const SEGMENTS: u64 = 3;

/// The URL of a live stream's list of formats, by the `id` of an issued URL.
pub(crate) fn manifest_url(id: &str) -> String {
    format!(
        "https://manifest.googlevideo.com/api/manifest/hls_variant/id/{id}/source/yt_live_broadcast/file/index.m3u8"
    )
}

/// The list of formats.
///
/// As on YouTube, it and what it lists need no token.
pub(crate) async fn formats(State(app): State<Arc<AppState>>, head: Parts) -> Response {
    let Some((id, _)) = granted(&app, &head) else { return StatusCode::FORBIDDEN.into_response() };
    let url = format!(
        "https://manifest.googlevideo.com/api/manifest/hls_playlist/id/{id}/itag/{ITAG}/playlist/index.m3u8"
    );
    playlist(&format!(
        "#EXT-X-STREAM-INF:BANDWIDTH=600000,CODECS=\"avc1.42001E,mp4a.40.2\",RESOLUTION=640x360,FRAME-RATE=10\n{url}\n"
    ))
}

/// The newest segments.
pub(crate) async fn segments(State(app): State<Arc<AppState>>, head: Parts) -> Response {
    let Some((id, _)) = granted(&app, &head) else { return StatusCode::FORBIDDEN.into_response() };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let first = (now / u64::from(SECONDS)).saturating_sub(SEGMENTS);
    let listed: String = (first..first + SEGMENTS)
        .map(|number| {
            format!(
                "#EXTINF:{SECONDS}.0,\nhttps://rr1---sn-standin.googlevideo.com/videoplayback/id/{id}/itag/{ITAG}/sq/{number}/file/seg.ts\n"
            )
        })
        .collect();
    playlist(&format!(
        "#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:{SECONDS}\n#EXT-X-MEDIA-SEQUENCE:{first}\n{listed}"
    ))
}

/// A segment, by its number in the playlist.
pub(crate) async fn segment(app: Arc<AppState>, head: Parts) -> Response {
    let number: Option<u32> = in_path(head.uri.path(), "sq").and_then(|number| number.parse().ok());
    let (Some((_, video_id)), Some(number)) = (granted(&app, &head), number) else {
        return StatusCode::FORBIDDEN.into_response();
    };
    let info =
        RequestInfo { video_id: Some(video_id.clone()), ..RequestInfo::of_media_url(head.uri.path(), "") };
    let download = Download { itag: Some(ITAG), range: None, refused: None };
    app.note_download(info, RequestKind::Download, &head, SentBody::none(), Some(download));
    let made = tokio::task::spawn_blocking(move || media::segment(&video_id, number)).await;
    match made.map_err(std::io::Error::other).flatten() {
        Ok(bytes) => ([(CONTENT_TYPE, "video/mp2t")], bytes).into_response(),
        Err(problem) => (StatusCode::INTERNAL_SERVER_ERROR, problem.to_string()).into_response(),
    }
}

/// The id in a path, and the video that it was issued for, as long as that is live.
fn granted(app: &AppState, head: &Parts) -> Option<(String, String)> {
    let id = in_path(head.uri.path(), "id")?;
    let video_id = app.issued_urls.find(&id)?.video_id;
    (app.rules.of(&video_id).obstacle == Some(Obstacle::Live)).then_some((id, video_id))
}

fn playlist(lines: &str) -> Response {
    let headers = [(CONTENT_TYPE, "application/vnd.apple.mpegurl"), (CACHE_CONTROL, "no-store")];
    (headers, format!("#EXTM3U\n{lines}")).into_response()
}
