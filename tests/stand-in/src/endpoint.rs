use std::convert::Infallible;
use std::net::TcpListener as StdTcpListener;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::hosts::Hosts;

/// The first byte of a TLS record with a ClientHello. No HTTP method begins with it.
const TLS_HANDSHAKE: u8 = 0x16;

/// Accepts connections until it is dropped.
///
/// The first byte of a connection tells its kind. A client that believes to be at YouTube begins with TLS. A client that
/// uses a proxy begins with CONNECT, then TLS.
pub(crate) async fn serve(listener: StdTcpListener, acceptor: TlsAcceptor, hosts: Hosts) {
    let Ok(listener) = TcpListener::from_std(listener) else { return };
    let endpoint = Endpoint { acceptor, hosts };
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(endpoint.clone().accept(stream));
            }
            // Most likely out of file descriptors. They come back when connections end.
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}

#[derive(Clone)]
struct Endpoint {
    acceptor: TlsAcceptor,
    hosts: Hosts,
}

// Errors of a connection are ignored: browsers open some in advance and drop them.
impl Endpoint {
    async fn accept(self, stream: TcpStream) {
        let _ = stream.set_nodelay(true);
        let mut first = [0];
        match stream.peek(&mut first).await {
            Ok(1) if first[0] == TLS_HANDSHAKE => self.secure(stream).await,
            Ok(1) => self.plain(stream).await,
            _ => {}
        }
    }

    async fn secure(self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let Ok(stream) = self.acceptor.accept(stream).await else { return };
        // Chromium sends a streamed body over HTTP/2 only.
        let http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
        let hosts = self.hosts;
        let service = service_fn(move |request: Request<Incoming>| {
            let hosts = hosts.clone();
            async move { Ok::<_, Infallible>(hosts.answer(request.map(Body::new)).await) }
        });
        if http2 {
            let builder = http2::Builder::new(TokioExecutor::new());
            let _ = builder.serve_connection(TokioIo::new(stream), service).await;
        } else {
            let _ = http1::Builder::new()
                .timer(TokioTimer::new())
                .serve_connection(TokioIo::new(stream), service)
                .await;
        }
    }

    async fn plain(self, stream: TcpStream) {
        let service = service_fn(move |request: Request<Incoming>| {
            let endpoint = self.clone();
            async move { Ok::<_, Infallible>(endpoint.answer_plain(request)) }
        });
        let connection =
            http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service);
        let _ = connection.with_upgrades().await;
    }

    /// The answer to a request without TLS. A tunnel to any host leads to this endpoint.
    fn answer_plain(self, request: Request<Incoming>) -> Response<Body> {
        if request.method() != Method::CONNECT {
            return self.hosts.answer_insecure(&request);
        }
        tokio::spawn(async move {
            if let Ok(stream) = hyper::upgrade::on(request).await {
                self.secure(TokioIo::new(stream)).await;
            }
        });
        Response::new(Body::empty())
    }
}
