use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};

use crate::app_state::AppState;
use crate::download_rules::{DownloadRules, Refusal};
use crate::issued_urls::IssuedUrl;
use crate::media::{self, SECONDS};
use crate::media_download::right;
use crate::obstacle::Obstacle;
use crate::received::Download;
use crate::request_info::{RequestInfo, SentBody, in_path};
use crate::step::RequestKind;

/// The format of HLS: sound and picture in one, in segments.
const ITAG: u32 = 93;

/// The number of segments in a playlist.
const SEGMENTS: u64 = 3;

/// The URL of a list of formats, by the `id` of an issued URL.
pub(crate) fn manifest_url(id: &str, live: bool) -> String {
    let source = if live { "yt_live_broadcast" } else { "youtube" };
    format!(
        "https://manifest.googlevideo.com/api/manifest/hls_variant/id/{id}/source/{source}/file/index.m3u8"
    )
}

/// A request for what an issued URL lists.
struct Listed {
    id: String,
    issued: IssuedUrl,
    rules: DownloadRules,
    live: bool,
}

/// The list of formats.
///
/// As on YouTube, it needs no token. A token in its path stands in what it lists.
pub(crate) async fn formats(State(app): State<Arc<AppState>>, head: Parts) -> Response {
    let Some(Listed { id, .. }) = listed(&app, &head) else { return StatusCode::FORBIDDEN.into_response() };
    let token = shown(&head);
    let url = format!(
        "https://manifest.googlevideo.com/api/manifest/hls_playlist/id/{id}/itag/{ITAG}{token}/playlist/index.m3u8"
    );
    playlist(&format!(
        "#EXT-X-STREAM-INF:BANDWIDTH=600000,CODECS=\"avc1.42001E,mp4a.40.2\",RESOLUTION=640x360,FRAME-RATE=10\n{url}\n"
    ))
}

/// The segments: the newest of a live stream, all of another video.
pub(crate) async fn segments(State(app): State<Arc<AppState>>, head: Parts) -> Response {
    let Some(Listed { id, issued, live, .. }) = listed(&app, &head) else {
        return StatusCode::FORBIDDEN.into_response();
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let first = if live { (now / u64::from(SECONDS)).saturating_sub(SEGMENTS) } else { 0 };
    let seconds = if live { u64::from(SECONDS) } else { segment_seconds(&app, &issued) };
    let token = shown(&head);
    let listed: String = (first..first + SEGMENTS)
        .map(|number| {
            format!(
                "#EXTINF:{seconds}.0,\nhttps://rr1---sn-standin.googlevideo.com/videoplayback/id/{id}/itag/{ITAG}/sq/{number}{token}/file/seg.ts\n"
            )
        })
        .collect();
    let end = if live { "" } else { "#EXT-X-ENDLIST\n" };
    playlist(&format!(
        "#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:{seconds}\n#EXT-X-MEDIA-SEQUENCE:{first}\n{listed}{end}"
    ))
}

/// A segment, by its number in the playlist. Those of a live stream need no token.
pub(crate) async fn segment(app: Arc<AppState>, head: Parts) -> Response {
    let number: Option<u32> = in_path(head.uri.path(), "sq").and_then(|number| number.parse().ok());
    let (Some(Listed { issued, rules, live, .. }), Some(number)) = (listed(&app, &head), number) else {
        return StatusCode::FORBIDDEN.into_response();
    };
    let info = RequestInfo::of_media_url(head.uri.path(), "");
    let token = info.po_token.clone().unwrap_or_default();
    let refused = if live { None } else { right(&app, &rules, &issued, &token).err() };
    let info = RequestInfo { video_id: Some(issued.video_id.clone()), ..info };
    let download = Download { itag: Some(ITAG), range: None, refused };
    app.note_download(info, RequestKind::Download, &head, SentBody::none(), Some(download));
    let begins = u64::from(number) * segment_seconds(&app, &issued);
    match rules.refusal {
        Refusal::Late { seconds, .. } if refused.is_some() && begins < u64::from(seconds) => {}
        Refusal::Empty if refused.is_some() => return StatusCode::OK.into_response(),
        _ if refused.is_some() => return StatusCode::FORBIDDEN.into_response(),
        _ => {}
    }
    let made = tokio::task::spawn_blocking(move || media::segment(&issued.video_id, number)).await;
    match made.map_err(std::io::Error::other).flatten() {
        Ok(bytes) => ([(CONTENT_TYPE, "video/mp2t")], bytes).into_response(),
        Err(problem) => (StatusCode::INTERNAL_SERVER_ERROR, problem.to_string()).into_response(),
    }
}

/// What a path asks for, as long as that is offered as HLS.
fn listed(app: &AppState, head: &Parts) -> Option<Listed> {
    let id = in_path(head.uri.path(), "id")?;
    let issued = app.issued_urls.find(&id)?;
    let rules = app.rules.of(&issued.video_id);
    let live = rules.obstacle == Some(Obstacle::Live);
    (live || rules.hls).then_some(Listed { id, issued, rules, live })
}

/// The token in a path, as a part of another one.
fn shown(head: &Parts) -> String {
    in_path(head.uri.path(), "pot").map_or_else(String::new, |token| format!("/pot/{token}"))
}

/// The length that a playlist says of each segment of a video that is not live.
fn segment_seconds(app: &AppState, issued: &IssuedUrl) -> u64 {
    app.video(&issued.video_id).map_or(1, |video| u64::from(video.seconds).div_ceil(SEGMENTS))
}

fn playlist(lines: &str) -> Response {
    let headers = [(CONTENT_TYPE, "application/vnd.apple.mpegurl"), (CACHE_CONTROL, "no-store")];
    (headers, format!("#EXTM3U\n{lines}")).into_response()
}
