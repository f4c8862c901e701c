use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};

use crate::conduct::Hindrance;
use crate::labels::{Labels, SentBody, in_path};
use crate::media::{self, SECONDS};
use crate::received::Download;
use crate::service::Service;
use crate::step::RequestKind;

/// The format of a broadcast: sound and picture in one, in pieces.
const ITAG: u32 = 93;

/// How many pieces a playlist holds.
const PIECES: u64 = 3;

/// Where a broadcast's list of formats is, for whom this id was given to.
pub(crate) fn manifest_url(id: &str) -> String {
    format!(
        "https://manifest.googlevideo.com/api/manifest/hls_variant/id/{id}/source/yt_live_broadcast/file/index.m3u8"
    )
}

/// The list of formats. As on YouTube, it and what it lists need no token.
pub(crate) async fn formats(State(service): State<Arc<Service>>, head: Parts) -> Response {
    let Some((id, _)) = granted(&service, &head) else { return StatusCode::FORBIDDEN.into_response() };
    let url = format!(
        "https://manifest.googlevideo.com/api/manifest/hls_playlist/id/{id}/itag/{ITAG}/playlist/index.m3u8"
    );
    playlist(&format!(
        "#EXT-X-STREAM-INF:BANDWIDTH=600000,CODECS=\"avc1.42001E,mp4a.40.2\",RESOLUTION=640x360,FRAME-RATE=10\n{url}\n"
    ))
}

/// The pieces of the moment.
pub(crate) async fn pieces(State(service): State<Arc<Service>>, head: Parts) -> Response {
    let Some((id, _)) = granted(&service, &head) else { return StatusCode::FORBIDDEN.into_response() };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let first = (now / u64::from(SECONDS)).saturating_sub(PIECES);
    let listed: String = (first..first + PIECES)
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

/// A piece, under the number that a playlist gave it.
pub(crate) async fn piece(service: Arc<Service>, head: Parts) -> Response {
    let number: Option<u32> = in_path(head.uri.path(), "sq").and_then(|number| number.parse().ok());
    let (Some((_, video_id)), Some(number)) = (granted(&service, &head), number) else {
        return StatusCode::FORBIDDEN.into_response();
    };
    let labels = Labels { video_id: Some(video_id.clone()), ..Labels::of_media_url(head.uri.path(), "") };
    let download = Download { itag: Some(ITAG), range: None, refused: None };
    service.note_download(labels, RequestKind::Download, &head, SentBody::none(), Some(download));
    let made = tokio::task::spawn_blocking(move || media::piece(&video_id, number)).await;
    match made.map_err(std::io::Error::other).flatten() {
        Ok(bytes) => ([(CONTENT_TYPE, "video/mp2t")], bytes).into_response(),
        Err(problem) => (StatusCode::INTERNAL_SERVER_ERROR, problem.to_string()).into_response(),
    }
}

/// The id in a path, and the video that it was given for, as long as that is live.
fn granted(service: &Service, head: &Parts) -> Option<(String, String)> {
    let id = in_path(head.uri.path(), "id")?;
    let video_id = service.grants.of(&id)?.video_id;
    (service.conducts.of(&video_id).hindrance == Some(Hindrance::Live)).then_some((id, video_id))
}

fn playlist(lines: &str) -> Response {
    let headers = [(CONTENT_TYPE, "application/vnd.apple.mpegurl"), (CACHE_CONTROL, "no-store")];
    (headers, format!("#EXTM3U\n{lines}")).into_response()
}
