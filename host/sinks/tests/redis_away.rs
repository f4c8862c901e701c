//! A Redis that is not there, goes away, hangs, or is something else.

use crate::{KEY, in_an_hour, sink, sink_at, token};
use potbridge_protocol::Code;
use potbridge_sinks::redis::Redis;
use potbridge_sinks::{Change, Variable};
use potbridge_test_support::RedisServer;
use potbridge_test_support::deadline::LIMIT;
use std::fs;
use std::io::Write as _;
use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

/// A time-out that a server on this machine never needs.
const SHORT: Duration = Duration::from_millis(500);

fn impatient(sink: Redis) -> Redis {
    Redis { timeout: SHORT, ..sink }
}

fn set(sink: &Redis, value: &str) -> Result<Change, (Code, bool, String)> {
    sink.set(&[Variable { name: KEY, value }], in_an_hour())
        .map_err(|error| (error.code(), error.is_transient(), error.to_string()))
}

#[track_caller]
fn assert_away(result: Result<Change, (Code, bool, String)>, why: &str) {
    let (code, transient, text) = result.unwrap_err();
    assert_eq!((code, transient), (Code::RedisAway, true), "{text}");
    assert!(text.contains(why), "{text}");
}

#[test]
fn a_server_that_comes_back_is_written_again() {
    let (mut server, first, second) = (RedisServer::new(), token(), token());
    let sinks = [
        sink(&server),
        sink_at(&format!("redis://localhost:{}", server.port)),
        sink_at(&format!("redis+unix://{}", server.path("redis.sock").display())),
    ];
    let mut subscription = sinks[0].subscribe().unwrap();
    set(&sinks[0], first.expose()).unwrap();
    assert!(subscription.wait(LIMIT).unwrap());

    server.stop();
    for sink in &sinks {
        assert_away(set(sink, second.expose()), "refused");
    }
    let error = subscription.wait(LIMIT).unwrap_err();
    assert_eq!(
        (error.code(), error.is_transient()),
        (Code::RedisAway, true),
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

/// The time-out is for the whole reply, however many commands were sent.
#[test]
fn a_server_that_hangs_is_given_up_after_the_timeout() {
    let (server, token) = (RedisServer::new(), token());
    let sink = impatient(sink(&server));
    let mut subscription = sink.subscribe().unwrap();
    server.frozen(|| {
        let begun = Instant::now();
        assert_away(set(&sink, token.expose()), "did not answer within 500ms");
        assert!(begun.elapsed() >= SHORT, "{:?}", begun.elapsed());

        let begun = Instant::now();
        let error = subscription.wait(LIMIT).unwrap_err();
        assert_eq!((error.code(), error.is_transient()), (Code::RedisAway, true));
        assert!(begun.elapsed() < LIMIT / 2, "it was waited for until the limit: {:?}", begun.elapsed());
    });
    assert_eq!(set(&crate::sink(&server), token.expose()).unwrap(), Change::Written);
}

#[test]
fn a_server_that_is_only_quiet_is_not_away() {
    let (server, token) = (RedisServer::new(), token());
    let mut subscription = impatient(sink(&server)).subscribe().unwrap();
    assert!(!subscription.wait(SHORT + SHORT / 2).unwrap());
    set(&sink(&server), token.expose()).unwrap();
    assert!(subscription.wait(LIMIT).unwrap());
    assert_eq!(server.calls("ping"), 1, "it got a PING");
}

#[test]
fn a_host_without_an_address_is_away() {
    // An empty label is no name, so nobody is asked for it.
    let sink = Redis::new("redis://redis..invalid".parse().unwrap());
    assert_away(set(&sink, token().expose()), "redis..invalid");
}

#[test]
fn what_is_not_a_redis_server_is_told_apart() {
    let token = token();
    for (answer, code) in [
        (&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], Code::RedisNotRedis),
        (b"+PONG\r\n+PONG\r\n+PONG\r\n", Code::RedisNotRedis),
        (b"-ERR max number of clients reached\r\n", Code::RedisBusy),
        (b"-DENIED Redis is running in protected mode\r\n", Code::RedisLoginRefused),
        (b"", Code::RedisAway),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("redis://{}", listener.local_addr().unwrap());
        let other = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            stream.set_read_timeout(Some(LIMIT)).unwrap();
            stream.write_all(answer).unwrap();
            stream.shutdown(std::net::Shutdown::Write).unwrap();
            std::io::copy(&mut stream, &mut std::io::sink()).unwrap();
        });
        let sink = Redis::new(url.parse().unwrap());
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
        let sink = sink_at(&format!("redis+unix://{}", server.path(name).display()));
        assert_away(set(&sink, token().expose()), name);
    }
}
