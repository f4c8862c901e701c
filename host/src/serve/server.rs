//! The listening server: takes the port, accepts connections, ends.

use super::access::Access;
use super::options::ServeOptions;
use super::request_log::RequestLog;
use super::service::{Service, connection};
use super::tokens::{RequestToken, TokenService};
use crate::error::Error;
use potbridge_protocol::{Code, Problem};
use std::future::{Future, ready};
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};

/// Connections at once; more wait to be accepted.
const MAX_CONNECTIONS: u32 = 128;

/// Tokens that are waited for at once, each on a thread; more wait in line, within their time.
const MAX_WAITING: usize = 64;

/// A server that has its port.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    service: Arc<Service>,
}

impl Server {
    /// Takes the port.
    ///
    /// # Errors
    /// [`Code::ServeExposed`] if others than this machine could ask without a secret path; [`Error::Io`] if the port is
    /// taken.
    pub fn bind(plan: ServeOptions, request_token: Box<RequestToken>) -> Result<Self, Error> {
        let ServeOptions { listen, hosts, version, secret, limits, log } = plan;
        if !listen.ip().to_canonical().is_loopback() && secret.is_none() {
            let message = format!("on {listen} everybody who can reach this machine could take your tokens");
            let hint = "add --secret, for a secret path that must be known, or listen on 127.0.0.1";
            return Err(Error::Problem(Problem::new(Code::ServeExposed, message).with_hint(hint)));
        }
        let listener = TcpListener::bind(listen).map_err(|source| no_port(listen, source))?;
        let address = listener.local_addr().map_err(|source| no_port(listen, source))?;
        let access = Access::new(address.ip(), hosts, secret);
        let service =
            Service::new(access, version, TokenService::new(request_token), limits, RequestLog::new(log));
        Ok(Self { listener, address, service: Arc::new(service) })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until `stop` completes. Then requests under way are answered, or cut when their time is over.
    ///
    /// # Errors
    /// [`Error::Io`] if the system refuses what a runtime needs.
    pub fn run(self, stop: impl Future<Output = ()>) -> Result<(), Error> {
        let failed = |source| Error::Io { what: format!("{} cannot be served", self.address), source };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .max_blocking_threads(MAX_WAITING)
            .thread_name("token-request")
            .build()
            .map_err(failed)?;
        let result = runtime.block_on(serve(self.listener, &self.service, stop)).map_err(failed);
        // Whoever still waits for a token is not waited for.
        runtime.shutdown_background();
        result
    }
}

fn no_port(listen: SocketAddr, source: io::Error) -> Error {
    let what = match source.kind() {
        io::ErrorKind::AddrInUse => {
            let message = format!(
                "another program listens on {listen} already (another `potbridge serve`, or bgutil's own server)"
            );
            let hint = "end it, or choose another port with --listen";
            return Error::Problem(Problem::new(Code::Io, message).with_hint(hint));
        }
        io::ErrorKind::AddrNotAvailable => format!("{listen} is no address of this machine"),
        _ => format!("{listen} cannot be listened on"),
    };
    Error::Io { what, source }
}

async fn serve(
    listener: TcpListener,
    service: &Arc<Service>,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let slots = Arc::new(Semaphore::new(MAX_CONNECTIONS as usize));
    let (ending, end) = watch::channel(());
    let mut stop = pin!(stop);
    // The signals are listened for before anybody is told that this is ready.
    tokio::select! {
        biased;
        () = stop.as_mut() => return Ok(()),
        () = ready(()) => service.log().line(format_args!("listening on http://{}{}", listener.local_addr()?, service.shown_path())),
    }
    loop {
        let slot = Arc::clone(&slots).acquire_owned();
        let next = async { (slot.await, listener.accept().await) };
        tokio::select! {
            () = stop.as_mut() => break,
            next = next => match next {
                (Ok(slot), Ok((stream, _))) => {
                    tokio::spawn(connection(stream, Arc::clone(service), slot, end.clone()));
                }
                (_, Err(error)) => {
                    service.log().line(format_args!("a connection could not be accepted: {error}"));
                    // If too many files are open, it would fail again at once.
                    sleep(Duration::from_millis(100)).await;
                }
                (Err(_), _) => break,
            },
        }
    }
    drop(listener);
    ending.send_replace(());
    // All slots are free when every connection is closed.
    let _ = timeout(service.limits().end, slots.acquire_many(MAX_CONNECTIONS)).await;
    Ok(())
}
