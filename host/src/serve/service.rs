//! Answers the requests of one connection after the other.

use super::access::Access;
use super::connections::OpenConnection;
use super::options::Limits;
use super::pot_request::PotRequest;
use super::rejection::Rejection;
use super::request_log::{LogEntry, RequestLog};
use super::response::{self, HttpResponse};
use super::route::Route;
use super::tokens::{CROWDED, Client, TokenResult, TokenService};
use crate::ipc::patience::Withdrawal;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use potbridge_protocol::ShortText;
use std::convert::Infallible;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Instant;
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, watch};
use tokio::time::{timeout, timeout_at};

/// The longest body, in bytes: bgutil's plugin 2.0.2 sends the page's whole challenge along, which is tens of KiB.
const MAX_BODY: usize = 256 * 1024;

/// The longest head of a request, in bytes. The least that hyper takes is 8 KiB.
const MAX_HEAD: usize = 16 * 1024;

/// The most headers of a request.
const MAX_HEADERS: usize = 64;

/// The most requests that wait for a browser at once, each on a thread. More wait in line, within their time.
pub(super) const MAX_ASKING: usize = 64;

/// Serves one connection, from its first request to its last.
pub(super) async fn connection(
    stream: TcpStream,
    service: Arc<Service>,
    open: OpenConnection,
    mut end: watch::Receiver<()>,
) {
    // It broke before it was served.
    let Ok(reached_at) = stream.local_addr() else { return };
    let open = Arc::new(open);
    let watched = Arc::clone(&open);
    let service = service_fn(move |request| {
        let (service, open) = (Arc::clone(&service), Arc::clone(&open));
        async move { Ok::<_, Infallible>(service.respond(request, reached_at.ip(), &open).await) }
    });
    let connection = http1::Builder::new()
        .max_buf_size(MAX_HEAD)
        .max_headers(MAX_HEADERS)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    // If a connection breaks, the client knows.
    tokio::select! {
        _ = connection.as_mut() => {}
        () = watched.is_to_close() => {}
        _ = end.changed() => {
            connection.as_mut().graceful_shutdown();
            // As above.
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
    /// Those who wait for a token of a browser, each on a thread.
    asking: Arc<Semaphore>,
    /// They, and those who wait for such a thread.
    in_line: Arc<Semaphore>,
}

impl Service {
    pub(super) fn new(
        access: Access,
        version: ShortText,
        tokens: TokenService,
        limits: Limits,
        log: RequestLog,
        most_in_line: usize,
    ) -> Self {
        Self {
            access,
            version,
            started: Instant::now(),
            tokens: Arc::new(tokens),
            limits,
            log,
            asking: Arc::new(Semaphore::new(MAX_ASKING)),
            in_line: Arc::new(Semaphore::new(most_in_line)),
        }
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

    async fn respond(
        &self,
        request: Request<Incoming>,
        reached_at: IpAddr,
        open: &OpenConnection,
    ) -> HttpResponse {
        // The body has a limit of its own, which is told to the client.
        open.waits_for_client(self.limits.body + self.limits.head);
        let mut entry = self.log.begin(request.method());
        let response = self.admit(request, reached_at, open, &mut entry).await.unwrap_or_else(|rejection| {
            match self.access.why_nowhere().filter(|_| rejection == Rejection::Nowhere) {
                Some(why) => entry.tell(format_args!("{rejection}; {why}")),
                None => entry.tell(&rejection),
            }
            response::rejected(&rejection)
        });
        open.waits_for_client(self.limits.head);
        entry.end(response.status());
        response
    }

    async fn admit(
        &self,
        request: Request<Incoming>,
        reached_at: IpAddr,
        open: &OpenConnection,
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
                open.client_waits();
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
        let withdrawal = Withdrawal::default();
        // If the client hangs up, hyper drops this future, and so frees the thread.
        let _withdrawn = withdrawal.at_drop();
        let client = Client { end, withdrawal };
        let result = timeout_at(end.into(), self.token(Arc::new(request), client)).await;
        let result = result.unwrap_or_else(|_| TokenResult::failed("no token came in time: try again"));
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

    /// The token of the store, or else one that a browser is asked for.
    ///
    /// What the store answers does not wait behind those who wait for a browser.
    async fn token(&self, request: Arc<PotRequest>, client: Client) -> TokenResult {
        match self.on_thread(&request, &client, TokenService::get_known).await {
            Ok(Some(result)) | Err(result) => return result,
            Ok(None) => {}
        }
        let Ok(_in_line) = self.in_line.try_acquire() else {
            return TokenResult::failed(CROWDED);
        };
        // It goes to the thread, which may go on for a moment after the client has gone.
        let Ok(place) = Arc::clone(&self.asking).acquire_owned().await else {
            return TokenResult::failed(CROWDED);
        };
        let get = move |tokens: &TokenService, request: &PotRequest, client: &Client| {
            let _place = place;
            tokens.get(request, client)
        };
        self.on_thread(&request, &client, get).await.unwrap_or_else(|failed| failed)
    }

    async fn on_thread<T: Send + 'static>(
        &self,
        request: &Arc<PotRequest>,
        client: &Client,
        get: impl FnOnce(&TokenService, &PotRequest, &Client) -> T + Send + 'static,
    ) -> Result<T, TokenResult> {
        let (tokens, request, client) = (Arc::clone(&self.tokens), Arc::clone(request), client.clone());
        let result = tokio::task::spawn_blocking(move || get(&tokens, &request, &client)).await;
        result.map_err(|error| {
            log::error!("a token request of serve failed: {error}");
            TokenResult::failed("potbridge failed while it asked for a token: its log says why")
        })
    }
}
