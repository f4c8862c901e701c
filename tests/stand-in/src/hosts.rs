use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::header::{HOST, LOCATION};
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode, Uri};
use axum::response::{Html, IntoResponse, Response};
use tower::ServiceExt;

use crate::app_state::AppState;
use crate::foreign;
use crate::media_routes;
use crate::site::Site;
use crate::site_routes;

/// A browser hands over bodies of up to 20 MB. Nothing sends more.
const BODY_LIMIT: usize = 64 << 20;

/// What YouTube shows before its own pages to who has not answered yet.
const CONSENT: &str =
    "<!doctype html>\n<title>Before you continue to YouTube</title>\n<button>Accept all</button>\n";

/// All hosts. The host that a request names decides which routes answer.
#[derive(Clone)]
pub(crate) struct Hosts {
    youtube: Router,
    media: Router,
}

impl Hosts {
    pub(crate) fn new(app: Arc<AppState>) -> Self {
        let limit = axum::extract::DefaultBodyLimit::max(BODY_LIMIT);
        let media = media_routes::router(Arc::clone(&app)).layer(limit);
        Self { youtube: site_routes::router(app).layer(limit), media }
    }

    /// The answer to a request through TLS. A browser's own requests to other hosts get 404.
    pub(crate) async fn answer(self, mut request: Request<Body>) -> Response {
        set_host(&mut request);
        let host = host(request.headers());
        if host == "youtube.com" {
            return redirect("www.youtube.com", request.uri());
        }
        if host.ends_with(".googlevideo.com") || host.ends_with(".c.youtube.com") {
            return media_routes::answer(self.media, request).await;
        }
        if foreign::is_host(host) {
            return foreign::answer(&request);
        }
        if host == "consent.youtube.com" {
            return Html(CONSENT).into_response();
        }
        let Some(site) = Site::of_host(host) else { return StatusCode::NOT_FOUND.into_response() };
        request.extensions_mut().insert(site);
        self.youtube.oneshot(request).await.into_response()
    }

    /// The answer to a request without TLS. YouTube's hosts redirect to https.
    pub(crate) fn answer_insecure<B>(&self, request: &Request<B>) -> Response {
        let host = host(request.headers());
        match Site::of_host(host) {
            Some(_) => redirect(host, request.uri()),
            None => StatusCode::NOT_FOUND.into_response(),
        }
    }
}

/// Sets the `Host` header from the URI, which has the host in HTTP/2.
fn set_host(request: &mut Request<Body>) {
    if request.headers().contains_key(HOST) {
        return;
    }
    let named =
        request.uri().authority().and_then(|authority| HeaderValue::from_str(authority.as_str()).ok());
    if let Some(named) = named {
        request.headers_mut().insert(HOST, named);
    }
}

/// The host of a request, without a port.
pub(crate) fn host(headers: &HeaderMap) -> &str {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    host.split_once(':').map_or(host, |(name, _port)| name)
}

pub(crate) fn redirect(host: &str, uri: &Uri) -> Response {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    (StatusCode::MOVED_PERMANENTLY, [(LOCATION, format!("https://{host}{path}"))]).into_response()
}
