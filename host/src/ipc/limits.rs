//! How much a control socket takes at once, and for how long.

use interprocess::local_socket::Stream;
use interprocess::local_socket::traits::Stream as _;
use potbridge_protocol::messages::ipc::IpcResponse;
use potbridge_protocol::{Code, Problem};
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Connections at once. Each has threads that wait. Whoever comes when all are taken is told so, and tries again.
pub(super) const MAX_CONNECTIONS: usize = 64;

/// How many of them `serve` may have: its clients leave room to whoever else asks.
pub(super) const MAX_OF_SERVE: usize = MAX_CONNECTIONS / 2;

/// How long a command may take until its request is there. One that says nothing, or little at a time, keeps others away no
/// longer.
pub(super) const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a command may take to read what it is told.
pub(super) const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// The connections that are open.
#[derive(Default)]
pub(super) struct Open {
    all: AtomicUsize,
    /// Those of them by which `serve` asks.
    of_serve: AtomicUsize,
}

/// A place among the connections, which is free again when this is dropped.
pub(super) struct Place {
    open: Arc<Open>,
    count: fn(&Open) -> &AtomicUsize,
}

impl Place {
    /// One of all. `None` if all are taken.
    pub(super) fn take(open: &Arc<Open>) -> Option<Self> {
        Self::one_of(open, |open| &open.all, MAX_CONNECTIONS)
    }

    /// One of those of `serve`.
    pub(super) fn of_serve(open: &Arc<Open>) -> Option<Self> {
        Self::one_of(open, |open| &open.of_serve, MAX_OF_SERVE)
    }

    fn one_of(open: &Arc<Open>, count: fn(&Open) -> &AtomicUsize, most: usize) -> Option<Self> {
        // If it is one too many, it is free again at once.
        let place = Self { open: Arc::clone(open), count };
        (count(open).fetch_add(1, Ordering::Relaxed) < most).then_some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        (self.count)(&self.open).fetch_sub(1, Ordering::Relaxed);
    }
}

/// What a command is told for which there is no place.
pub(super) fn busy() -> IpcResponse {
    let message = "more programs ask than the browser's host takes at once";
    IpcResponse::Failed(Problem::new(Code::Busy, message).with_hint("try again"))
}

/// Reads until a time, however little comes at once.
pub(super) struct ReadUntil<'a> {
    pub(super) stream: &'a Stream,
    pub(super) end: Instant,
}

impl Read for ReadUntil<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let left = self.end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        // Named pipes have no such limit.
        let _ = self.stream.set_recv_timeout(Some(left));
        self.stream.read(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_free_again_when_its_connection_is_closed() {
        let open = Arc::new(Open::default());
        let mut places: Vec<_> = (0..MAX_CONNECTIONS).map(|_| Place::take(&open).unwrap()).collect();
        assert!(Place::take(&open).is_none() && Place::take(&open).is_none());
        places.pop();
        let last = Place::take(&open).unwrap();
        assert!(Place::take(&open).is_none());
        drop((places, last));
        assert_eq!(open.all.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn serve_has_half_of_them() {
        let open = Arc::new(Open::default());
        let places: Vec<_> = std::iter::from_fn(|| Place::of_serve(&open)).collect();
        assert_eq!(places.len() * 2, MAX_CONNECTIONS);
    }

    #[cfg(unix)]
    #[test]
    fn who_sends_little_at_a_time_has_no_more_time() {
        use interprocess::local_socket::ListenerOptions;
        use interprocess::local_socket::traits::Listener as _;
        use std::io::Write as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.sock");
        let listener = ListenerOptions::new().name(super::super::socket::name(&path).unwrap());
        let listener = listener.create_sync().unwrap();
        let mut slow = std::os::unix::net::UnixStream::connect(&path).unwrap();
        let stream = listener.accept().unwrap();
        // One byte after the other, until the other end is closed.
        let dripping = std::thread::spawn(move || while slow.write_all(b"1").is_ok() {});
        let mut reader = ReadUntil { stream: &stream, end: Instant::now() + Duration::from_millis(50) };
        let error = io::copy(&mut reader, &mut io::sink()).unwrap_err();
        assert!(matches!(error.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock), "{error}");
        drop(stream);
        dripping.join().unwrap();
    }
}
