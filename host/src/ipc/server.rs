//! The host's side of the control socket.

use super::pending::{PendingRequests, from_store};
use super::{MAX_MESSAGE, folder, name, path};
use crate::store::TokenStore;
use interprocess::local_socket::traits::Listener as _;
use interprocess::local_socket::{Listener, ListenerOptions, Stream};
use potbridge_protocol::messages::ipc::{IPC_VERSION, IpcRequest, IpcResponse, TokenRequest};
use potbridge_protocol::{Code, FromHost, Problem, ShortText, frame};
use potbridge_system::dirs::{self, Dirs};
use serde::de::DeserializeOwned;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// How many commands are heard at once; each has a thread that waits.
const MAX_CONNECTIONS: usize = 64;

/// The longest that a token request is waited for, whatever the command says.
const LONGEST: Duration = Duration::from_secs(600);

/// What the control socket needs of its host.
pub struct Host {
    /// The browser's profile.
    pub profile: ShortText,
    /// What is requested.
    pub pending: Arc<PendingRequests>,
    /// Opens the session's store.
    pub store: Arc<Mutex<TokenStore>>,
    /// Tells the extension.
    pub tell: Box<dyn Fn(FromHost) + Send + Sync>,
}

/// A control socket that is open for as long as this is held.
pub struct ControlSocket {
    path: PathBuf,
}

impl Drop for ControlSocket {
    fn drop(&mut self) {
        // What a killed host leaves is swept by whoever asks next.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Opens the control socket, and answers on it in threads of its own.
///
/// # Errors
/// Where the socket cannot be made.
pub fn open(host: Host, dirs: &Dirs) -> io::Result<ControlSocket> {
    dirs::make_private(&dirs.runtime)?;
    dirs::make_private(&folder(dirs))?;
    let path = path(dirs, std::process::id());
    // Of an earlier process of this number.
    let _ = std::fs::remove_file(&path);
    let listener = options()?.name(name(&path)?).reclaim_name(false).create_sync()?;
    #[cfg(windows)]
    std::fs::write(&path, "")?;
    let (host, heard) = (Arc::new(host), Arc::new(AtomicUsize::new(0)));
    thread::Builder::new().name("ipc".to_owned()).spawn(move || accept(&listener, &host, &heard))?;
    Ok(ControlSocket { path })
}

#[cfg(unix)]
fn options<'a>() -> io::Result<ListenerOptions<'a>> {
    // The mode that it has besides counts for nothing: its folder lets nobody else in.
    Ok(ListenerOptions::new())
}

#[cfg(windows)]
fn options<'a>() -> io::Result<ListenerOptions<'a>> {
    use interprocess::os::windows::local_socket::ListenerOptionsExt as _;
    use interprocess::os::windows::security_descriptor::SecurityDescriptor;
    // All rights for the owner, and none for anybody else.
    let owner_alone = widestring::u16cstr!("D:P(A;;GA;;;OW)");
    Ok(ListenerOptions::new().security_descriptor(SecurityDescriptor::deserialize(owner_alone)?))
}

fn accept(listener: &Listener, host: &Arc<Host>, heard: &Arc<AtomicUsize>) {
    loop {
        let Ok(stream) = listener.accept() else {
            // Out of file descriptors, most likely: they come back.
            thread::sleep(Duration::from_millis(100));
            continue;
        };
        if !is_ours(&stream) || heard.load(Ordering::Relaxed) >= MAX_CONNECTIONS {
            continue;
        }
        heard.fetch_add(1, Ordering::Relaxed);
        let (host, counted) = (Arc::clone(host), Arc::clone(heard));
        let answering = thread::Builder::new().name("request".to_owned()).spawn(move || {
            // A command that went away wants no answer any more.
            let _ = answer(&stream, &host);
            counted.fetch_sub(1, Ordering::Relaxed);
        });
        if answering.is_err() {
            heard.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// Whether who connected is the user that this process belongs to.
#[cfg(unix)]
fn is_ours(stream: &Stream) -> bool {
    use interprocess::local_socket::traits::StreamCommon as _;
    let user = rustix::process::geteuid().as_raw();
    stream.peer_creds().is_ok_and(|peer| peer.euid() == Some(user))
}

/// The pipe's own rules let nobody else in.
#[cfg(not(unix))]
fn is_ours(_: &Stream) -> bool {
    true
}

fn answer(stream: &Stream, host: &Host) -> Result<(), frame::FrameError> {
    let Some(IpcRequest::Hello { ipc, version }) = read(stream)? else { return Ok(()) };
    let ours = ShortText::new(env!("CARGO_PKG_VERSION")).unwrap_or_default();
    if ipc != IPC_VERSION {
        let (older, code) = if ipc < IPC_VERSION {
            ("the command", Code::UpdateCommand)
        } else {
            ("the host", Code::UpdateHost)
        };
        let message = format!(
            "the command is of version {version} and the browser's host of {ours}, and they do not fit: update {older}"
        );
        return frame::write(&mut &*stream, &IpcResponse::Failed(Problem::new(code, message)));
    }
    let hello = IpcResponse::Hello {
        ipc: IPC_VERSION,
        version: ours,
        profile: host.profile.clone(),
        accepts: host.pending.accepts(),
        active_at: host.pending.active_at(),
    };
    frame::write(&mut &*stream, &hello)?;
    let Some(IpcRequest::TokenRequest(request)) = read(stream)? else { return Ok(()) };
    let granted = grant(*request, host);
    frame::write(&mut &*stream, &granted)
}

fn read<T: DeserializeOwned>(stream: &Stream) -> Result<Option<T>, frame::FrameError> {
    let Some(bytes) = frame::read(&mut &*stream, MAX_MESSAGE)?.map(Zeroizing::new) else { return Ok(None) };
    serde_json::from_slice(&bytes).map(Some).map_err(|error| io::Error::from(error).into())
}

fn grant(request: TokenRequest, host: &Host) -> IpcResponse {
    let failed = |code, message: &str| IpcResponse::Failed(Problem::new(code, message));
    if !request.bypass_cache {
        let store = host.store.lock().unwrap_or_else(PoisonError::into_inner);
        match from_store(&store, &request, request.video_id.as_ref()) {
            Ok(Some(capture)) => return IpcResponse::Token { capture: Box::new(capture) },
            Ok(None) => {}
            Err(error) => return failed(Code::StoreUnavailable, &error.to_string()),
        }
    }
    let (Some(video_id), None) = (request.video_id.clone(), &request.content_binding) else {
        return failed(
            Code::NoToken,
            "the browser has shown none such, and only a token of a video can be asked for",
        );
    };
    if !host.pending.accepts() {
        return failed(
            Code::TurnedOff,
            "asking the browser for tokens is turned off in the extension's popup",
        );
    }
    let limit = Duration::from_millis(request.timeout_ms).min(LONGEST);
    let end = Instant::now() + limit;
    let (wanted, id, answers) = host.pending.add(request, video_id, &host.profile);
    (host.tell)(wanted);
    let answer = match answers.recv_timeout(end.saturating_duration_since(Instant::now())) {
        Ok(answer) => answer,
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => failed(
            Code::NoToken,
            &format!("the browser was asked, and its player brought none within {} s", limit.as_secs()),
        ),
    };
    host.pending.forget(&id);
    answer
}
