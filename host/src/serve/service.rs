//! Answers the requests of one connection after the other.

use super::access::Access;
use super::options::Limits;
use super::pot_request::PotRequest;
use super::rejection::Rejection;
use super::request_log::{LogEntry, RequestLog};
use super::response::{self, HttpResponse};
use super::route::Route;
use super::tokens::{Client, TokenResult, TokenService};
use crate::ipc::patience::Withdrawal;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use potbridge_protocol::ShortText;
use std::convert::Infallible;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Instant;
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::timeout;

/// The longest body, in bytes: bgutil's plugin 2.0.2 sends the page's whole challenge along, which is tens of KiB.
const MAX_BODY: usize = 256 * 1024;

/// The longest head of a request, in bytes. The least that hyper takes is 8 KiB.
const MAX_HEAD: usize = 16 * 1024;

/// The most headers of a request.
const MAX_HEADERS: usize = 64;

/// Serves one connection, from its first request to its last.
pub(super) async fn connection(
    stream: TcpStream,
    service: Arc<Service>,
    _slot: OwnedSemaphorePermit,
    mut end: watch::Receiver<()>,
) {
    let Ok(reached_at) = stream.local_addr() else { return };
    let limits = service.limits;
    let service = service_fn(move |request| {
        let service = Arc::clone(&service);
        async move { Ok::<_, Infallible>(service.respond(request, reached_at.ip()).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(MAX_HEAD)
        .max_headers(MAX_HEADERS)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    // If a connection breaks, the client knows.
    tokio::select! {
        _ = connection.as_mut() => {}
        _ = end.changed() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}

/// What all connections share.
pub(super) struct Service {
    access: Access,
    version: ShortText,
    started: Instant,
    tokens: Arc<TokenService>,
    limits: Limits,
    log: RequestLog,
}

impl Service {
    pub(super) fn new(
        access: Access,
        version: ShortText,
        tokens: TokenService,
        limits: Limits,
        log: RequestLog,
    ) -> Self {
        Self { access, version, started: Instant::now(), tokens: Arc::new(tokens), limits, log }
    }

    pub(super) fn log(&self) -> &RequestLog {
        &self.log
    }

    pub(super) fn limits(&self) -> Limits {
        self.limits
    }

    /// The path of the server, without its secret.
    pub(super) fn shown_path(&self) -> &'static str {
        self.access.shown_path()
    }

    async fn respond(&self, request: Request<Incoming>, reached_at: IpAddr) -> HttpResponse {
        let mut entry = self.log.begin(request.method());
        let response = self.admit(request, reached_at, &mut entry).await.unwrap_or_else(|rejection| {
            entry.tell(&rejection);
            response::rejected(&rejection)
        });
        entry.end(response.status());
        response
    }

    async fn admit(
        &self,
        request: Request<Incoming>,
        reached_at: IpAddr,
        entry: &mut LogEntry<'_>,
    ) -> Result<HttpResponse, Rejection> {
        let arrived = Instant::now();
        let (head, body) = request.into_parts();
        let (route, version) = Route::of(self.access.admit(&head, reached_at)?)?;
        entry.goes_to(route);
        route.check_method(&head.method)?;
        Ok(match route {
            Route::Ping => response::ping(self.started.elapsed(), version.as_ref().unwrap_or(&self.version)),
            Route::MinterCache => response::empty_list(),
            // This server has no attestation of its own that could be invalid.
            Route::InvalidateIt => response::nothing(),
            Route::InvalidateCaches => {
                self.tokens.invalidate();
                response::nothing()
            }
            Route::GetPot => {
                let request = PotRequest::read(&self.read(body).await?)?;
                self.request_token(request, arrived + self.limits.answer, entry).await
            }
        })
    }

    async fn read(&self, body: Incoming) -> Result<Bytes, Rejection> {
        if body.size_hint().lower() > MAX_BODY as u64 {
            return Err(Rejection::TooLarge);
        }
        match timeout(self.limits.body, Limited::new(body, MAX_BODY).collect()).await {
            Ok(Ok(body)) => Ok(body.to_bytes()),
            Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Rejection::TooLarge),
            Ok(Err(_)) => Err(Rejection::Broken),
            Err(_) => Err(Rejection::TooSlow),
        }
    }

    async fn request_token(
        &self,
        request: PotRequest,
        end: Instant,
        entry: &mut LogEntry<'_>,
    ) -> HttpResponse {
        let tokens = Arc::clone(&self.tokens);
        let withdrawal = Withdrawal::default();
        // If the client hangs up, hyper drops this future, and so frees the thread.
        let _withdrawn = withdrawal.at_drop();
        let client = Client { end, withdrawal };
        let result = tokio::task::spawn_blocking(move || tokens.get(&request, &client));
        let result = match tokio::time::timeout_at(end.into(), result).await {
            Ok(Ok(result)) => result,
            Ok(Err(error)) => {
                log::error!("a token request of serve failed: {error}");
                TokenResult::failed("potbridge failed while it asked for a token: its log says why")
            }
            Err(_) => TokenResult::failed("no token came in time: try again"),
        };
        entry.is_for(result.subject);
        match result.result {
            Ok(given) => {
                entry.tell("given");
                response::given(&given)
            }
            Err(why) => {
                entry.tell(&why);
                response::error(StatusCode::OK, &why)
            }
        }
    }
}
