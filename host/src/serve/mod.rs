//! bgutil's HTTP protocol, as its server 2.0.2 and the plugin of the same version speak it: so that whatever asks
//! that server for tokens can ask potbridge.
//!
//! This is the one place of the program that runs an asynchronous runtime, on one thread; tokens are obtained on
//! threads of their own. hyper reads HTTP, [`gate`] says who may ask, [`question`] reads what is asked.

mod answer;
mod asking;
mod gate;
mod log;
mod question;
mod refusal;
mod route;
mod secret;

pub use asking::RequestToken;
pub use secret::{NoSecret, Secret};

use crate::error::Error;
use asking::{Asking, Outcome};
use gate::Gate;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use log::{Entry, Log};
use potbridge_protocol::{Code, Problem, ShortText};
use question::Question;
use refusal::Refusal;
use route::Route;
use std::convert::Infallible;
use std::future::{Future, ready};
use std::io::{self, Write};
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{sleep, timeout};

/// Connections at once; more wait to be accepted.
const CONNECTIONS: u32 = 128;

/// Tokens that are waited for at once, each on a thread; more wait in line, within their time.
const WAITING: usize = 64;

/// The longest body, in bytes: bgutil's plugin 2.0.2 sends the page's whole challenge along, which is tens of KiB.
const BODY: usize = 256 * 1024;

/// The longest head of a request, in bytes. The least that hyper takes is 8 KiB.
const HEAD: usize = 16 * 1024;

/// The most headers of a request.
const HEADERS: usize = 64;

/// How it answers.
pub struct Plan {
    /// Where it listens. Port 0 has the system choose one.
    pub listen: SocketAddr,
    /// The names, besides its own, that it may be called by. Lower case.
    pub hosts: Vec<String>,
    /// The version that it reports.
    pub version: ShortText,
    /// What every path must begin with.
    pub secret: Option<Secret>,
    /// How long things may take.
    pub limits: Limits,
    /// Gets a line for each request, without a secret in it.
    pub log: Box<dyn Write + Send>,
}

/// How long things may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// A request's head, and the silence before it.
    pub head: Duration,
    /// A request's body.
    pub body: Duration,
    /// From a request's head to its answer.
    pub answer: Duration,
    /// What is under way at the end.
    pub end: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            body: Duration::from_secs(5),
            // bgutil's plugin 2.0.2 waits for 20 s.
            answer: Duration::from_secs(18),
            end: Duration::from_millis(1500),
        }
    }
}

/// A server that has its port.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    desk: Arc<Desk>,
}

impl Server {
    /// Takes the port.
    ///
    /// # Errors
    /// [`Code::ServeExposed`] if others than this machine could ask without a secret path; [`Error::Io`] if the port is
    /// taken.
    pub fn bind(plan: Plan, request_token: Box<RequestToken>) -> Result<Self, Error> {
        let Plan { listen, hosts, version, secret, limits, log } = plan;
        if !listen.ip().to_canonical().is_loopback() && secret.is_none() {
            let message = format!("on {listen} everybody who can reach this machine could take your tokens");
            let hint = "add --secret, for a secret path that must be known, or listen on 127.0.0.1";
            return Err(Error::Problem(Problem::new(Code::ServeExposed, message).with_hint(hint)));
        }
        let listener = TcpListener::bind(listen).map_err(|source| no_port(listen, source))?;
        let address = listener.local_addr().map_err(|source| no_port(listen, source))?;
        let desk = Desk {
            gate: Gate::new(address.ip(), hosts, secret),
            version,
            started: Instant::now(),
            asking: Arc::new(Asking::new(request_token)),
            limits,
            log: Log::new(log),
        };
        Ok(Self { listener, address, desk: Arc::new(desk) })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until `stop` is there; then what is under way is answered, or cut when its time is over.
    ///
    /// # Errors
    /// [`Error::Io`] where the system refuses what a runtime needs.
    pub fn run(self, stop: impl Future<Output = ()>) -> Result<(), Error> {
        let failed = |source| Error::Io { what: format!("{} cannot be served", self.address), source };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .max_blocking_threads(WAITING)
            .thread_name("request_token")
            .build()
            .map_err(failed)?;
        let result = runtime.block_on(serve(self.listener, &self.desk, stop)).map_err(failed);
        // Whoever still waits for a token is not waited for.
        runtime.shutdown_background();
        result
    }
}

fn no_port(listen: SocketAddr, source: io::Error) -> Error {
    let what = match source.kind() {
        io::ErrorKind::AddrInUse => format!(
            "another program listens on {listen} already (another `potbridge serve`, or bgutil's own server): end it, \
             or choose another port with --listen"
        ),
        io::ErrorKind::AddrNotAvailable => format!("{listen} is no address of this machine"),
        _ => format!("{listen} cannot be listened on"),
    };
    Error::Io { what, source }
}

async fn serve(listener: TcpListener, desk: &Arc<Desk>, stop: impl Future<Output = ()>) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let slots = Arc::new(Semaphore::new(CONNECTIONS as usize));
    let (ending, end) = watch::channel(());
    let mut stop = pin!(stop);
    // The signals are listened for before anybody is told that this is ready.
    tokio::select! {
        biased;
        () = stop.as_mut() => return Ok(()),
        () = ready(()) => desk.log.line(format_args!("listening on http://{}{}", listener.local_addr()?, desk.gate.shown_path())),
    }
    loop {
        let slot = Arc::clone(&slots).acquire_owned();
        let next = async { (slot.await, listener.accept().await) };
        tokio::select! {
            () = stop.as_mut() => break,
            next = next => match next {
                (Ok(slot), Ok((stream, _))) => {
                    tokio::spawn(converse(stream, Arc::clone(desk), slot, end.clone()));
                }
                (_, Err(error)) => {
                    desk.log.line(format_args!("a connection could not be accepted: {error}"));
                    // Where too many files are open it would fail again at once.
                    sleep(Duration::from_millis(100)).await;
                }
                (Err(_), _) => break,
            },
        }
    }
    drop(listener);
    ending.send_replace(());
    // All slots are free when every connection is closed.
    let _ = timeout(desk.limits.end, slots.acquire_many(CONNECTIONS)).await;
    Ok(())
}

/// One connection, from its first request to its last.
async fn converse(
    stream: TcpStream,
    desk: Arc<Desk>,
    _slot: OwnedSemaphorePermit,
    mut end: watch::Receiver<()>,
) {
    let Ok(reached_at) = stream.local_addr() else { return };
    let limits = desk.limits;
    let service = service_fn(move |request| {
        let desk = Arc::clone(&desk);
        async move { Ok::<_, Infallible>(desk.respond(request, reached_at.ip()).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(HEAD)
        .max_headers(HEADERS)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    // What a connection breaks by is the other side's affair.
    tokio::select! {
        _ = connection.as_mut() => {}
        _ = end.changed() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}

/// What all connections share.
struct Desk {
    gate: Gate,
    version: ShortText,
    started: Instant,
    asking: Arc<Asking>,
    limits: Limits,
    log: Log,
}

impl Desk {
    async fn respond(&self, request: Request<Incoming>, reached_at: IpAddr) -> answer::Answer {
        let mut entry = self.log.begin(request.method());
        let answer = self.admit(request, reached_at, &mut entry).await.unwrap_or_else(|refusal| {
            entry.tell(&refusal);
            refusal.answer()
        });
        entry.end(answer.status());
        answer
    }

    async fn admit(
        &self,
        request: Request<Incoming>,
        reached_at: IpAddr,
        entry: &mut Entry<'_>,
    ) -> Result<answer::Answer, Refusal> {
        let arrived = Instant::now();
        let (head, body) = request.into_parts();
        let route = Route::of(self.gate.admit(&head, reached_at)?)?;
        entry.goes_to(route);
        route.check_method(&head.method)?;
        Ok(match route {
            Route::Ping => answer::ping(self.started.elapsed(), &self.version),
            Route::MinterCache => answer::empty_list(),
            // There is no attestation of this server's own that could be invalid.
            Route::InvalidateIt => answer::nothing(),
            Route::InvalidateCaches => {
                self.asking.invalidate();
                answer::nothing()
            }
            Route::GetPot => {
                let question = Question::read(&self.read(body).await?)?;
                self.request_token(question, arrived + self.limits.answer, entry).await
            }
        })
    }

    async fn read(&self, body: Incoming) -> Result<Bytes, Refusal> {
        if body.size_hint().lower() > BODY as u64 {
            return Err(Refusal::TooLarge);
        }
        match timeout(self.limits.body, Limited::new(body, BODY).collect()).await {
            Ok(Ok(body)) => Ok(body.to_bytes()),
            Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Refusal::TooLarge),
            Ok(Err(_)) => Err(Refusal::Broken),
            Err(_) => Err(Refusal::TooSlow),
        }
    }

    async fn request_token(&self, question: Question, end: Instant, entry: &mut Entry<'_>) -> answer::Answer {
        let asking = Arc::clone(&self.asking);
        let obtained = tokio::task::spawn_blocking(move || asking.ask(&question, end));
        let outcome = match tokio::time::timeout_at(end.into(), obtained).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Outcome::failed("potbridge failed while it asked for a token: its log says why"),
            Err(_) => Outcome::failed("no token came in time: the browser is still asked, so try again"),
        };
        entry.is_for(outcome.subject);
        match outcome.result {
            Ok(given) => {
                entry.tell("given");
                answer::given(&given)
            }
            Err(why) => {
                entry.tell(&why);
                answer::error(StatusCode::OK, &why)
            }
        }
    }
}
