//! A plain TLS client that trusts only the stand-in's CA.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use base64::prelude::{BASE64_URL_SAFE, Engine};
use potbridge_stand_in::{Received, Scenario, StandIn};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, pem::PemObject};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

/// Ends a test that hangs. A working test takes less.
pub const LIMIT: Duration = Duration::from_secs(20);

/// A media server's host.
pub const MEDIA_HOST: &str = "rr1---sn-standin.googlevideo.com";

/// A playback.
pub const CPN: &str = "v1UkTGH4VTcYKma_";

#[derive(Clone, Copy)]
pub enum Way {
    Direct,
    Connect,
}

/// The TLS of a client that trusts only the stand-in's CA and offers no ALPN, so that it gets HTTP/1.1.
pub fn trusting(stand_in: &StandIn) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(stand_in.ca_pem().as_bytes()).unwrap()).unwrap();
    ClientConfig::builder_with_provider(ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth()
}

/// Sends one request, head and body, and returns the whole answer.
pub fn exchange(stand_in: &StandIn, way: Way, host: &str, request: &[u8]) -> Vec<u8> {
    let mut tcp = TcpStream::connect(stand_in.address()).unwrap();
    tcp.set_read_timeout(Some(LIMIT)).unwrap();
    if let Way::Connect = way {
        write!(tcp, "CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n").unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            tcp.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        assert!(head.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&head));
    }
    let config = trusting(stand_in);
    let name = ServerName::try_from(host.to_owned()).unwrap();
    let mut tls = StreamOwned::new(ClientConnection::new(Arc::new(config), name).unwrap(), tcp);
    tls.write_all(request).unwrap();
    let mut answer = Vec::new();
    tls.read_to_end(&mut answer).unwrap();
    answer
}

/// Random bytes in the shape of a token that is bound to a video.
pub fn random_token() -> String {
    let mut bytes = vec![0; 85];
    getrandom::fill(&mut bytes).unwrap();
    bytes[..2].copy_from_slice(&[0x32, 83]);
    BASE64_URL_SAFE.encode(bytes)
}

/// A stand-in that plays the scenario `watch`.
pub fn start() -> StandIn {
    StandIn::start(Scenario::named("watch").unwrap()).unwrap()
}

/// Sends a request. Gives the answer, and what was noted of the request.
///
/// `headers` are further header lines, each with its end.
pub fn ask(
    stand_in: &StandIn,
    way: Way,
    [method, host, target]: [&str; 3],
    headers: &str,
    body: &[u8],
) -> (String, Option<Received>) {
    let before = stand_in.received().len();
    let head = format!(
        "{method} {target} HTTP/1.1\r\nHost: {host}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let answer = exchange(stand_in, way, host, &[head.as_bytes(), body].concat());
    (String::from_utf8_lossy(&answer).into_owned(), stand_in.received().get(before).cloned())
}
