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

use crate::conduct::{Conduct, Hindrance};
use crate::format::Format;
use crate::grants::Grant;
use crate::labels::{Labels, SentBody, in_query};
use crate::received::Download;
use crate::service::Service;
use crate::step::RequestKind;
use crate::tokens::Refusal;

/// How much is sent at once, where media come as fast as they can: between two pieces a token can expire and a connection break off.
const PIECE: usize = 16 << 10;

/// How long what was sent has to leave before a connection breaks off.
const BEFORE_BREAKING: Duration = Duration::from_millis(50);

/// Pieces a second where media come slowly.
const PIECES_A_SECOND: u64 = 10;

/// A format of a video, or a range of it, for a downloader that shows the right token.
pub(crate) async fn media(service: Arc<Service>, head: Parts) -> Response {
    let query = head.uri.query().unwrap_or_default();
    let labels = Labels::of_media_url(head.uri.path(), query);
    let format = in_query(query, "itag").and_then(|itag| itag.parse().ok()).and_then(Format::of);
    let grant = in_query(query, "id").and_then(|id| service.grants.of(&id));
    let video_id = grant.as_ref().map(|grant| grant.video_id.clone());
    let conduct = service.conducts.of(video_id.as_deref().unwrap_or_default());
    let range = range(&head.headers);

    let allowed = allowed(&service, &conduct, grant, format, query, labels.po_token.as_deref());
    let download =
        Download { itag: format.map(|format| format.itag), range, refused: allowed.as_ref().err().copied() };
    let token = labels.po_token.clone().unwrap_or_default();
    let labels = Labels { video_id, ..labels };
    service.note_download(labels, RequestKind::Download, &head, SentBody::none(), Some(download));
    let (grant, format) = match allowed {
        Ok(allowed) => allowed,
        Err(Refusal::TooMany) => return StatusCode::TOO_MANY_REQUESTS.into_response(),
        Err(_) => return StatusCode::FORBIDDEN.into_response(),
    };

    let (video_id, largest, of) = (grant.video_id.clone(), grant.largest, Arc::clone(&service));
    let made = tokio::task::spawn_blocking(move || of.media.bytes(&video_id, format, largest)).await;
    let bytes = match made.map_err(std::io::Error::other).flatten() {
        Ok(bytes) => bytes,
        Err(problem) => return (StatusCode::INTERNAL_SERVER_ERROR, problem.to_string()).into_response(),
    };
    answer(Sending { service, grant, token, rest: bytes, sent: 0 }, format, range)
}

/// Whether this may be downloaded with this token: what exactly, or why not.
fn allowed(
    service: &Service,
    conduct: &Conduct,
    grant: Option<Grant>,
    format: Option<&'static Format>,
    query: &str,
    token: Option<&str>,
) -> Result<(Grant, &'static Format), Refusal> {
    if conduct.hindrance == Some(Hindrance::TooManyRequests) {
        return Err(Refusal::TooMany);
    }
    let (Some(grant), Some(format)) = (grant, format) else { return Err(Refusal::UnknownUrl) };
    if grant.n.is_some() && in_query(query, "n").as_deref() == grant.n {
        return Err(Refusal::UnsolvedChallenge);
    }
    service.tokens.check(token, &service.wanted(&grant.video_id, &grant.session, conduct))?;
    Ok((grant, format))
}

/// The one range that a request names: its first byte and, where it has one, its last.
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

/// What is under way on one connection.
struct Sending {
    service: Arc<Service>,
    grant: Grant,
    token: String,
    rest: Bytes,
    sent: u64,
}

/// A piece, and what follows it. An error breaks the connection off.
type Next = Option<(Result<Bytes, std::io::Error>, Option<Sending>)>;

impl Sending {
    async fn next(mut self) -> Next {
        if self.rest.is_empty() {
            return None;
        }
        let Self { service, grant, .. } = &self;
        // Anew for each piece, so that a test can slow a transfer down or let it go.
        let conduct = service.conducts.of(&grant.video_id);
        let mut most = PIECE;
        if let Some(speed) = conduct.bytes_per_second {
            tokio::time::sleep(Duration::from_millis(1000 / PIECES_A_SECOND)).await;
            most = usize::try_from(speed.div_ceil(PIECES_A_SECOND)).unwrap_or(PIECE);
        }
        if let Some(cut) = conduct.cut {
            let left = cut.after_bytes.saturating_sub(self.sent);
            if left == 0 && service.conducts.take_cut(cut) {
                return broken("as the scenario wants it").await;
            }
            // Exactly after so many bytes.
            if left > 0 {
                most = most.min(usize::try_from(left).unwrap_or(PIECE));
            }
        }
        let wanted = service.wanted(&grant.video_id, &grant.session, &conduct);
        if service.tokens.check(Some(&self.token), &wanted).is_err() {
            return broken("the token is not good any more").await;
        }
        let piece = self.rest.split_to(most.min(self.rest.len()));
        self.sent += piece.len() as u64;
        if let Some(after) = conduct.refuse_token_after
            && self.service.conducts.serve(&self.grant.video_id, piece.len() as u64, after)
        {
            self.service.tokens.expire(&self.token);
        }
        Some((Ok(piece), Some(self)))
    }
}

async fn broken(why: &str) -> Next {
    // hyper throws away what it has not written yet when a body fails: what was sent before is to arrive.
    tokio::time::sleep(BEFORE_BREAKING).await;
    Some((Err(std::io::Error::other(why.to_owned())), None))
}
