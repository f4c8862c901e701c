//! Pages of other sites: what any page on the web can send to the player's hosts.

use axum::body::Body;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, LOCATION};
use axum::http::{Request, StatusCode, Uri};
use axum::response::{Html, IntoResponse, Response};

use crate::assets;
use crate::request_info::in_query;

const PAGE: &str = "<!doctype html>\n<title>Elsewhere</title>\n<body>\n\
    <script src=\"/s/stand-in/foreign/forge.js\"></script>\n";

/// A page whose policy forbids what it holds, so that the browser reports it.
const FORBIDDEN: &str = "<!doctype html>\n<img src=\"/forbidden.png\">\n";

const SANDBOXED_PLAYER: &str = "<!doctype html>\n<title>Player</title>\n\
    <script src=\"/s/stand-in/foreign/sandboxed-player.js\"></script>\n";

/// Whether this is a host of another site. No browser asks for such a name by itself.
pub(crate) fn is_host(host: &str) -> bool {
    host.ends_with(".example")
}

/// The answer of another site.
pub(crate) fn answer(request: &Request<Body>) -> Response {
    let uri = request.uri();
    match uri.path() {
        "/" => Html(PAGE).into_response(),
        "/redirect" => redirect(uri),
        "/csp" => reported(uri),
        "/service-worker.js" => script("foreign/service-worker.js"),
        path => path.strip_prefix("/s/stand-in/").map_or_else(not_found, script),
    }
}

/// A page of the player's own site that sends the request after the `#`: `{"url", "text"}`.
pub(crate) async fn sandboxed_player() -> Html<&'static str> {
    Html(SANDBOXED_PLAYER)
}

/// `/redirect?to=URL`, with method and body.
fn redirect(uri: &Uri) -> Response {
    let to = in_query(uri.query().unwrap_or_default(), "to").unwrap_or_default();
    (StatusCode::TEMPORARY_REDIRECT, [(LOCATION, to)]).into_response()
}

/// `/csp?report=URL`: browsers post a report to that address.
fn reported(uri: &Uri) -> Response {
    let report = in_query(uri.query().unwrap_or_default(), "report").unwrap_or_default();
    let policy = HeaderValue::try_from(format!("img-src 'none'; report-uri {report}"));
    let mut page = Html(FORBIDDEN).into_response();
    if let Ok(policy) = policy {
        page.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    page
}

fn script(path: &str) -> Response {
    match assets::find(path) {
        Some(file) => ([(CONTENT_TYPE, file.content_type())], file.text).into_response(),
        None => not_found(),
    }
}

fn not_found() -> Response {
    StatusCode::NOT_FOUND.into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(uri: &str) -> Response {
        answer(&Request::builder().uri(uri).body(Body::empty()).unwrap())
    }

    #[test]
    fn other_sites_redirect_and_have_reports_sent_to_any_address() {
        let to = "https://www.youtube.com/api/timedtext?v=x&pot=y";
        let escaped = "https%3A%2F%2Fwww.youtube.com%2Fapi%2Ftimedtext%3Fv%3Dx%26pot%3Dy";
        assert_eq!(asked(&format!("/redirect?to={escaped}")).headers()[LOCATION], to);
        let page = asked(&format!("/csp?report={escaped}"));
        assert_eq!(page.headers()[CONTENT_SECURITY_POLICY], format!("img-src 'none'; report-uri {to}"));
    }

    #[test]
    fn no_site_of_the_player_is_another_site() {
        assert!(is_host("elsewhere.example") && !is_host("www.youtube.com") && !is_host("example"));
    }
}
