use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, HeaderMap, RANGE,
};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::stream;

use crate::app_state::AppState;
use crate::audio_track::language_of;
use crate::download_rules::{DownloadRules, Refusal};
use crate::format::Format;
use crate::issued_urls::IssuedUrl;
use crate::obstacle::{Asked, Obstacle};
use crate::player_client::Offer;
use crate::received::Download;
use crate::request_info::{RequestInfo, SentBody, in_query};
use crate::step::RequestKind;
use crate::tokens::MediaRefusal;

/// The bytes that are sent at once at full speed.
///
/// Between two chunks a token can expire and a connection can break off.
const CHUNK: usize = 16 << 10;

/// The time for sent bytes to leave before a connection breaks off.
const BEFORE_BREAKING: Duration = Duration::from_millis(50);

/// Chunks a second at a limited speed.
const CHUNKS_A_SECOND: u64 = 10;

/// A format of a video, or a range of it, for a downloader that shows the right token.
pub(crate) async fn media(app: Arc<AppState>, head: Parts) -> Response {
    let query = head.uri.query().unwrap_or_default();
    let info = RequestInfo::of_media_url(head.uri.path(), query);
    let format = in_query(query, "itag").and_then(|itag| itag.parse().ok()).and_then(Format::of);
    let id = in_query(query, "id").unwrap_or_default();
    let issued = app.issued_urls.find(&id);
    let video_id = issued.as_ref().map(|issued| issued.video_id.clone());
    let rules = app.rules.of(video_id.as_deref().unwrap_or_default());
    let xtags = in_query(query, "xtags");
    let language = xtags.as_deref().and_then(language_of).map(str::to_owned);
    let range = range(&head.headers);

    let asked = asked(&rules, issued, format, query);
    let token = info.po_token.clone().unwrap_or_default();
    let refused = match &asked {
        Ok((issued, _)) => right(&app, &rules, issued, &token).err(),
        Err(refusal) => Some(*refusal),
    };
    let download = Download { itag: format.map(|format| format.itag), range, refused };
    let info = RequestInfo { video_id, ..info };
    app.note_download(info, RequestKind::Download, &head, SentBody::none(), Some(download));
    let (issued, format) = match asked {
        Ok(asked) => asked,
        Err(MediaRefusal::OfEverybody(status)) => return status.into_response(),
        Err(_) => return StatusCode::FORBIDDEN.into_response(),
    };
    if rules.obstacle == Some(Obstacle::PostLive) {
        return ended_stream(query);
    }
    let in_vain = limit(&app, &rules, &issued, format);
    let first = range.map_or(0, |(first, _)| first);
    if refused.is_some() && first.max(app.rules.served_in_vain(&id, format.itag)) >= in_vain {
        return match rules.refusal {
            Refusal::Empty => StatusCode::OK.into_response(),
            Refusal::AtOnce | Refusal::Late { .. } => StatusCode::FORBIDDEN.into_response(),
        };
    }

    let (video_id, largest, of) = (issued.video_id.clone(), issued.largest, Arc::clone(&app));
    let made =
        tokio::task::spawn_blocking(move || of.media.bytes(&video_id, language.as_deref(), format, largest))
            .await;
    let bytes = match made.map_err(std::io::Error::other).flatten() {
        Ok(bytes) => bytes,
        Err(problem) => return (StatusCode::INTERNAL_SERVER_ERROR, problem.to_string()).into_response(),
    };
    let sending = Sending { app, id, issued, format, token, rest: bytes, at: first, sent: 0 };
    answer(sending, format, range)
}

/// What is asked for, or why it is given to nobody.
fn asked(
    rules: &DownloadRules,
    issued: Option<IssuedUrl>,
    format: Option<&'static Format>,
    query: &str,
) -> Result<(IssuedUrl, &'static Format), MediaRefusal> {
    if let Some(status) = rules.obstacle.and_then(|obstacle| obstacle.status(Asked::Media)) {
        return Err(MediaRefusal::OfEverybody(status));
    }
    let (Some(issued), Some(format)) = (issued, format) else { return Err(MediaRefusal::UnknownUrl) };
    if issued.n.is_some() && in_query(query, "n").as_deref() == issued.n {
        return Err(MediaRefusal::UnsolvedChallenge);
    }
    Ok((issued, format))
}

/// Whether this token is right for this URL, or why not.
pub(crate) fn right(
    app: &AppState,
    rules: &DownloadRules,
    issued: &IssuedUrl,
    token: &str,
) -> Result<(), MediaRefusal> {
    match issued.offer {
        Offer::Urls => Ok(()),
        Offer::UrlsWithAttestation => Err(MediaRefusal::NotAttested),
        _ => {
            let video_id = &issued.video_id;
            app.tokens.check(Some(token), &app.requirement(video_id, &issued.visitor, rules))?;
            if app.rules.refuses(video_id, token, rules.refuse_first_tokens) {
                app.tokens.expire(token);
                return Err(MediaRefusal::Expired);
            }
            Ok(())
        }
    }
}

/// The number of a format's first bytes that need no token.
pub(crate) fn limit(app: &AppState, rules: &DownloadRules, issued: &IssuedUrl, format: &Format) -> u64 {
    let Refusal::Late { seconds, bytes } = rules.refusal else { return 0 };
    let length = app.video(&issued.video_id).map_or(1, |video| u64::from(video.seconds));
    bytes.min(format.bytes(issued.largest) * u64::from(seconds) / length)
}

/// A format of a live stream that has ended: how many segments it had, and that they are gone.
fn ended_stream(query: &str) -> Response {
    match in_query(query, "sq") {
        Some(_) => StatusCode::NOT_FOUND.into_response(),
        None => [("x-head-seqnum", "12")].into_response(),
    }
}

/// The range that a request names: its first byte and, if it names one, its last.
fn range(headers: &HeaderMap) -> Option<(u64, Option<u64>)> {
    let (first, last) = headers.get(RANGE)?.to_str().ok()?.strip_prefix("bytes=")?.split_once('-')?;
    Some((first.parse().ok()?, last.parse().ok()))
}

fn answer(mut sending: Sending, format: &Format, range: Option<(u64, Option<u64>)>) -> Response {
    let length = sending.rest.len();
    let bounds = range.map(|(first, last)| {
        let end = last.map_or(length, |last| {
            usize::try_from(last).map_or(length, |last| length.min(last.saturating_add(1)))
        });
        (usize::try_from(first).unwrap_or(usize::MAX), end)
    });
    let mut headers = HeaderMap::from_iter([
        (CONTENT_TYPE, HeaderValue::from_static(format.mime_type)),
        (ACCEPT_RANGES, HeaderValue::from_static("bytes")),
        (CACHE_CONTROL, HeaderValue::from_static("private, max-age=21298")),
    ]);
    let mut say =
        |name, value: String| headers.extend(HeaderValue::from_str(&value).ok().map(|value| (name, value)));
    let status = match bounds {
        Some((first, end)) if first >= end => {
            say(CONTENT_RANGE, format!("bytes */{length}"));
            return (StatusCode::RANGE_NOT_SATISFIABLE, headers).into_response();
        }
        Some((first, end)) => {
            sending.rest = sending.rest.slice(first..end);
            say(CONTENT_RANGE, format!("bytes {first}-{}/{length}", end - 1));
            StatusCode::PARTIAL_CONTENT
        }
        None => StatusCode::OK,
    };
    say(CONTENT_LENGTH, sending.rest.len().to_string());
    let body =
        Body::from_stream(stream::unfold(Some(sending), |sending| async move { sending?.next().await }));
    (status, headers, body).into_response()
}

/// A transfer on one connection.
struct Sending {
    app: Arc<AppState>,
    /// The `id` of the URL
    id: String,
    issued: IssuedUrl,
    format: &'static Format,
    token: String,
    rest: Bytes,
    /// The place of the next byte in the format
    at: u64,
    /// The bytes that were sent on this connection
    sent: u64,
}

/// A chunk, and what follows it. An error breaks the connection off.
type Next = Option<(Result<Bytes, std::io::Error>, Option<Sending>)>;

impl Sending {
    async fn next(mut self) -> Next {
        if self.rest.is_empty() {
            return None;
        }
        let Self { app, issued, .. } = &self;
        // Read again for each chunk, so that a test can change the speed of a transfer.
        let rules = app.rules.of(&issued.video_id);
        let mut most = CHUNK;
        if let Some(speed) = rules.bytes_per_second {
            tokio::time::sleep(Duration::from_millis(1000 / CHUNKS_A_SECOND)).await;
            most = usize::try_from(speed.div_ceil(CHUNKS_A_SECOND)).unwrap_or(CHUNK);
        }
        if let Some(cut) = rules.cut {
            let left = cut.after_bytes.saturating_sub(self.sent);
            if left == 0 && app.rules.take_cut(cut) {
                return broken("the rules cut this connection").await;
            }
            // It breaks off after exactly so many bytes.
            if left > 0 {
                most = most.min(usize::try_from(left).unwrap_or(CHUNK));
            }
        }
        let refused = right(app, &rules, issued, &self.token).is_err();
        if refused {
            let in_vain = app.rules.served_in_vain(&self.id, self.format.itag).max(self.at);
            let left = limit(app, &rules, issued, self.format).saturating_sub(in_vain);
            if left == 0 {
                return broken("the token is not valid").await;
            }
            most = most.min(usize::try_from(left).unwrap_or(CHUNK));
        }
        let chunk = self.rest.split_to(most.min(self.rest.len()));
        self.sent += chunk.len() as u64;
        self.at += chunk.len() as u64;
        if refused {
            self.app.rules.serve_in_vain(&self.id, self.format.itag, chunk.len() as u64);
        }
        if let Some(after) = rules.refuse_token_after
            && self.app.rules.serve(&self.issued.video_id, chunk.len() as u64, after)
        {
            self.app.tokens.expire(&self.token);
        }
        Some((Ok(chunk), Some(self)))
    }
}

async fn broken(why: &str) -> Next {
    // If a body fails, hyper drops what it has not written yet. What was sent before has to arrive.
    tokio::time::sleep(BEFORE_BREAKING).await;
    Some((Err(std::io::Error::other(why.to_owned())), None))
}
