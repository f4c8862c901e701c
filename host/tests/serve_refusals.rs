//! What `serve` refuses: web pages, clients without the secret path, and requests that would exhaust it.

use crate::server::{Client, Running, VIDEO, any_video};
use potbridge::serve::Limits;
use std::sync::{Mutex, mpsc};
use std::time::{Duration, Instant};

/// How long a client may take for a part of its request.
const SHORT: Duration = Duration::from_millis(300);

const SECRET: &str = "0123456789abcdef0123456789abcdef";

fn never(_: &potbridge_protocol::messages::ipc::TokenRequest) -> Result<potbridge_protocol::Capture, String> {
    panic!("no token may be requested")
}

fn request() -> String {
    format!("{{\"content_binding\": \"{VIDEO}\"}}")
}

#[test]
fn a_host_name_rebound_to_this_address_is_refused() {
    let server = Running::start(never);
    for host in ["evil.example", "evil.example:4416", "localhost.evil.example", "127.0.0.1.nip.example"] {
        // After DNS rebinding a page has the same site as this server, and sends no Origin with GET.
        let headers = [("Host", host), ("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Mode", "cors")];
        let reply = server.ask("GET", "/ping", &headers, "");
        assert_eq!(reply.status, 403, "{host}");
        assert!(reply.error().contains("hosts of [serve]"), "{reply:?}");
        assert_eq!(server.ask("POST", "/get_pot", &headers, &request()).status, 403, "{host}");
    }
    for host in [
        "[::1].evil.example",
        "[::1].evil.example:4416",
        "[::1]:4416.evil.example",
        "[::1]evil.example",
        "127.0.0.1:4416@evil.example",
        "evil.example@127.0.0.1",
        "[::1%25lo]:4416",
        "[127.0.0.1]",
    ] {
        for (method, path, body) in [("GET", "/ping", ""), ("POST", "/get_pot", "{}")] {
            assert_eq!(server.ask(method, path, &[("Host", host)], body).status, 400, "{host}");
        }
    }
    for host in ["localhost:4416", "127.0.0.1", "[::1]:4416", "host.docker.internal:4416"] {
        assert_eq!(server.ask("GET", "/ping", &[("Host", host)], "").status, 200, "{host}");
    }
}

#[test]
fn a_request_without_a_host_or_with_two_is_refused() {
    let server = Running::start(never);
    for head in ["", "Host: localhost\r\nHost: localhost\r\n", "Host: a b\r\n"] {
        let mut client = server.connect();
        client.send_raw(format!("GET /ping HTTP/1.1\r\n{head}\r\n").as_bytes());
        assert_eq!(client.reply().unwrap().status, 400, "{head:?}");
    }
    let mut client = server.connect();
    client.send_raw(b"GET http://evil.example/ping HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_eq!(client.reply().unwrap().status, 403);
}

#[test]
fn requests_of_web_pages_are_refused() {
    let server = Running::start(never);
    // As Chromium sends them: a form, a form of a page without referrers, a fetch of JSON and its preflight, an image.
    for (method, path, headers) in [
        (
            "POST",
            "/get_pot",
            &[
                ("Origin", "https://evil.example"),
                ("Sec-Fetch-Site", "cross-site"),
                ("Sec-Fetch-Mode", "navigate"),
                ("Content-Type", "application/x-www-form-urlencoded"),
            ][..],
        ),
        ("POST", "/get_pot", &[("Origin", "null"), ("Content-Type", "text/plain")]),
        (
            "POST",
            "/invalidate_caches",
            &[("Origin", "https://evil.example"), ("Content-Type", "application/json")],
        ),
        (
            "OPTIONS",
            "/get_pot",
            &[
                ("Origin", "https://evil.example"),
                ("Access-Control-Request-Method", "POST"),
                ("Access-Control-Request-Private-Network", "true"),
            ],
        ),
        ("GET", "/ping", &[("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Dest", "image")]),
        ("GET", "/ping", &[("Sec-Fetch-Site", "same-site")]),
        ("GET", "/ping", &[("Origin", "http://127.0.0.1:4416"), ("Sec-Fetch-Site", "same-origin")]),
        // From before browsers had Sec-Fetch-Site.
        ("POST", "/get_pot", &[("Origin", "https://evil.example")]),
    ] {
        let reply = server.ask(method, path, headers, if method == "POST" { "{}" } else { "" });
        assert_eq!(reply.status, 403, "{method} {path} {headers:?}");
        assert!(!reply.headers.contains("access-control"), "{reply:?}");
    }
    assert_eq!(server.ask("GET", "/ping", &[("Sec-Fetch-Site", "none")], "").status, 200);
}

#[test]
fn a_program_may_send_json_under_any_type() {
    let server = Running::start(any_video);
    for kind in
        ["application/json", "application/json; charset=utf-8", "application/x-www-form-urlencoded", "x"]
    {
        let reply = server.ask("POST", "/get_pot", &[("Content-Type", kind)], &request());
        assert_eq!(reply.json()["contentBinding"], VIDEO, "{kind}");
    }
}

#[test]
fn only_the_secret_path_is_answered_and_no_log_shows_it() {
    let server = Running::with(Limits::default(), Some(SECRET), any_video);
    assert_eq!(server.get(&format!("/{SECRET}/ping")).status, 200);
    let reply = server.ask("POST", &format!("/{SECRET}/get_pot"), &[], &request());
    assert_eq!(reply.json()["contentBinding"], VIDEO);
    for path in [
        "/ping",
        "/",
        &format!("/{SECRET}"),
        &format!("/{}/ping", &SECRET[1..]),
        &format!("/x/{SECRET}/ping"),
    ] {
        assert_eq!(server.get(path).status, 404, "{path}");
    }
    // It does not help a web page that knows the path.
    let headers = [("Origin", "https://evil.example")];
    assert_eq!(server.ask("GET", &format!("/{SECRET}/ping"), &headers, "").status, 403);
    assert!(server.log().contains("under the secret path"), "{}", server.log());
    assert!(!server.log().contains(&SECRET[1..9]), "{}", server.log());
}

#[test]
fn a_body_over_256_kib_is_refused_with_or_without_length() {
    let server = Running::start(any_video);
    let long = format!("{{\"challenge\": \"{}\", \"content_binding\": \"{VIDEO}\"}}", "x".repeat(262_000));
    assert!(long.len() <= 262_144);
    assert_eq!(server.get_pot(&long).status, 200);
    let mut client = server.connect();
    client.send("POST", "/get_pot", &[("Content-Length", "262145")], "");
    assert_eq!(client.reply().unwrap().status, 413);
    let mut client = server.connect();
    client.send("POST", "/get_pot", &[("Transfer-Encoding", "chunked")], "");
    client.send_raw(format!("40001\r\n{}", "x".repeat(0x40001)).as_bytes());
    assert_eq!(client.reply().unwrap().status, 413);
}

#[test]
fn a_chunked_body_is_taken() {
    let server = Running::start(any_video);
    let mut client = server.connect();
    client.send("POST", "/get_pot", &[("Transfer-Encoding", "chunked")], "");
    for part in ["{\"content_binding\"", ": \"dQw4w9WgXcQ\"}"] {
        client.send_raw(format!("{:x}\r\n{part}\r\n", part.len()).as_bytes());
    }
    client.send_raw(b"0\r\n\r\n");
    assert_eq!(client.reply().unwrap().json()["contentBinding"], VIDEO);
}

#[test]
fn contradictory_lengths_are_refused() {
    let server = Running::start(never);
    for headers in [
        "Content-Length: 2\r\nContent-Length: 3\r\n",
        "Content-Length: 2\r\nTransfer-Encoding: gzip\r\n",
        "Content-Length: -1\r\n",
    ] {
        let mut client = server.connect();
        client.send_raw(format!("POST /get_pot HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n{{}}").as_bytes());
        assert_eq!(client.reply().unwrap().status, 400, "{headers:?}");
        client.closes();
    }
}

#[test]
fn oversized_heads_are_refused() {
    let server = Running::start(never);
    for (what, head) in [
        ("many", (0..100).map(|number| format!("X-{number}: y\r\n")).collect::<String>()),
        ("long", format!("X: {}\r\n", "y".repeat(20_000))),
    ] {
        let mut client = server.connect();
        client.send_raw(format!("GET /ping HTTP/1.1\r\nHost: localhost\r\n{head}\r\n").as_bytes());
        assert_eq!(client.reply().unwrap().status, 431, "{what}");
    }
    let mut client = server.connect();
    client.send_raw(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 TLS, not HTTP \r\n\r\n");
    assert_eq!(client.reply().unwrap().status, 400);
}

#[test]
fn a_client_that_never_ends_its_request_is_disconnected() {
    let limits = Limits { head: SHORT, body: SHORT, ..Limits::default() };
    let server = Running::with(limits, None, any_video);
    let mut silent = server.connect();
    let mut in_head = server.connect();
    in_head.send_raw(b"POST /get_pot HTTP/1.1\r\nHost: localhost\r\nX: ");
    let mut in_body = server.connect();
    in_body.send("POST", "/get_pot", &[("Content-Length", "20")], "");
    in_body.send_raw(b"{\"content_");
    let mut idle = server.connect();
    idle.send("GET", "/ping", &[], "");
    assert_eq!(idle.reply().unwrap().status, 200);

    assert_eq!(in_body.reply().unwrap().status, 408);
    in_body.closes();
    for client in [&mut silent, &mut in_head, &mut idle] {
        times_out(client);
    }
    assert_eq!(server.get("/ping").status, 200);
}

/// What clients send that never finish a request: nothing, a part of a head, a part of a body.
pub const UNFINISHED: [&str; 4] = [
    "",
    "GET /ping HTTP/1.1\r\n",
    "POST /get_pot HTTP/1.1\r\nHost: localhost\r\nX: ",
    "POST /get_pot HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20\r\n\r\n{\"content_",
];

#[test]
fn unfinished_requests_are_closed_when_their_time_is_over() {
    let limits = Limits { head: SHORT, body: SHORT, ..Limits::default() };
    let server = Running::with(limits, None, any_video);
    let mut unfinished: Vec<_> = (0..300)
        .map(|number| {
            let mut client = server.connect();
            client.send_raw(UNFINISHED[number % UNFINISHED.len()].as_bytes());
            client
        })
        .collect();
    assert_eq!(server.get("/ping").status, 200);
    unfinished.iter_mut().for_each(times_out);
    assert_eq!(server.get("/ping").status, 200);
}

#[test]
fn a_request_that_trickles_in_is_closed_all_the_same() {
    let limits = Limits { head: SHORT, body: SHORT, ..Limits::default() };
    let server = Running::with(limits, None, any_video);
    let body = "POST /get_pot HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999\r\n\r\n";
    for begin in ["GET /ping HTTP/1.1\r\nX-Long: ", body] {
        let mut client = server.connect();
        client.send_raw(begin.as_bytes());
        let began = Instant::now();
        // A byte comes long before its time is over, again and again.
        while client.try_send(b"x") {
            assert!(began.elapsed() < Duration::from_secs(20), "it is still read");
            std::thread::sleep(SHORT / 10);
        }
    }
}

#[test]
fn the_default_limits_close_unfinished_requests_after_ten_seconds() {
    let limits = Limits::default();
    // A body that takes half of that is whole in time.
    assert_eq!((limits.head, limits.body), (Duration::from_secs(10), Duration::from_secs(10)));
}

#[test]
fn the_store_answers_while_all_others_wait_for_a_browser() {
    let (end, ended) = mpsc::channel::<()>();
    let ended = Mutex::new(ended);
    let server = Running::start(move |request| {
        if request.timeout_ms > 0 {
            // Nothing more is sent: it waits until the test ends.
            let _ = ended.lock().unwrap().recv();
        }
        match &request.video_id {
            Some(id) if id.as_str() == VIDEO => any_video(request),
            _ => Err("none".to_owned()),
        }
    });
    let waiting: Vec<_> = (0..200)
        .map(|number| {
            let mut client = server.connect();
            let body = format!(r#"{{"content_binding": "video{number:06}"}}"#);
            client.send("POST", "/get_pot", &[], &body);
            client
        })
        .collect();
    for _ in 0..3 {
        assert_eq!(server.get_pot(&request()).json()["contentBinding"], VIDEO);
    }
    drop((end, waiting));
}

/// Waits until the server closes the connection. hyper may say 408 before.
#[track_caller]
fn times_out(client: &mut Client) {
    if let Some(reply) = client.reply() {
        assert_eq!(reply.status, 408, "{reply:?}");
        client.closes();
    }
}
