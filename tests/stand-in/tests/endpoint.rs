//! The endpoint, reached by a plain TLS client: directly, as Chromium does, and through CONNECT, as Firefox and yt-dlp do.

use std::io::{Read, Write};
use std::net::TcpStream;

use base64::prelude::{BASE64_STANDARD, Engine};
use flate2::Compression;
use flate2::write::GzEncoder;
use potbridge_stand_in::{BodyEncoding, Scenario, StandIn, received_line};
use sha2::{Digest, Sha256};

use crate::client::{LIMIT, Way, random_token};

fn start() -> StandIn {
    StandIn::start(Scenario::named("watch").unwrap()).unwrap()
}

/// The whole answer as text.
fn exchange(stand_in: &StandIn, way: Way, host: &str, request: &[u8]) -> String {
    String::from_utf8(crate::client::exchange(stand_in, way, host, request)).unwrap()
}

fn get(stand_in: &StandIn, way: Way, host: &str, path: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    exchange(stand_in, way, host, request.as_bytes())
}

fn post_player(stand_in: &StandIn, way: Way, host: &str, body: &[u8]) -> String {
    let head = format!(
        "POST /youtubei/v1/player?prettyPrint=false HTTP/1.1\r\nHost: {host}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    exchange(stand_in, way, host, &[head.as_bytes(), body].concat())
}

fn player_body(video_id: &str, token: &str) -> String {
    format!(
        r#"{{"videoId":"{video_id}","context":{{"client":{{}}}},"serviceIntegrityDimensions":{{"poToken":"{token}"}}}}"#
    )
}

#[test]
fn a_player_request_is_received_directly_and_through_connect() {
    let stand_in = start();
    let video = Scenario::named("watch").unwrap().videos.remove(0);
    let mut sent = Vec::new();
    for (way, host) in [(Way::Direct, "www.youtube.com"), (Way::Connect, "music.youtube.com")] {
        let body = player_body(&video.id, &random_token());
        let answer = post_player(&stand_in, way, host, body.as_bytes());
        assert!(answer.starts_with("HTTP/1.1 200") && answer.contains(&video.title), "{answer}");
        let came = stand_in.wait_for(LIMIT, |one| one.host == host).unwrap();
        assert_eq!((came.method.as_str(), came.path.as_str()), ("POST", "/youtubei/v1/player"));
        assert_eq!(came.query, "prettyPrint=false");
        assert_eq!(came.video_id.as_deref(), Some(video.id.as_str()));
        assert!(came.body == body.as_bytes(), "the body is not the one that was sent");
        sent.push(body);
    }
    let received: Vec<Vec<u8>> = stand_in.received().into_iter().map(|one| one.body).collect();
    assert!(received == sent.iter().map(|body| body.as_bytes().to_vec()).collect::<Vec<_>>());
}

#[test]
fn a_gzip_body_is_decompressed_and_its_token_masked() {
    let stand_in = start();
    let token = random_token();
    let body = player_body("dQw4w9WgXcQ", &token);
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(body.as_bytes()).unwrap();
    post_player(&stand_in, Way::Direct, "m.youtube.com", &gzip.finish().unwrap());

    let came = stand_in.nth_received(0).unwrap();
    assert_eq!(came.encoding, BodyEncoding::Gzip);
    assert!(came.body == body.as_bytes(), "the body is not the one that was sent");
    assert!(came.po_token.as_deref() == Some(&token), "the token is not the one that was sent");

    let shown = format!("{came:?} {came} {}", received_line(&came, false));
    assert!(!shown.contains(&token[4..12]), "the token is shown");
    assert!(shown.contains(&format!("{}…{}", &token[..4], &token[token.len() - 2..])));
    let hash: String = Sha256::digest(&token).iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(received_line(&came, false)["token_sha256"] == *hash);
    assert!(received_line(&came, true)["token"] == *token);
}

#[test]
fn a_malformed_body_is_noted_and_refused_but_not_quoted() {
    let stand_in = start();
    let answer = post_player(&stand_in, Way::Direct, "www.youtube.com", b"[object ReadableStream]");
    assert!(answer.starts_with("HTTP/1.1 400") && !answer.contains("ReadableStream"), "{answer}");
    let came = stand_in.nth_received(0).unwrap();
    assert_eq!((came.video_id, came.po_token), (None, None));
    assert_eq!(came.body, b"[object ReadableStream]");
}

#[test]
fn the_host_decides_the_page() {
    let stand_in = start();
    let id = Scenario::named("watch").unwrap().videos.remove(0).id;
    let watch = format!("/watch?v={id}");
    for (host, path, client) in [
        ("www.youtube.com", watch.as_str(), "WEB"),
        ("m.youtube.com", &watch, "MWEB"),
        ("music.youtube.com", &watch, "WEB_REMIX"),
        ("www.youtube-nocookie.com", &format!("/embed/{id}"), "WEB_EMBEDDED_PLAYER"),
        ("www.youtube.com", &format!("/embed/{id}"), "WEB_EMBEDDED_PLAYER"),
    ] {
        let page = get(&stand_in, Way::Direct, host, path);
        let said = format!("\"INNERTUBE_CLIENT_NAME\":\"{client}\"");
        assert!(page.starts_with("HTTP/1.1 200") && page.contains(&said), "{host}{path}: {page}");
    }
    assert!(get(&stand_in, Way::Direct, "www.youtube-nocookie.com", &watch).starts_with("HTTP/1.1 404"));
    assert!(
        get(&stand_in, Way::Direct, "youtube.com", &watch)
            .contains(&format!("location: https://www.youtube.com{watch}"))
    );
    assert!(stand_in.received().is_empty(), "a page counted as a request of the player's");
}

#[test]
fn a_host_without_pages_is_answered_404() {
    let stand_in = start();
    for way in [Way::Direct, Way::Connect] {
        assert!(get(&stand_in, way, "i.ytimg.com", "/watch?v=x").starts_with("HTTP/1.1 404"));
    }
    let mut tcp = TcpStream::connect(stand_in.address()).unwrap();
    tcp.set_read_timeout(Some(LIMIT)).unwrap();
    tcp.write_all(b"GET http://detectportal.firefox.com/ HTTP/1.1\r\nHost: detectportal.firefox.com\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    tcp.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
}

#[test]
fn a_visitor_keeps_the_id_of_the_cookie() {
    let stand_in = start();
    let request = "GET / HTTP/1.1\r\nHost: www.youtube.com\r\nCookie: VISITOR_INFO1_LIVE=fK4rMYG3oZL\r\nConnection: close\r\n\r\n";
    let page = exchange(&stand_in, Way::Direct, "www.youtube.com", request.as_bytes());
    let expected = BASE64_STANDARD.encode(b"\x0a\x0bfK4rMYG3oZL");
    assert!(page.contains(&format!("\"VISITOR_DATA\":\"{}", &expected[..16])), "{page}");
    // Also over a browser's end.
    assert!(
        page.contains("VISITOR_INFO1_LIVE=fK4rMYG3oZL; Domain=.youtube.com; Path=/; Max-Age=15552000;"),
        "{page}"
    );
}

#[test]
fn dropping_it_frees_its_port() {
    let stand_in = start();
    let address = stand_in.address();
    drop(stand_in);
    assert!(TcpStream::connect(address).is_err());
    StandIn::start_on(address.port(), Scenario::named("watch").unwrap()).unwrap();
}
