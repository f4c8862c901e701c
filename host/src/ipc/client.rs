//! The command's side of the control socket.

use super::socket::{EXTENSION, MAX_MESSAGE, folder, name};
use interprocess::local_socket::Stream;
use interprocess::local_socket::traits::Stream as _;
use potbridge_protocol::messages::ipc::{IPC_VERSION, IpcRequest, IpcResponse, TokenRequest};
use potbridge_protocol::{Capture, Code, Problem, ShortText, frame};
use potbridge_system::dirs::Dirs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// How long a host may take to say hello. After that it counts as hanging.
const HELLO_TIMEOUT: Duration = Duration::from_secs(2);

/// The time that a host may take beyond the time limit of a token request.
const GRACE: Duration = Duration::from_millis(500);

/// A host that has said hello.
struct Host {
    stream: Stream,
    /// Whether it can be asked: its browser accepts requests, and its capture is not paused.
    is_ready: bool,
    is_preferred: bool,
    active_at: u64,
}

/// Asks the live hosts, one after the other, until one gives a token.
///
/// The host of the preferred profile is asked first, then the one whose browser was active last.
///
/// # Errors
/// Why the host that was asked last gave none; [`Code::NoBrowser`] if none could be asked.
pub fn ask_hosts(request: &TokenRequest, dirs: &Dirs) -> Result<Capture, Problem> {
    let end = Instant::now() + Duration::from_millis(request.timeout_ms);
    let mut problem = no_browser();
    for host in hosts(request, dirs, &mut problem) {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() && request.timeout_ms > 0 {
            break;
        }
        let timeout_ms = u64::try_from(left.as_millis()).unwrap_or(u64::MAX);
        let request = TokenRequest { timeout_ms, ..request.clone() };
        match host.send(IpcRequest::TokenRequest(Box::new(request)), left + GRACE) {
            Some(IpcResponse::Token { capture }) => return Ok(*capture),
            Some(IpcResponse::Failed(said)) => problem = said,
            _ => {
                problem =
                    Problem::new(Code::NoToken, "the browser was closed, or its host did not answer in time")
                        .with_hint("open the browser again");
            }
        }
    }
    Err(problem)
}

/// The problem that no browser is connected.
#[must_use]
pub fn no_browser() -> Problem {
    Problem::new(Code::NoBrowser, "no browser is connected whose extension could be asked")
        .with_hint("open the browser that has the extension, or play the video in it")
}

fn hosts(request: &TokenRequest, dirs: &Dirs, problem: &mut Problem) -> Vec<Host> {
    let mut hosts = Vec::new();
    for path in sockets(dirs) {
        match say_hello(&path, request) {
            Ok(Ok(host)) => hosts.push(host),
            Ok(Err(said)) => *problem = said,
            // Its host was killed.
            Err(error) if is_stale(&error) => drop(std::fs::remove_file(&path)),
            Err(_) => {}
        }
    }
    hosts.sort_by_key(|host| (!host.is_ready, !host.is_preferred, std::cmp::Reverse(host.active_at)));
    hosts
}

fn sockets(dirs: &Dirs) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder(dirs)).into_iter().flatten().flatten();
    let paths = entries.map(|entry| entry.path());
    paths.filter(|path| path.extension().is_some_and(|ending| ending == EXTENSION)).collect()
}

fn is_stale(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ConnectionRefused | io::ErrorKind::NotFound)
}

fn say_hello(path: &Path, request: &TokenRequest) -> io::Result<Result<Host, Problem>> {
    let stream = Stream::connect(name(path)?)?;
    let host = Host { stream, is_ready: false, is_preferred: false, active_at: 0 };
    let version = ShortText::new(env!("CARGO_PKG_VERSION")).unwrap_or_default();
    let Some((host, answer)) = host.exchange(IpcRequest::Hello { ipc: IPC_VERSION, version }, HELLO_TIMEOUT)
    else {
        return Err(io::ErrorKind::TimedOut.into());
    };
    Ok(match answer {
        IpcResponse::Hello { profile, accepts, paused, active_at, .. } => {
            let is_preferred = !profile.as_str().is_empty() && profile == request.prefer_session.profile;
            Ok(Host { is_ready: accepts && !paused, is_preferred, active_at, ..host })
        }
        IpcResponse::Failed(problem) => Err(problem),
        _ => return Err(io::ErrorKind::InvalidData.into()),
    })
}

impl Host {
    fn send(self, message: IpcRequest, limit: Duration) -> Option<IpcResponse> {
        self.exchange(message, limit).map(|(_, answer)| answer)
    }

    /// Sends a message, and gives the answer if one comes in time.
    ///
    /// A thread waits for it, because not every system has time limits for its local sockets.
    fn exchange(self, message: IpcRequest, limit: Duration) -> Option<(Self, IpcResponse)> {
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            let send = || -> Result<Option<IpcResponse>, frame::FrameError> {
                frame::write(&mut &self.stream, &message)?;
                let Some(bytes) = frame::read(&mut &self.stream, MAX_MESSAGE)?.map(Zeroizing::new) else {
                    return Ok(None);
                };
                serde_json::from_slice(&bytes).map(Some).map_err(|error| io::Error::from(error).into())
            };
            if let Ok(Some(answer)) = send() {
                // It fails if nobody waits any more.
                let _ = sender.send((self, answer));
            }
        });
        receiver.recv_timeout(limit).ok()
    }
}
