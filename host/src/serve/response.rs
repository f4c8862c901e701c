//! Responses, as bgutil's plugin reads them.

use super::rejection::Rejection;
use super::tokens::GivenToken;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_TYPE, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use hyper::{Response, StatusCode};
use potbridge_protocol::ShortText;
use potbridge_system::clock;
use serde::Serialize;
use std::time::Duration;
use zeroize::Zeroizing;

pub(super) type HttpResponse = Response<Full<Bytes>>;

/// Room for an answer besides what it holds of the client's and the token's.
const FRAME: usize = 128;

#[derive(Serialize)]
struct Ping<'a> {
    server_uptime: u64,
    version: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Pot<'a> {
    content_binding: &'a str,
    po_token: &'a str,
    expires_at: String,
}

#[derive(Serialize)]
struct Error<'a> {
    error: &'a str,
}

pub(super) fn ping(uptime: Duration, version: &ShortText) -> HttpResponse {
    json(StatusCode::OK, FRAME, &Ping { server_uptime: uptime.as_secs(), version: version.as_str() })
}

pub(super) fn given(given: &GivenToken) -> HttpResponse {
    let pot = Pot {
        content_binding: &given.content_binding,
        po_token: given.token.expose(),
        expires_at: clock::iso(given.expires_at),
    };
    json(StatusCode::OK, FRAME + pot.content_binding.len() + pot.po_token.len(), &pot)
}

/// An error in words. bgutil's plugin 2.0.2 shows them if the status is 200, and hides them otherwise.
pub(super) fn error(status: StatusCode, words: &str) -> HttpResponse {
    json(status, FRAME + words.len(), &Error { error: words })
}

/// The response to a request that is rejected. What is left of the request is not read.
pub(super) fn rejected(rejection: &Rejection) -> HttpResponse {
    let mut response = error(rejection.status(), &rejection.to_string());
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    if let Rejection::Method(allowed) = rejection {
        response.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
    }
    response
}

pub(super) fn empty_list() -> HttpResponse {
    json(StatusCode::OK, FRAME, &[(); 0])
}

pub(super) fn nothing() -> HttpResponse {
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

/// The body is wiped when it is sent.
fn json(status: StatusCode, room: usize, value: &impl Serialize) -> HttpResponse {
    let mut body = Zeroizing::new(Vec::with_capacity(room));
    // Writing texts and numbers to memory does not fail.
    let _ = serde_json::to_writer(&mut *body, value);
    let mut response = Response::new(Full::new(Bytes::from_owner(body)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
