//! Each kind of the player's requests, sent by a plain client: what is noted, and the answer.

use base64::prelude::{BASE64_URL_SAFE, Engine};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http2;
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use potbridge_stand_in::{Received, RequestKind, StandIn, received_line};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use crate::client::{self, CPN, LIMIT, MEDIA_HOST, Way, random_token, start, trusting};

const ORIGIN: &str = "https://www.youtube.com";

/// The answer, and what was noted of the request.
fn ask(
    stand_in: &StandIn,
    method: &str,
    host: &str,
    target: &str,
    body: &[u8],
) -> (String, Option<Received>) {
    // The only host that no other test reaches through a tunnel.
    let way = if host == MEDIA_HOST { Way::Connect } else { Way::Direct };
    client::ask(stand_in, way, [method, host, target], &format!("Origin: {ORIGIN}\r\n"), body)
}

/// A protobuf field of bytes, whose tag and length take at most two bytes each.
fn field(tag: u16, bytes: &[u8]) -> Vec<u8> {
    let key = tag << 3 | 2;
    let varint = |value: u16| match u8::try_from(value) {
        Ok(byte) if byte < 128 => vec![byte],
        _ => vec![(value & 127) as u8 | 128, (value >> 7) as u8],
    };
    [varint(key), varint(u16::try_from(bytes.len()).unwrap()), bytes.to_vec()].concat()
}

#[test]
fn a_token_in_bytes_is_noted_as_text_with_its_playback() {
    let stand_in = start();
    let token = random_token();
    let context = [field(1, &[]), field(2, &BASE64_URL_SAFE.decode(&token).unwrap())].concat();
    for (kind, target, tag, video_id) in [
        (RequestKind::Sabr, format!("/videoplayback?sabr=1&c=WEB&cpn={CPN}&rn=3"), 19, None),
        (
            RequestKind::Onesie,
            format!("/initplayback?id=750c38c3d5a05dc4&cpn={CPN}"),
            10,
            Some("dQw4w9WgXcQ"),
        ),
    ] {
        let body = [field(1, b""), field(tag, &context)].concat();
        let (answer, came) = ask(&stand_in, "POST", MEDIA_HOST, &target, &body);
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.contains(&format!("access-control-allow-origin: {ORIGIN}\r\n")), "{answer}");
        let came = came.unwrap();
        assert_eq!((came.kind, came.cpn.as_deref()), (kind, Some(CPN)));
        assert_eq!(came.video_id.as_deref(), video_id);
        assert!(came.po_token.as_deref() == Some(&token), "the token is not the one that was sent");
        assert!(came.body == body, "the body is not the one that was sent");
    }
}

#[test]
fn a_body_that_is_not_protobuf_is_noted_and_refused() {
    let stand_in = start();
    let target = format!("/videoplayback?sabr=1&cpn={CPN}");
    let (answer, came) = ask(&stand_in, "POST", MEDIA_HOST, &target, b"[object ReadableStream]");
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    let came = came.unwrap();
    assert_eq!((came.cpn.as_deref(), came.po_token), (Some(CPN), None));
    assert_eq!(came.body, b"[object ReadableStream]");
}

#[test]
fn a_token_in_a_media_url_is_noted_and_never_shown() {
    let stand_in = start();
    let token = random_token();
    let escaped = token.replace('=', "%3D");
    for target in [
        format!("/videoplayback?cpn={CPN}&pot={token}&ump=1"),
        format!("/videoplayback?cpn={CPN}&pot={escaped}"),
        format!("/videoplayback/cpn/{CPN}/pot/{escaped}/ump/1"),
    ] {
        let (answer, came) = ask(&stand_in, "GET", MEDIA_HOST, &target, b"");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        let came = came.unwrap();
        assert_eq!((came.kind, came.cpn.as_deref()), (RequestKind::MediaUrl, Some(CPN)));
        assert!(came.po_token.as_deref() == Some(&token), "the token is not the one that was sent");
        let shown = format!("{came} {came:?} {}", received_line(&came, false));
        assert!(!shown.contains(&token[4..12]), "the token is shown");
    }
}

#[test]
fn a_preflight_is_answered_and_not_noted() {
    let stand_in = start();
    let (answer, came) = ask(&stand_in, "OPTIONS", MEDIA_HOST, "/videoplayback?sabr=1", b"");
    assert!(answer.starts_with("HTTP/1.1 204") && came.is_none(), "{answer}");
    for line in [
        "access-control-allow-headers: content-encoding, content-type",
        "access-control-allow-methods: GET, POST",
    ] {
        assert!(answer.contains(line), "{answer}");
    }
}

#[test]
fn reports_and_captions_name_their_video() {
    let stand_in = start();
    let stats = format!("/api/stats/watchtime?ns=yt&cpn={CPN}&docid=dQw4w9WgXcQ");
    for (method, body) in [("GET", ""), ("POST", "vps=0.000:PL")] {
        let (answer, came) = ask(&stand_in, method, "m.youtube.com", &stats, body.as_bytes());
        assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
        let came = came.unwrap();
        assert_eq!((came.kind, came.method.as_str()), (RequestKind::Stats, method));
        assert_eq!((came.cpn.as_deref(), came.video_id.as_deref()), (Some(CPN), Some("dQw4w9WgXcQ")));
        assert!(came.po_token.is_none() && came.body == body.as_bytes());
    }

    let token = random_token();
    let captions = format!("/api/timedtext?v=dQw4w9WgXcQ&pot={}&fmt=json3", token.replace('=', "%3D"));
    let (answer, came) = ask(&stand_in, "GET", "www.youtube.com", &captions, b"");
    assert!(answer.contains("\"events\":["), "{answer}");
    let came = came.unwrap();
    assert_eq!((came.kind, came.video_id.as_deref()), (RequestKind::Timedtext, Some("dQw4w9WgXcQ")));
    assert!(came.po_token.as_deref() == Some(&token), "the token is not the one that was sent");
}

#[test]
fn a_request_around_a_player_request_is_noted_like_it() {
    let stand_in = start();
    let token = random_token();
    let body = format!(
        r#"{{"context":{{"client":{{}}}},"playerRequest":{{"videoId":"Nn3XSY27eIk","cpn":"{CPN}","serviceIntegrityDimensions":{{"poToken":"{token}"}}}}}}"#
    );
    for (kind, path) in
        [(RequestKind::GetWatch, "get_watch"), (RequestKind::ReelItemWatch, "reel/reel_item_watch")]
    {
        let target = format!("/youtubei/v1/{path}?prettyPrint=false");
        let (answer, came) = ask(&stand_in, "POST", "www.youtube.com", &target, body.as_bytes());
        assert!(answer.contains("\"playerResponse\":{"), "{answer}");
        let came = came.unwrap();
        assert_eq!((came.kind, came.cpn.as_deref()), (kind, Some(CPN)));
        assert_eq!(came.video_id.as_deref(), Some("Nn3XSY27eIk"));
        assert!(came.po_token.as_deref() == Some(&token), "the token is not the one that was sent");
    }
}

#[test]
fn over_http2_a_request_is_received_under_its_host() {
    let stand_in = start();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut config = trusting(&stand_in);
    config.alpn_protocols = vec![b"h2".to_vec()];
    let (status, page) = runtime.block_on(async {
        let tcp = TcpStream::connect(stand_in.address()).await.unwrap();
        let name = ServerName::try_from("www.youtube.com").unwrap();
        let tls = TlsConnector::from(std::sync::Arc::new(config)).connect(name, tcp).await.unwrap();
        let (mut sender, connection) =
            http2::handshake(TokioExecutor::new(), TokioIo::new(tls)).await.unwrap();
        tokio::spawn(connection);
        let request = Request::builder()
            .method(Method::POST)
            .uri("https://www.youtube.com/youtubei/v1/player?prettyPrint=false")
            .body(Full::new(Bytes::from_static(b"{\"videoId\":\"Nn3XSY27eIk\"}")))
            .unwrap();
        let answer = sender.send_request(request).await.unwrap();
        (answer.status(), answer.into_body().collect().await.unwrap().to_bytes())
    });
    assert_eq!(status, StatusCode::OK);
    assert!(String::from_utf8_lossy(&page).contains("Nn3XSY27eIk"));
    let came = stand_in.wait_for(LIMIT, |one| one.host == "www.youtube.com").unwrap();
    assert_eq!((came.kind, came.path.as_str()), (RequestKind::Player, "/youtubei/v1/player"));
}
