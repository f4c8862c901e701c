//! The host's side of the control socket.

use super::fulfil::fulfil;
use super::host::Host;
use super::host_files::HostFiles;
use super::limits::{ANSWER_TIMEOUT, Open, Place, REQUEST_TIMEOUT, ReadUntil, busy};
use super::peer;
use super::socket::{MAX_MESSAGE, folder, name, shut_down};
use crate::config::Config;
use crate::own_browser;
use interprocess::local_socket::traits::{Listener as _, Stream as _};
use interprocess::local_socket::{Listener, ListenerOptions, Stream};
use potbridge_protocol::messages::from_host::ConfiguredConsent;
use potbridge_protocol::messages::ipc::{IPC_VERSION, IpcRequest, IpcResponse, SERVE};
use potbridge_protocol::messages::{TooOld, agree};
use potbridge_protocol::{Code, Problem, ShortText, frame};
use potbridge_system::dirs;
use serde::de::DeserializeOwned;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// A control socket that is open for as long as this is held.
pub struct ControlSocket {
    path: PathBuf,
}

impl ControlSocket {
    /// Whether programs still find it. Somebody may have emptied the folder.
    #[must_use]
    pub fn is_there(&self) -> bool {
        self.path.exists()
    }
}

impl Drop for ControlSocket {
    fn drop(&mut self) {
        // The next command that asks removes what a killed host leaves.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Opens the control socket, and answers on it in threads of its own.
///
/// # Errors
/// If the socket cannot be made.
pub fn open(host: Host, files: &HostFiles) -> io::Result<ControlSocket> {
    dirs::make_private(files.folder())?;
    dirs::make_private(&folder(files.folder()))?;
    let path = files.socket();
    let listener = listen(&path)?;
    let (host, open) = (Arc::new(host), Arc::new(Open::default()));
    thread::Builder::new().name("ipc".to_owned()).spawn(move || accept(&listener, &host, &open))?;
    Ok(ControlSocket { path })
}

/// Listens first, and then lets the socket be found: one that nobody listens on counts as that of a killed host.
#[cfg(unix)]
fn listen(path: &Path) -> io::Result<Listener> {
    let hidden = path.with_extension(super::socket::OPENING);
    let short = super::short_path::ShortPath::to(&hidden)?;
    // The folder lets nobody else in, whatever the mode of the socket is.
    let listener = ListenerOptions::new().name(name(short.path())?).reclaim_name(false).create_sync()?;
    std::fs::rename(&hidden, path).inspect_err(|_| {
        // The next attempt needs the name.
        let _ = std::fs::remove_file(&hidden);
    })?;
    Ok(listener)
}

/// The pipe is there before the file that says so.
#[cfg(windows)]
fn listen(path: &Path) -> io::Result<Listener> {
    use interprocess::os::windows::local_socket::ListenerOptionsExt as _;
    use interprocess::os::windows::security_descriptor::SecurityDescriptor;
    // All rights for the owner, none for anybody else.
    let owner_alone = widestring::u16cstr!("D:P(A;;GA;;;OW)");
    let security = SecurityDescriptor::deserialize(owner_alone)?;
    let options = ListenerOptions::new().security_descriptor(security);
    let listener = options.name(name(path)?).reclaim_name(false).create_sync()?;
    std::fs::write(path, "")?;
    Ok(listener)
}

fn accept(listener: &Listener, host: &Arc<Host>, open: &Arc<Open>) {
    let mut fails = false;
    loop {
        let stream = match listener.accept() {
            Ok(stream) => stream,
            Err(error) => {
                if !fails {
                    log::warn!("the control socket takes no connection: {error}");
                }
                fails = true;
                // Most likely there are no file descriptors left. They come back.
                thread::sleep(Duration::from_millis(100));
                continue;
            }
        };
        fails = false;
        if !is_ours(&stream) {
            continue;
        }
        let Some(place) = Place::take(open) else {
            // Nothing was written before, so this never waits. If the command went away, nobody wants the answer.
            let _ = frame::write(&mut &stream, &busy());
            continue;
        };
        let (host, open, stream) = (Arc::clone(host), Arc::clone(open), Arc::new(stream));
        let answering = thread::Builder::new().name("request".to_owned()).spawn(move || {
            // As above.
            let _ = answer(&stream, &host, &open);
            shut_down(&stream);
            drop(place);
        });
        if let Err(error) = answering {
            log::warn!("a program was not answered on the control socket: {error}");
        }
    }
}

/// Whether the other process belongs to the same user. Nothing else counts.
fn is_ours(stream: &Stream) -> bool {
    static SAID: AtomicBool = AtomicBool::new(false);
    let Err(why) = peer::check(stream) else { return true };
    if !SAID.swap(true, Ordering::Relaxed) {
        log::warn!("a program was turned away from the control socket: {why}");
    }
    false
}

fn answer(stream: &Arc<Stream>, host: &Arc<Host>, open: &Arc<Open>) -> Result<(), frame::FrameError> {
    // Named pipes have no such limit.
    let _ = stream.set_send_timeout(Some(ANSWER_TIMEOUT));
    let end = Instant::now() + REQUEST_TIMEOUT;
    let Some(IpcRequest::Hello { ipc, version }) = read(stream, end)? else { return Ok(()) };
    let ours = ShortText::new(env!("CARGO_PKG_VERSION")).unwrap_or_default();
    if let Err(older) = agree(IPC_VERSION, ipc) {
        return frame::write(&mut &**stream, &IpcResponse::Failed(misfit(older, &version, &ours)));
    }
    let (unattended, consent) = (own_browser::is_here(), Config::consent_of(&host.dirs.config));
    let hello = IpcResponse::Hello {
        ipc: IPC_VERSION,
        version: ours,
        profile: host.profile.clone(),
        accepts: host.pending.accepts() && (unattended || consent != ConfiguredConsent::Refused),
        unattended,
        undecided: host.pending.is_undecided() && consent != ConfiguredConsent::Given,
        paused: host.pending.is_paused(),
        active_at: host.pending.active_at(),
    };
    frame::write(&mut &**stream, &hello)?;
    let Some(IpcRequest::TokenRequest(request)) = read(stream, end)? else { return Ok(()) };
    let is_serve = request.client.as_str() == SERVE;
    let place = is_serve.then(|| Place::of_serve(open));
    if matches!(place, Some(None)) {
        return frame::write(&mut &**stream, &busy());
    }
    // As above.
    let _ = stream.set_recv_timeout(None);
    match fulfil(&request, host, stream) {
        Some(response) => frame::write(&mut &**stream, &response),
        None => Ok(()),
    }
}

/// Why a command and this host do not understand each other.
fn misfit(older: TooOld, version: &ShortText, ours: &ShortText) -> Problem {
    let message =
        format!("the command is of version {version} and the browser's host of {ours}, and they do not fit");
    let host = std::env::current_exe().map_or_else(|_| "potbridge".into(), |path| path.display().to_string());
    let (code, hint) = match older {
        TooOld::They => (Code::UpdateCommand, format!("call {host}, which the browser runs")),
        TooOld::We => (
            Code::UpdateHost,
            format!(
                "the browser runs {host}: run `potbridge-setup install` of the newer potbridge, and start the browser anew"
            ),
        ),
    };
    Problem::new(code, message).with_hint(hint)
}

fn read<T: DeserializeOwned>(stream: &Stream, end: Instant) -> Result<Option<T>, frame::FrameError> {
    let mut stream = ReadUntil { stream, end };
    let Some(bytes) = frame::read(&mut stream, MAX_MESSAGE)?.map(Zeroizing::new) else { return Ok(None) };
    serde_json::from_slice(&bytes).map(Some).map_err(|error| io::Error::from(error).into())
}
