use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::header::{HOST, LOCATION};
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use tower::ServiceExt;

use crate::media_host;
use crate::service::Service;
use crate::site::Site;
use crate::youtube;

/// A body that a browser hands over whole may have 20 MB; nothing sends more.
const BODY_LIMIT: usize = 64 << 20;

/// All hosts: the one that a request names decides who answers.
#[derive(Clone)]
pub(crate) struct Sites {
    youtube: Router,
    media: Router,
}

impl Sites {
    pub(crate) fn new(service: Arc<Service>) -> Self {
        let limit = axum::extract::DefaultBodyLimit::max(BODY_LIMIT);
        let media = media_host::router(Arc::clone(&service)).layer(limit);
        Self { youtube: youtube::router(service).layer(limit), media }
    }

    /// The answer to a request that came through TLS. A browser's own chatter with other hosts gets 404 at once.
    pub(crate) async fn answer(self, mut request: Request<Body>) -> Response {
        name_host(&mut request);
        let host = host(request.headers());
        if host == "youtube.com" {
            return redirect("www.youtube.com", request.uri());
        }
        if host.ends_with(".googlevideo.com") {
            return media_host::answer(self.media, request).await;
        }
        let Some(site) = Site::of_host(host) else { return StatusCode::NOT_FOUND.into_response() };
        request.extensions_mut().insert(site);
        self.youtube.oneshot(request).await.into_response()
    }

    /// The answer to a request without TLS: YouTube's hosts send to https.
    pub(crate) fn answer_insecure<B>(&self, request: &Request<B>) -> Response {
        let host = host(request.headers());
        match Site::of_host(host) {
            Some(_) => redirect(host, request.uri()),
            None => StatusCode::NOT_FOUND.into_response(),
        }
    }
}

/// Over HTTP/2 the host stands in the URI: puts it where HTTP/1.1 has it.
fn name_host(request: &mut Request<Body>) {
    if request.headers().contains_key(HOST) {
        return;
    }
    let named =
        request.uri().authority().and_then(|authority| HeaderValue::from_str(authority.as_str()).ok());
    if let Some(named) = named {
        request.headers_mut().insert(HOST, named);
    }
}

/// The name that a request goes to, without a port.
pub(crate) fn host(headers: &HeaderMap) -> &str {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    host.split_once(':').map_or(host, |(name, _port)| name)
}

pub(crate) fn redirect(host: &str, uri: &Uri) -> Response {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    (StatusCode::MOVED_PERMANENTLY, [(LOCATION, format!("https://{host}{path}"))]).into_response()
}
