//! A command's connection to one host.

use super::patience::{LOOK, Withdrawal};
use super::peer;
use super::socket::{MAX_MESSAGE, name, shut_down};
use interprocess::local_socket::Stream;
use potbridge_protocol::messages::ipc::{IPC_VERSION, IpcRequest, IpcResponse, TokenRequest};
use potbridge_protocol::{Code, Problem, ShortText, frame};
use std::cmp::Reverse;
use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// How long a host may take to say hello. After that it counts as hanging.
pub(super) const HELLO_TIMEOUT: Duration = Duration::from_secs(2);

/// The time that a host may take beyond the time limit of a token request.
const GRACE: Duration = Duration::from_millis(500);

/// A host that has said hello.
pub(super) struct HostConnection {
    stream: Arc<Stream>,
    /// Whether it can be asked: its browser accepts requests, and its capture is not paused.
    is_ready: bool,
    /// Whether it is potbridge's own browser.
    pub(super) is_unattended: bool,
    /// Whether its user would be asked first.
    pub(super) is_undecided: bool,
    is_preferred: bool,
    active_at: u64,
}

/// Why a host did not say hello.
#[derive(Debug)]
pub(super) enum NoHello {
    /// It speaks another version.
    Failed(Problem),
    /// It has as many connections as it takes, or is just ending.
    TurnedAway,
    /// It was killed: nobody listens on its socket.
    Killed,
    /// It does not answer.
    Silent,
    /// The system does not let it be reached, or it is another user's.
    Unreached(Problem),
}

/// Why a host gave no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoAnswer {
    /// It closed the connection.
    Closed,
    /// Its time was over.
    Late,
    /// Nobody waits for it any more.
    Withdrawn,
}

impl HostConnection {
    /// Connects to the host of a control socket, and says hello. `preferred` is the profile whose token is preferred.
    pub(super) fn open(socket: &Path, preferred: &ShortText) -> Result<Self, NoHello> {
        let stream = match connect(socket) {
            Ok(stream) => Arc::new(stream),
            Err(error) if is_killed(&error) => return Err(NoHello::Killed),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Err(NoHello::TurnedAway),
            Err(error) => return Err(NoHello::Unreached(unreached(socket, &error))),
        };
        if let Err(why) = peer::check(&stream) {
            return Err(NoHello::Unreached(unreached(socket, &why)));
        }
        let version = ShortText::new(env!("CARGO_PKG_VERSION")).unwrap_or_default();
        let hello = IpcRequest::Hello { ipc: IPC_VERSION, version };
        match exchange(&stream, hello, HELLO_TIMEOUT, &Withdrawal::default()) {
            Ok(IpcResponse::Hello { profile, accepts, unattended, undecided, paused, active_at, .. }) => {
                Ok(Self {
                    stream,
                    is_ready: accepts && !paused,
                    is_unattended: unattended,
                    is_undecided: undecided,
                    is_preferred: !profile.as_str().is_empty() && profile == *preferred,
                    active_at,
                })
            }
            Ok(IpcResponse::Failed(problem)) if problem.code == Code::Busy => Err(NoHello::TurnedAway),
            Ok(IpcResponse::Failed(problem)) => Err(NoHello::Failed(problem)),
            Ok(_) | Err(NoAnswer::Late | NoAnswer::Withdrawn) => Err(NoHello::Silent),
            Err(NoAnswer::Closed) => Err(NoHello::TurnedAway),
        }
    }

    /// The least is asked first.
    ///
    /// That is one that can be asked; whose user has agreed to it; the browser of a person; the preferred profile; the one whose
    /// browser was active last.
    pub(super) fn rank(&self) -> impl Ord + use<> {
        let is_later = (!self.is_ready, self.is_undecided, self.is_unattended);
        (is_later, !self.is_preferred, Reverse(self.active_at))
    }

    /// Asks it for a token, and waits for its answer.
    pub(super) fn ask(self, request: TokenRequest, withdrawal: &Withdrawal) -> Result<IpcResponse, NoAnswer> {
        let limit = Duration::from_millis(request.timeout_ms) + GRACE;
        exchange(&self.stream, IpcRequest::TokenRequest(Box::new(request)), limit, withdrawal)
    }
}

fn unreached(socket: &Path, why: &dyn fmt::Display) -> Problem {
    Problem::new(Code::NoBrowser, format!("{} is not asked: {why}", socket.display())).with_hint(
        "make its folder one that you alone use, or set POTBRIDGE_RUNTIME_DIR to one, for the browser too",
    )
}

/// Connects. A host whose line of those who connect is full is [`io::ErrorKind::WouldBlock`]: it would be waited for for ever.
#[cfg(unix)]
fn connect(socket: &Path) -> io::Result<Stream> {
    use interprocess::ConnectWaitMode;
    use interprocess::local_socket::ConnectOptions;
    use std::os::fd::AsFd as _;
    let short = super::short_path::ShortPath::to(socket)?;
    let options = ConnectOptions::new().wait_mode(ConnectWaitMode::Timeout(HELLO_TIMEOUT));
    let stream = options.name(name(short.path())?).connect_sync()?;
    // interprocess (2.4.7) takes Linux's EAGAIN for a connection that is being made, and polls a socket that never will be.
    let Stream::UdSocket(socket) = &stream;
    match rustix::net::getpeername(socket.as_fd()) {
        Err(rustix::io::Errno::NOTCONN) => Err(io::ErrorKind::WouldBlock.into()),
        _ => Ok(stream),
    }
}

#[cfg(not(unix))]
fn connect(socket: &Path) -> io::Result<Stream> {
    use interprocess::local_socket::traits::Stream as _;
    name(socket).and_then(Stream::connect)
}

fn is_killed(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ConnectionRefused | io::ErrorKind::NotFound)
}

/// Sends a message, and gives the answer if one comes in time.
///
/// A thread waits for it, because not every system has time limits for its local sockets. If nobody waits any more, the
/// connection is shut down, so that the thread ends and the host knows.
fn exchange(
    stream: &Arc<Stream>,
    message: IpcRequest,
    limit: Duration,
    withdrawal: &Withdrawal,
) -> Result<IpcResponse, NoAnswer> {
    let (sender, receiver) = mpsc::channel();
    let connection = Arc::clone(stream);
    let begun = thread::Builder::new().spawn(move || {
        if let Ok(Some(answer)) = send_and_read(&connection, &message) {
            // It fails if nobody waits any more.
            let _ = sender.send(answer);
        }
    });
    if let Err(error) = begun {
        log::warn!("a browser's host is not asked: {error}");
        return Err(NoAnswer::Late);
    }
    let end = Instant::now() + limit;
    let why = loop {
        let left = end.saturating_duration_since(Instant::now());
        match receiver.recv_timeout(left.min(LOOK)) {
            Ok(answer) => return Ok(answer),
            Err(RecvTimeoutError::Disconnected) => return Err(NoAnswer::Closed),
            Err(RecvTimeoutError::Timeout) if withdrawal.is_withdrawn() => break NoAnswer::Withdrawn,
            Err(RecvTimeoutError::Timeout) if left.is_zero() => break NoAnswer::Late,
            Err(RecvTimeoutError::Timeout) => {}
        }
    };
    shut_down(stream);
    Err(why)
}

fn send_and_read(
    mut stream: &Stream,
    message: &IpcRequest,
) -> Result<Option<IpcResponse>, frame::FrameError> {
    // A host that takes no more connections has answered, and closed, before it was asked.
    let written = frame::write(&mut stream, message);
    let Some(bytes) = frame::read(&mut stream, MAX_MESSAGE)?.map(Zeroizing::new) else {
        return written.map(|()| None);
    };
    serde_json::from_slice(&bytes).map(Some).map_err(|error| io::Error::from(error).into())
}
