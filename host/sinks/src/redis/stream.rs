//! The streams that a connection goes over: TCP, a Unix socket, TLS.

use super::classify::Classifier;
use super::error::RedisError;
use super::tls;
use super::url::{RedisUrl, Server};
use rustls::{ClientConnection, StreamOwned};
use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

#[cfg(unix)]
use std::os::unix::net::UnixStream;

/// What a connection goes over.
pub(super) trait Stream: Read + Write + Send {
    /// Sets how long a read or write may take: at least a millisecond.
    fn limit(&self, limit: Duration) -> io::Result<()>;

    /// Why a write failed, if the other side has said it.
    fn explained(&mut self, failure: io::Error) -> io::Error {
        failure
    }
}

impl Stream for TcpStream {
    fn limit(&self, limit: Duration) -> io::Result<()> {
        let limit = Some(limit.max(Duration::from_millis(1)));
        self.set_read_timeout(limit).and_then(|()| self.set_write_timeout(limit))
    }
}

#[cfg(unix)]
impl Stream for UnixStream {
    fn limit(&self, limit: Duration) -> io::Result<()> {
        let limit = Some(limit.max(Duration::from_millis(1)));
        self.set_read_timeout(limit).and_then(|()| self.set_write_timeout(limit))
    }
}

impl<S: Stream> Stream for Steady<S> {
    fn limit(&self, limit: Duration) -> io::Result<()> {
        self.0.limit(limit)
    }
}

impl<S: Stream> Stream for StreamOwned<ClientConnection, S> {
    fn limit(&self, limit: Duration) -> io::Result<()> {
        self.sock.limit(limit)
    }

    /// TLS 1.3 refuses a client after its handshake.
    fn explained(&mut self, failure: io::Error) -> io::Error {
        tls::explained(failure, &mut self.conn, &mut self.sock)
    }
}

/// Repeats what a signal interrupted.
///
/// Reads and writes with a time-out can be interrupted even if this program handles no signal (signal(7)).
struct Steady<S>(S);

impl<S: Read> Read for Steady<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        steadily(|| self.0.read(buffer))
    }
}

impl<S: Write> Write for Steady<S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        steadily(|| self.0.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        steadily(|| self.0.flush())
    }
}

fn steadily<T>(mut act: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match act() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// Connects to the server of a URL.
pub(super) fn connect(
    url: &RedisUrl,
    ca: Option<&Path>,
    classifier: &Classifier,
) -> Result<Box<dyn Stream>, RedisError> {
    let timeout = classifier.timeout;
    let failed = |error: io::Error| classifier.io(&error);
    match &url.server {
        Server::Tcp { host, port, tls: true } => {
            let config = tls::config(ca, &classifier.place)?;
            let address = (host.clone(), *port);
            let tcp = Steady(within(timeout, move || reach(&address, timeout)).map_err(failed)?);
            tcp.limit(timeout).map_err(failed)?;
            Ok(Box::new(tls::wrap(host, tcp, config).map_err(failed)?))
        }
        _ if ca.is_some() => {
            Err(RedisError::UrlInvalid { why: "it is without TLS (redis://), although a `ca` is given" })
        }
        Server::Tcp { host, port, tls: false } => {
            let address = (host.clone(), *port);
            Ok(Box::new(Steady(within(timeout, move || reach(&address, timeout)).map_err(failed)?)))
        }
        #[cfg(unix)]
        Server::Unix(path) => {
            let path = path.clone();
            let reach = move || steadily(|| UnixStream::connect(&path));
            Ok(Box::new(Steady(within(timeout, reach).map_err(failed)?)))
        }
        #[cfg(not(unix))]
        Server::Unix(_) => Err(failed(io::ErrorKind::Unsupported.into())),
    }
}

/// Tries each address of the host, each for its part of the time.
fn reach(address: &(String, u16), timeout: Duration) -> io::Result<TcpStream> {
    let until = Instant::now() + timeout;
    let addresses: Vec<_> = (address.0.as_str(), address.1).to_socket_addrs()?.collect();
    let mut failure = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for (tried, address) in addresses.iter().enumerate() {
        let left = until.saturating_duration_since(Instant::now());
        let part = left / u32::try_from(addresses.len() - tried).unwrap_or(u32::MAX);
        match TcpStream::connect_timeout(address, part.max(Duration::from_millis(1))) {
            Ok(tcp) => return tcp.set_nodelay(true).map(|()| tcp),
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

/// Does what the system sets no time limit to, such as resolving a name.
///
/// It is done in a thread, which is left to itself if the time is over.
fn within<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    let (sender, receiver) = mpsc::channel();
    thread::Builder::new().name("redis-connect".into()).spawn(move || sender.send(work()))?;
    receiver.recv_timeout(limit).unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_ends_with_its_time_limit() {
        let (release, held) = mpsc::channel::<()>();
        let late = within(Duration::from_millis(10), move || held.recv().map_err(io::Error::other));
        assert_eq!(late.unwrap_err().kind(), io::ErrorKind::TimedOut);
        drop(release);
        assert_eq!(within(Duration::from_secs(60), || Ok(1)).unwrap(), 1);
    }
}
