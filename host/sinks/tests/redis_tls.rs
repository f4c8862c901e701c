//! Redis by TLS: whom the program trusts, and what it says if it does not.

use crate::{KEY, in_an_hour, sink_at, token};
use potbridge_protocol::Code;
use potbridge_sinks::redis::Redis;
use potbridge_sinks::{Change, Variable};
use potbridge_test_support::RedisServer;
use potbridge_test_support::certificates::{TLS, certify};
use potbridge_test_support::deadline::LIMIT;
use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair};
use std::fs;
use std::io::Write as _;
use std::net::TcpListener;
use std::thread;

fn server(config: &str, names: &[&str]) -> RedisServer {
    RedisServer::prepared(config, |folder| certify(folder, names))
}

/// The sink by TLS, with trust in the server's CA.
fn sink(server: &RedisServer, host: &str) -> Redis {
    let mut sink = sink_at(&format!("rediss://{host}:{}", server.port));
    sink.ca = Some(server.path("ca.pem"));
    sink
}

fn set(sink: &Redis, value: &str) -> Result<Change, (Code, String)> {
    sink.set(&[Variable { name: KEY, value }], in_an_hour()).map_err(|error| {
        assert!(!error.is_transient(), "{error}");
        (error.code(), format!("{error}; {}", error.hint().unwrap_or_default()))
    })
}

#[track_caller]
fn assert_no_tls(result: Result<Change, (Code, String)>, why: &str) {
    let (code, text) = result.unwrap_err();
    assert_eq!(code, Code::RedisTlsFailed, "{text}");
    assert!(text.contains(why), "{text}");
}

#[test]
fn a_server_of_the_named_ca_is_written_and_read() {
    let (server, token) = (server(TLS, &["localhost", "127.0.0.1"]), token());
    for host in ["127.0.0.1", "localhost"] {
        let sink = sink(&server, host);
        let mut subscription = sink.subscribe().unwrap();
        assert_eq!(set(&sink, token.expose()).unwrap(), Change::Written);
        assert!(subscription.wait(LIMIT).unwrap());
        assert_eq!(*sink.get(&[KEY]).unwrap()[KEY], token.expose());
        assert_eq!(sink.clear(&[KEY]).unwrap(), Change::Written);
    }
}

#[test]
fn tls_1_2_is_used() {
    let (server, token) = (server(&format!("{TLS}\ntls-protocols TLSv1.2"), &["localhost"]), token());
    assert_eq!(set(&sink(&server, "localhost"), token.expose()).unwrap(), Change::Written);
}

#[test]
fn a_server_of_an_unknown_ca_is_not_written() {
    let (server, token) = (server(TLS, &["localhost"]), token());
    let mut sink = sink(&server, "localhost");
    sink.ca = None;
    assert_no_tls(set(&sink, token.expose()), "`ca`");
    assert!(!server.ask::<bool>(&["EXISTS", KEY]));
}

#[test]
fn a_server_of_another_ca_is_not_written() {
    let (server, token) = (server(TLS, &["localhost"]), token());
    let other = tempfile::TempDir::new().unwrap();
    certify(other.path(), &["localhost"]);
    let mut sink = sink(&server, "localhost");
    sink.ca = Some(other.path().join("ca.pem"));
    assert_no_tls(set(&sink, token.expose()), "no CA that is trusted here");
    assert!(!server.ask::<bool>(&["EXISTS", KEY]));
}

#[test]
fn a_certificate_for_another_name_is_not_trusted() {
    let (server, token) = (server(TLS, &["redis.example"]), token());
    for host in ["localhost", "127.0.0.1"] {
        assert_no_tls(set(&sink(&server, host), token.expose()), "for another name");
    }
    assert!(!server.ask::<bool>(&["EXISTS", KEY]));
}

/// Redis asks for one unless it is told otherwise.
#[test]
fn a_server_that_wants_client_certificates_is_named() {
    let config = TLS.replace("tls-auth-clients no", "");
    for protocol in ["TLSv1.3", "TLSv1.2"] {
        let server = server(&format!("{config}\ntls-protocols {protocol}"), &["localhost"]);
        assert_no_tls(set(&sink(&server, "localhost"), token().expose()), "`tls-auth-clients optional`");
    }
}

#[test]
fn a_certificate_that_is_its_own_ca_is_refused_with_a_hint() {
    let server = RedisServer::prepared(TLS, |folder| {
        let mut params = CertificateParams::new(["localhost".to_owned()]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap().pem();
        fs::write(folder.join("ca.pem"), &certificate).unwrap();
        fs::write(folder.join("server.pem"), &certificate).unwrap();
        fs::write(folder.join("server.key"), key.serialize_pem()).unwrap();
    });
    assert_no_tls(set(&sink(&server, "localhost"), token().expose()), "its certificate is a CA's");
}

#[test]
fn a_server_without_tls_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let other = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(b"-ERR Protocol error: unbalanced quotes in request\r\n").unwrap();
        std::io::copy(&mut stream, &mut std::io::sink()).unwrap();
    });
    let sink = sink_at(&format!("rediss://127.0.0.1:{port}"));
    assert_no_tls(set(&sink, token().expose()), "does not speak TLS");
    other.join().unwrap();
}

#[test]
fn a_tls_port_that_is_asked_in_the_clear_is_away() {
    let (server, token) = (server(TLS, &["localhost"]), token());
    let sink = crate::sink(&server);
    let error = sink.set(&[Variable { name: KEY, value: token.expose() }], in_an_hour()).unwrap_err();
    assert_eq!(error.code(), Code::RedisAway);
    assert!(error.hint().unwrap().contains("rediss://"), "{error}");
}

#[test]
fn a_ca_without_tls_or_without_a_certificate_is_refused() {
    let (server, token) = (RedisServer::new(), token());
    let mut sink = crate::sink(&server);
    sink.ca = Some(server.path("ca.pem"));
    assert_eq!(set(&sink, token.expose()).unwrap_err().0, Code::RedisUrlInvalid);
    assert!(!server.ask::<bool>(&["EXISTS", KEY]), "what was meant for TLS is not sent without");

    sink.url = format!("rediss://127.0.0.1:{}", server.port).parse().unwrap();
    assert_eq!(set(&sink, token.expose()).unwrap_err().0, Code::RedisCaInvalid, "there is no file");
    for content in ["", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        fs::write(server.path("ca.pem"), content).unwrap();
        let (code, text) = set(&sink, token.expose()).unwrap_err();
        assert_eq!(code, Code::RedisCaInvalid);
        assert!(text.contains("ca.pem"), "{text}");
    }
}
