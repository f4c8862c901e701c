//! A Redis that is not there, goes away, hangs, or is something else.

use crate::redis_server::{LIMIT, RedisServer};
use crate::sandbox::{now, token};
use potbridge::sink::redis::{PATIENCE, Redis};
use potbridge::sink::{Change, Variable};
use std::{
    fs,
    io::Write as _,
    net::TcpListener,
    thread,
    time::{Duration, Instant},
};

const KEY: &str = "potbridge:token";
const HOUR: u64 = 3_600_000;

fn set(sink: &Redis, value: &str) -> Result<Change, (&'static str, bool, String)> {
    sink.set(&[Variable { name: KEY, value }], now() + HOUR)
        .map_err(|error| (error.code(), error.is_transient(), error.to_string()))
}

#[track_caller]
fn assert_away(result: Result<Change, (&'static str, bool, String)>, why: &str) {
    let (code, passes, text) = result.unwrap_err();
    assert_eq!((code, passes), ("redis-away", true), "{text}");
    assert!(text.contains(why), "{text}");
}

#[test]
fn a_server_that_comes_back_is_written_again() {
    let (mut server, first, second) = (RedisServer::new(), token(), token());
    let sinks = [
        server.sink(),
        server.sink_at(&format!("redis://localhost:{}", server.port)),
        server.sink_at(&format!("redis+unix://{}", server.path("redis.sock").display())),
    ];
    let mut subscription = sinks[0].subscribe().unwrap();
    set(&sinks[0], first.expose()).unwrap();
    assert!(subscription.wait(LIMIT).unwrap());

    server.stop();
    for sink in &sinks {
        assert_away(set(sink, second.expose()), "failed");
    }
    let error = subscription.wait(LIMIT).unwrap_err();
    assert_eq!(
        (error.code(), error.is_transient()),
        ("redis-away", true),
        "a subscription ends with its server"
    );

    server.start();
    let mut subscription = sinks[0].subscribe().unwrap();
    for sink in &sinks {
        assert_eq!(set(sink, second.expose()).unwrap(), Change::Written);
        assert_eq!(*sink.get(&[KEY]).unwrap()[KEY], second.expose());
        assert_eq!(sink.clear(&[KEY]).unwrap(), Change::Written);
    }
    assert!(subscription.wait(LIMIT).unwrap());
}

/// However many commands it was sent: the limit is for the whole answer.
#[test]
fn a_server_that_hangs_is_given_up_after_the_time_that_an_answer_may_take() {
    let (server, token) = (RedisServer::new(), token());
    let sink = server.sink();
    let mut subscription = sink.subscribe().unwrap();
    server.frozen(|| {
        let begun = Instant::now();
        assert_away(set(&sink, token.expose()), "did not answer within 3 seconds");
        assert!(begun.elapsed() >= PATIENCE && begun.elapsed() < PATIENCE * 3 / 2, "{:?}", begun.elapsed());

        let error = subscription.wait(LIMIT).unwrap_err();
        assert_eq!((error.code(), error.is_transient()), ("redis-away", true));
        assert!(
            begun.elapsed() < PATIENCE * 3,
            "a sign of life is waited for no longer: {:?}",
            begun.elapsed()
        );
    });
    assert_eq!(set(&sink, token.expose()).unwrap(), Change::Written);
}

#[test]
fn a_server_that_is_only_quiet_is_not_gone() {
    let (server, token) = (RedisServer::new(), token());
    let mut subscription = server.sink().subscribe().unwrap();
    assert!(!subscription.wait(PATIENCE + Duration::from_millis(100)).unwrap());
    set(&server.sink(), token.expose()).unwrap();
    assert!(subscription.wait(LIMIT).unwrap());
    assert_eq!(server.calls("ping"), 1, "it was asked");
}

#[test]
fn a_host_without_an_address_is_away() {
    // An empty label is no name, so nobody is asked for it.
    let sink = Redis {
        url: "redis://redis..invalid".parse().unwrap(),
        password_file: None,
        ca: None,
        prefix: String::new(),
        channel: None,
    };
    let begun = Instant::now();
    assert_away(set(&sink, token().expose()), "redis..invalid");
    assert!(begun.elapsed() < PATIENCE * 3 / 2);
}

#[test]
fn what_is_no_redis_server_is_told_apart() {
    let token = token();
    for (answer, code) in [
        (&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], "redis-not-redis"),
        (b"+PONG\r\n+PONG\r\n+PONG\r\n", "redis-not-redis"),
        (b"-ERR max number of clients reached\r\n", "redis-busy"),
        (b"-DENIED Redis is running in protected mode\r\n", "redis-login-refused"),
        (b"", "redis-away"),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("redis://{}", listener.local_addr().unwrap());
        let other = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            stream.write_all(answer).unwrap();
            stream.shutdown(std::net::Shutdown::Write).unwrap();
            std::io::copy(&mut stream, &mut std::io::sink()).unwrap();
        });
        let sink = Redis {
            url: url.parse().unwrap(),
            password_file: None,
            ca: None,
            prefix: String::new(),
            channel: None,
        };
        let (got, _, text) = set(&sink, token.expose()).unwrap_err();
        assert_eq!(got, code, "{text}");
        assert!(text.contains(&url) && !text.contains("Bad Request"), "{text}");
        other.join().unwrap();
    }
}

#[test]
fn a_socket_that_is_no_socket_is_away() {
    let server = RedisServer::new();
    fs::write(server.path("file"), "").unwrap();
    for name in ["file", "absent"] {
        let sink = server.sink_at(&format!("redis+unix://{}", server.path(name).display()));
        assert_away(set(&sink, token().expose()), name);
    }
}
