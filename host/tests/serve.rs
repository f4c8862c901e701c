//! `serve` over HTTP: what is answered, and how.

use crate::deadline::LIMIT;
use crate::sandbox;
use crate::server::{Client, Running, VIDEO, any_video, capture};
use potbridge::serve::Limits;
use potbridge_protocol::messages::ipc::ContentBinding;
use potbridge_protocol::{VideoId, VisitorData};
use serde_json::json;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Barrier, Mutex, mpsc};
use std::time::{Duration, Instant};

/// A limit that a test waits out.
const SHORT: Duration = Duration::from_millis(300);

fn never(_: &potbridge_protocol::messages::ipc::TokenRequest) -> Result<potbridge_protocol::Capture, String> {
    panic!("no token may be requested")
}

#[test]
fn ping_gives_the_version_and_the_uptime() {
    let reply = Running::start(never).get("/ping");
    assert_eq!(reply.status, 200);
    assert_eq!(reply.json()["version"], json!("2.0.2"));
    assert!(reply.json()["server_uptime"].as_u64().unwrap() < 60, "{reply:?}");
    assert!(reply.headers.contains("content-type: application/json\r\n"), "{reply:?}");
    assert!(reply.headers.contains("cache-control: no-store\r\n"), "{reply:?}");
}

#[test]
fn a_token_is_given_with_its_binding_and_its_expiry() {
    let given = Arc::new(Mutex::new(String::new()));
    let noted = Arc::clone(&given);
    let server = Running::start(move |request| {
        let capture = any_video(request)?;
        capture.token.expose().clone_into(&mut noted.lock().unwrap());
        Ok(capture)
    });
    // What bgutil's plugin 2.0.2 sends.
    let reply = server.get_pot(
        &json!({"content_binding": VIDEO, "bypass_cache": false, "challenge": null, "proxy": null,
            "disable_tls_verification": false, "innertube_context": {"client": {"clientName": "WEB"}},
            "source_address": null})
        .to_string(),
    );
    assert_eq!(reply.status, 200);
    assert_eq!(reply.json()["poToken"], json!(*given.lock().unwrap()));
    assert_eq!(reply.json()["contentBinding"], json!(VIDEO));
    let expires_at = reply.json()["expiresAt"].as_str().unwrap().to_owned();
    assert!(expires_at.len() == 20 && expires_at.ends_with('Z'), "{expires_at}");
    assert!(expires_at > potbridge_system::clock::iso(sandbox::now() + 5 * 3_600_000), "{expires_at}");
    assert!(server.log().contains("POST /get_pot 200 in "), "{}", server.log());
    assert!(server.log().contains("for dQw4w9WgXcQ: given"), "{}", server.log());
    assert!(!server.log().contains(given.lock().unwrap().as_str()));
}

#[test]
fn a_request_without_a_body_gets_a_token_with_its_visitor_data() {
    let video = VideoId::new(VIDEO).unwrap();
    let server = Running::start(move |request| {
        assert_eq!((&request.video_id, &request.content_binding), (&None, &Some(ContentBinding::AnyVisitor)));
        let mut capture = capture(Some(&video));
        capture.binding.visitor_data = Some(VisitorData::new("CgtmSzRyTVlHM09aTCiYl8fABg").unwrap());
        Ok(capture)
    });
    for body in ["", "{}", "  ", r#"{"content_binding": null}"#, r#"{"content_binding": "", "proxy": 0}"#] {
        let binding = server.get_pot(body).json()["contentBinding"].clone();
        assert_eq!(binding, "CgtmSzRyTVlHM09aTCiYl8fABg%3D%3D", "{body:?}");
    }
}

#[test]
fn a_token_without_visitor_data_is_refused_in_words() {
    for video in [Some(VideoId::new(VIDEO).unwrap()), None] {
        let server = Running::start(move |_| Ok(capture(video.as_ref())));
        for body in ["", "{}"] {
            let reply = server.get_pot(body);
            assert_eq!(reply.status, 200);
            assert!(reply.error().contains("visitor data"), "{reply:?}");
            assert!(reply.json().get("contentBinding").is_none(), "{reply:?}");
        }
    }
}

#[test]
fn a_binding_under_another_key_is_refused_as_bgutils_server_does() {
    let server = Running::start(never);
    for (body, words) in [
        (r#"{"visitor_data": "V"}"#, "visitor_data is deprecated, use content_binding instead"),
        (r#"{"data_sync_id": "104||"}"#, "data_sync_id is deprecated, use content_binding instead"),
        (r#"{"videoId": "Nn3XSY27eIk"}"#, "videoId is no key of this protocol, use content_binding instead"),
        (r#"{"visitorData": "V"}"#, "visitorData is no key of this protocol, use content_binding instead"),
    ] {
        let reply = server.get_pot(body);
        assert_eq!((reply.status, reply.error().as_str()), (400, words));
    }
}

#[test]
fn values_are_taken_by_their_truth_and_as_text() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&asked);
    let server = Running::start(move |request| {
        if request.video_id.is_some() && request.timeout_ms > 0 {
            noted.lock().unwrap().push(request.bypass_cache);
        }
        if request.timeout_ms == 0 { Err("none".to_owned()) } else { any_video(request) }
    });
    for (value, truth) in [(r#""true""#, true), ("1", true), (r#""""#, false), ("0", false), ("null", false)]
    {
        let body = format!(r#"{{"content_binding": " {VIDEO}\t", "bypass_cache": {value}}}"#);
        assert_eq!(server.get_pot(&body).json()["contentBinding"], VIDEO, "{value}");
        assert_eq!(asked.lock().unwrap().pop(), Some(truth), "{value}");
    }
    for number in ["104123456789012345678", "1e300", "5"] {
        let reply = server.get_pot(&format!(r#"{{"content_binding": {number}}}"#));
        assert_eq!(reply.status, 200, "{number}");
        assert!(!reply.error().is_empty());
    }
}

#[test]
fn head_is_answered_like_get_without_a_body() {
    let server = Running::start(never);
    let mut client = server.connect();
    for path in ["/ping", "/minter_cache", "/1.3.1/ping"] {
        let length = server.get(path).body.len();
        client.send("HEAD", path, &[], "");
        let head = client.head().unwrap();
        assert!(head.starts_with("http/1.1 200 "), "{head}");
        assert!(head.contains("content-type: application/json\r\n"), "{head}");
        // Nothing else comes before the next response.
        assert!(head.contains(&format!("content-length: {length}\r\n")), "{head}");
    }
    client.send("HEAD", "/get_pot", &[], "");
    assert!(client.head().unwrap().starts_with("http/1.1 405 "));
}

#[test]
fn both_loopback_addresses_answer_on_the_same_port() {
    let server = Running::on_both_loopbacks(any_video);
    let port = server.address.port();
    for (address, host) in [
        (format!("[::1]:{port}"), format!("[::1]:{port}")),
        (format!("[::1]:{port}"), format!("localhost:{port}")),
        (format!("127.0.0.1:{port}"), format!("[::1]:{port}")),
        (format!("127.0.0.1:{port}"), format!("127.0.0.1:{port}")),
    ] {
        let mut client = Client::connect(address.parse().unwrap());
        client.send("GET", "/ping", &[("Host", &host)], "");
        assert_eq!(client.reply().unwrap().status, 200, "{address} as {host}");
    }
    let mut client = Client::connect(format!("[::1]:{port}").parse().unwrap());
    for (headers, status) in [(("Host", "evil.example"), 403), (("Origin", "http://localhost"), 403)] {
        client.send("POST", "/get_pot", &[headers], "{}");
        assert_eq!(client.reply().unwrap().status, status);
        client = Client::connect(format!("[::1]:{port}").parse().unwrap());
    }
    let log = server.log();
    let first = log.lines().next().unwrap();
    assert!(first.ends_with(&format!("listening on http://127.0.0.1:{port}")), "{log}");
    assert!(log.contains(&format!("listening on http://[::1]:{port}\n")), "{log}");
}

#[test]
fn a_failure_is_told_in_words_that_the_plugin_shows() {
    let server = Running::start(any_video);
    let reply = server.get_pot(r#"{"content_binding": "CgtmSzRyTVlHM09aTCiYl8fABg%3D%3D"}"#);
    assert_eq!((reply.status, reply.error().as_str()), (200, "no token for this visitor is in the store"));
    assert!(server.log().contains("for a session: no token for this visitor"), "{}", server.log());
    assert!(!server.log().contains("CgtmSzRy"), "{}", server.log());
    let reply = server.get_pot("{\"content_binding\": \"vid\u{e9}o \u{1f3ac}\"}");
    assert_eq!(reply.status, 200);
    assert!(reply.error().contains("neither a video's id"), "{reply:?}");
}

#[test]
fn a_body_that_is_not_json_is_refused_and_not_shown() {
    let server = Running::start(never);
    for body in
        ["content_binding=s3cr3t", "{\"content_binding\": \"s3cr3t\"", "[\"s3cr3t\"]", "{'s3cr3t': 1}"]
    {
        let reply = server.get_pot(body);
        assert_eq!(reply.status, 400, "{body}");
        assert!(reply.error().contains("no JSON object"), "{reply:?}");
        assert!(!reply.body.contains("s3cr3t") && !server.log().contains("s3cr3t"), "{body}");
    }
}

#[test]
fn caches_are_invalidated_and_there_is_no_minter() {
    let server = Running::start(never);
    for path in ["/invalidate_caches", "/invalidate_it"] {
        let reply = server.ask("POST", path, &[], "");
        assert_eq!((reply.status, reply.body.as_str()), (204, ""), "{path}");
    }
    assert_eq!(server.get("/minter_cache").json(), json!([]));
}

#[test]
fn other_methods_and_paths_are_refused() {
    let server = Running::start(never);
    for (method, path, allowed) in [
        ("GET", "/get_pot", "post"),
        ("POST", "/ping", "get, head"),
        ("HEAD", "/get_pot", "post"),
        ("OPTIONS", "/get_pot", "post"),
        ("PUT", "/get_pot", "post"),
        ("DELETE", "/minter_cache", "get, head"),
        ("GET", "/invalidate_caches", "post"),
        ("BREW", "/invalidate_it", "post"),
    ] {
        let mut client = server.connect();
        client.send(method, path, &[], "");
        // The reply to HEAD has a length, and no body.
        let head = if method == "HEAD" { client.head().unwrap() } else { client.reply().unwrap().headers };
        assert!(head.starts_with("http/1.1 405 "), "{method} {path}: {head}");
        assert!(head.contains(&format!("allow: {allowed}\r\n")), "{method} {path}: {head}");
    }
    for path in ["/", "/pot", "/ping/x", "/PING", "/..%2fping", "/get_pot.json", "/secret/ping"] {
        assert_eq!(server.get(path).status, 404, "{path}");
    }
    assert!(!server.log().contains("secret"), "{}", server.log());
}

#[test]
fn thirty_requests_are_answered_at_the_same_time() {
    const CLIENTS: usize = 30;
    // No request is answered before all have arrived.
    let all = Arc::new(Barrier::new(CLIENTS));
    let server = Running::start(move |request| {
        let capture = any_video(request)?;
        all.wait();
        Ok(capture)
    });
    std::thread::scope(|scope| {
        for number in 0..CLIENTS {
            let server = &server;
            scope.spawn(move || {
                let video = format!("video{number:06}");
                let reply = server.get_pot(&json!({ "content_binding": video }).to_string());
                assert_eq!(reply.json()["contentBinding"], json!(video), "{reply:?}");
            });
        }
    });
}

#[test]
fn a_slow_request_delays_no_other() {
    let (go_on, wait) = mpsc::channel::<()>();
    let wait = Mutex::new(wait);
    let server = Running::start(move |request| {
        let capture = any_video(request)?;
        if request.video_id.as_ref().is_some_and(|id| id.as_str() == "slowslowslo") {
            let _ = wait.lock().unwrap().recv();
        }
        Ok(capture)
    });
    let mut slow = server.connect();
    slow.send("POST", "/get_pot", &[], r#"{"content_binding": "slowslowslo"}"#);
    assert_eq!(server.get("/ping").status, 200);
    assert_eq!(
        server.get_pot(r#"{"content_binding": "dQw4w9WgXcQ"}"#).json()["contentBinding"],
        json!(VIDEO)
    );
    go_on.send(()).unwrap();
    assert_eq!(slow.reply().unwrap().json()["contentBinding"], json!("slowslowslo"));
}

#[test]
fn a_request_that_takes_too_long_is_answered_in_words() {
    let (end, ended) = mpsc::channel::<()>();
    let ended = Mutex::new(ended);
    let limits = Limits { answer: Duration::from_millis(1500), ..Limits::default() };
    let server = Running::with(limits, None, move |request| {
        let _ = any_video(request)?;
        let _ = ended.lock().unwrap().recv();
        Err("too late".to_owned())
    });
    let reply = server.get_pot(r#"{"content_binding": "dQw4w9WgXcQ"}"#);
    assert_eq!(reply.status, 200);
    assert!(reply.error().contains("in time"), "{reply:?}");
    drop(end);
}

#[test]
fn the_default_limits_answer_before_the_plugin_gives_up() {
    let plugin = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../tests/tools/bgutil/yt_dlp_plugins/extractor/getpot_bgutil.py");
    let plugin = fs::read_to_string(plugin).expect("bgutil's plugin is installed by ./tests/run");
    let timeout = plugin.lines().find_map(|line| line.trim().strip_prefix("_GETPOT_TIMEOUT = ")).unwrap();
    let timeout = Duration::from_secs_f64(timeout.parse().unwrap());
    assert!(Limits::default().answer + Duration::from_secs(2) <= timeout, "{timeout:?}");
    assert!(Limits::default().end < Duration::from_secs(2));
}

#[test]
fn one_connection_takes_many_requests_also_pipelined() {
    let server = Running::start(any_video);
    let mut client = server.connect();
    for number in 0..3 {
        let video = format!("video{number:06}");
        client.send("POST", "/get_pot", &[], &json!({ "content_binding": video }).to_string());
        assert_eq!(client.reply().unwrap().json()["contentBinding"], json!(video));
    }
    let host = format!("Host: {}\r\n", server.address);
    let get = format!("GET /ping HTTP/1.1\r\n{host}\r\n");
    let post = format!(
        "POST /get_pot HTTP/1.1\r\n{host}Content-Length: 33\r\n\r\n{{\"content_binding\":\"dQw4w9WgXcQ\"}}"
    );
    client.send_raw(format!("{get}{post}{get}").as_bytes());
    assert!(client.reply().unwrap().json()["version"].is_string());
    assert_eq!(client.reply().unwrap().json()["contentBinding"], json!(VIDEO));
    assert!(client.reply().unwrap().json()["version"].is_string());
}

#[test]
fn http_1_0_is_answered() {
    let server = Running::start(never);
    let mut client = server.connect();
    client.send_raw(b"GET /ping HTTP/1.0\r\nHost: localhost\r\n\r\n");
    assert_eq!(client.reply().unwrap().status, 200);
    client.closes();
}

#[test]
fn when_serve_stops_running_requests_are_answered() {
    let (requested, is_requested) = mpsc::channel();
    let (go_on, wait) = mpsc::channel::<()>();
    let wait = Mutex::new(wait);
    let mut server = Running::start(move |request| {
        let capture = any_video(request)?;
        requested.send(()).unwrap();
        let _ = wait.lock().unwrap().recv();
        Ok(capture)
    });
    let mut idle = server.connect();
    let mut client = server.connect();
    client.send("POST", "/get_pot", &[], r#"{"content_binding": "dQw4w9WgXcQ"}"#);
    is_requested.recv_timeout(LIMIT).unwrap();
    server.stop();
    // It has begun to stop when it closes an idle connection.
    idle.closes();
    go_on.send(()).unwrap();
    assert_eq!(client.reply().unwrap().json()["contentBinding"], json!(VIDEO));
    client.closes();
    server.join();
}

#[test]
fn when_serve_stops_a_request_that_hangs_is_cut() {
    let (requested, is_requested) = mpsc::channel();
    let (end, ended) = mpsc::channel::<()>();
    let ended = Mutex::new(ended);
    let limits = Limits { end: SHORT, ..Limits::default() };
    let mut server = Running::with(limits, None, move |request| {
        let _ = any_video(request)?;
        requested.send(()).unwrap();
        let _ = ended.lock().unwrap().recv();
        Err("too late".to_owned())
    });
    let mut client = server.connect();
    client.send("POST", "/get_pot", &[], r#"{"content_binding": "dQw4w9WgXcQ"}"#);
    is_requested.recv_timeout(LIMIT).unwrap();
    let began = Instant::now();
    server.stop();
    server.join();
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    assert!(client.reply().is_none());
    assert!(server.log().contains("not answered"), "{}", server.log());
    drop(end);
}

#[test]
fn a_client_that_disconnects_is_logged() {
    let (requested, is_requested) = mpsc::channel();
    let (go_on, wait) = mpsc::channel::<()>();
    let wait = Mutex::new(wait);
    let mut server = Running::start(move |request| {
        let capture = any_video(request)?;
        requested.send(()).unwrap();
        let _ = wait.lock().unwrap().recv();
        Ok(capture)
    });
    let mut client = server.connect();
    client.send("POST", "/get_pot", &[], r#"{"content_binding": "dQw4w9WgXcQ"}"#);
    is_requested.recv_timeout(LIMIT).unwrap();
    drop(client);
    assert_eq!(server.get("/ping").status, 200);
    go_on.send(()).unwrap();
    server.stop();
    server.join();
    assert!(server.log().contains("POST /get_pot --- in "), "{}", server.log());
}
