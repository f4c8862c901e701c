//! The listening server: takes the port, accepts connections, ends.

use super::access::Access;
use super::connections::Connections;
use super::options::ServeOptions;
use super::request_log::RequestLog;
use super::service::{MAX_ASKING, Service, connection};
use super::tokens::{RequestToken, TokenService};
use crate::error::Error;
use potbridge_protocol::{Code, Problem};
use std::future::{Future, pending, ready};
use std::io;
use std::net::{Ipv6Addr, SocketAddr, TcpListener};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

/// The most connections at once, if this process may have twice as many files open.
const MAX_CONNECTIONS: usize = 512;

/// Threads that look into the store while all others wait for a browser.
const STORE_THREADS: usize = 8;

/// A server that has its port.
pub struct Server {
    listener: TcpListener,
    /// The one on `[::1]`, if both loopback addresses are listened on.
    other_loopback: Option<TcpListener>,
    address: SocketAddr,
    connections: Arc<Connections>,
    service: Arc<Service>,
    /// What the log says when it listens.
    said: Option<String>,
}

impl Server {
    /// Takes the port.
    ///
    /// # Errors
    /// [`Code::ServeExposed`] if others than this machine could ask without a secret path; [`Error::Io`] if the port is
    /// taken.
    pub fn bind(plan: ServeOptions, request_token: Box<RequestToken>) -> Result<Self, Error> {
        let ServeOptions { listen, both_loopbacks, hosts, version, secret, limits, log } = plan;
        if !listen.ip().to_canonical().is_loopback() && secret.is_none() {
            let message = format!("on {listen} everybody who can reach this machine could take your tokens");
            let hint = "add --secret, for a secret path that must be known, or listen on 127.0.0.1";
            return Err(Error::Problem(Problem::new(Code::ServeExposed, message).with_hint(hint)));
        }
        let listener = TcpListener::bind(listen).map_err(|source| no_port(listen, source))?;
        let address = listener.local_addr().map_err(|source| no_port(listen, source))?;
        let other_loopback = if both_loopbacks { bind_other_loopback(address.port())? } else { None };
        let access = Access::new(address.ip(), hosts, secret);
        let most = most_connections();
        let tokens = TokenService::new(request_token);
        let service = Service::new(access, version, tokens, limits, RequestLog::new(log), most / 2);
        let connections = Arc::new(Connections::new(most));
        Ok(Self { listener, other_loopback, address, connections, service: Arc::new(service), said: None })
    }

    /// Has the log say one more line once it listens.
    #[must_use]
    pub fn saying(self, said: Option<String>) -> Self {
        Self { said, ..self }
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
        let address = self.address;
        let failed = |source| Error::Io { what: format!("{address} cannot be served"), source };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .max_blocking_threads(MAX_ASKING + STORE_THREADS)
            .thread_name("token-request")
            .build()
            .map_err(failed)?;
        let result = runtime.block_on(self.serve(stop)).map_err(failed);
        // Whoever still waits for a token is not waited for.
        runtime.shutdown_background();
        result
    }

    async fn serve(self, stop: impl Future<Output = ()>) -> io::Result<()> {
        let listener = asynchronous(self.listener)?;
        let other = self.other_loopback.map(asynchronous).transpose()?;
        let service = self.service;
        let (ending, end) = watch::channel(());
        let mut stop = pin!(stop);
        // The signals are listened for before anybody is told that this is ready.
        tokio::select! {
            biased;
            () = stop.as_mut() => return Ok(()),
            () = ready(()) => {}
        }
        for listener in [Some(&listener), other.as_ref()].into_iter().flatten() {
            let (address, path) = (listener.local_addr()?, service.shown_path());
            service.log().line(format_args!("listening on http://{address}{path}"));
        }
        if let Some(line) = self.said {
            service.log().line(format_args!("{line}"));
        }
        loop {
            let accepted = tokio::select! {
                () = stop.as_mut() => break,
                accepted = listener.accept() => accepted,
                accepted = accept(other.as_ref()) => accepted,
            };
            match accepted {
                Ok((stream, _)) => {
                    let open = self.connections.add(service.limits().head);
                    tokio::spawn(connection(stream, Arc::clone(&service), open, end.clone()));
                }
                Err(error) => {
                    service.log().line(format_args!("a connection could not be accepted: {error}"));
                    // If too many files are open, it would fail again at once.
                    self.connections.close_longest_waiting();
                    sleep(Duration::from_millis(100)).await;
                }
            }
        }
        drop((listener, other, end));
        ending.send_replace(());
        // Every connection has a receiver.
        let _ = timeout(service.limits().end, ending.closed()).await;
        Ok(())
    }
}

/// Takes the port of `[::1]` too. `None` if this machine, or the service manager, has no IPv6 for this program.
fn bind_other_loopback(port: u16) -> Result<Option<TcpListener>, Error> {
    let address = SocketAddr::from((Ipv6Addr::LOCALHOST, port));
    match TcpListener::bind(address) {
        Ok(listener) => Ok(Some(listener)),
        // Programs that ask `localhost` would ask whoever has it.
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => Err(no_port(address, error)),
        Err(error) => {
            log::info!("serve does not listen on {address}: {error}");
            Ok(None)
        }
    }
}

/// As many as leave half of the files that this process may open to the store and the browsers' hosts.
fn most_connections() -> usize {
    #[cfg(unix)]
    if let Some(files) = rustix::process::getrlimit(rustix::process::Resource::Nofile).current {
        return usize::try_from(files / 2).map_or(MAX_CONNECTIONS, |most| most.clamp(2, MAX_CONNECTIONS));
    }
    MAX_CONNECTIONS
}

fn asynchronous(listener: TcpListener) -> io::Result<tokio::net::TcpListener> {
    listener.set_nonblocking(true)?;
    tokio::net::TcpListener::from_std(listener)
}

async fn accept(listener: Option<&tokio::net::TcpListener>) -> io::Result<(TcpStream, SocketAddr)> {
    match listener {
        Some(listener) => listener.accept().await,
        None => pending().await,
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
