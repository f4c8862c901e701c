//! The host's side of the link.

use super::wishes::{Wishes, on_shelf};
use super::{MOST, folder, name, path};
use crate::folders::{self, Folders};
use crate::shelf::Shelf;
use interprocess::local_socket::traits::Listener as _;
use interprocess::local_socket::{Listener, ListenerOptions, Stream};
use potbridge_protocol::link::{FromLink, LINK, ToLink, Wish};
use potbridge_protocol::{FromHost, Word, frame};
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
const MOST_AT_ONCE: usize = 64;

/// The longest that a wish is waited for, whatever the command says.
const LONGEST: Duration = Duration::from_secs(600);

/// What the link needs of its session.
pub struct Host {
    /// The browser's profile.
    pub profile: Word,
    /// What is wished for.
    pub wishes: Arc<Wishes>,
    /// Opens the session's shelf.
    pub shelf: Arc<Mutex<Shelf>>,
    /// Tells the extension.
    pub tell: Box<dyn Fn(FromHost) + Send + Sync>,
}

/// A link that is open for as long as this is held.
pub struct Link {
    path: PathBuf,
}

impl Drop for Link {
    fn drop(&mut self) {
        // What a killed host leaves is swept by whoever asks next.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Opens the link, and answers on it in threads of its own.
///
/// # Errors
/// Where the socket cannot be made.
pub fn open(host: Host, folders: &Folders) -> io::Result<Link> {
    folders::make_private(&folders.runtime)?;
    folders::make_private(&folder(folders))?;
    let path = path(folders, std::process::id());
    // Of an earlier process of this number.
    let _ = std::fs::remove_file(&path);
    let listener = options()?.name(name(&path)?).reclaim_name(false).create_sync()?;
    #[cfg(windows)]
    std::fs::write(&path, "")?;
    let (host, heard) = (Arc::new(host), Arc::new(AtomicUsize::new(0)));
    thread::Builder::new().name("link".to_owned()).spawn(move || accept(&listener, &host, &heard))?;
    Ok(Link { path })
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
        if !is_ours(&stream) || heard.load(Ordering::Relaxed) >= MOST_AT_ONCE {
            continue;
        }
        heard.fetch_add(1, Ordering::Relaxed);
        let (host, counted) = (Arc::clone(host), Arc::clone(heard));
        let answering = thread::Builder::new().name("wish".to_owned()).spawn(move || {
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
    let Some(ToLink::Hello { link, version }) = read(stream)? else { return Ok(()) };
    let ours = Word::new(env!("CARGO_PKG_VERSION")).unwrap_or_default();
    if link != LINK {
        let (older, code) =
            if link < LINK { ("the command", "update-command") } else { ("the host", "update-host") };
        let message = format!(
            "the command is of version {version} and the browser's host of {ours}, and they do not fit: update {older}"
        );
        return frame::write(&mut &*stream, &FromLink::Refused { code: code.to_owned(), message });
    }
    let hello = FromLink::Hello {
        link: LINK,
        version: ours,
        profile: host.profile.clone(),
        asks: host.wishes.asks(),
        active_at: host.wishes.active_at(),
    };
    frame::write(&mut &*stream, &hello)?;
    let Some(ToLink::Wish(wish)) = read(stream)? else { return Ok(()) };
    let granted = grant(*wish, host);
    frame::write(&mut &*stream, &granted)
}

fn read<T: DeserializeOwned>(stream: &Stream) -> Result<Option<T>, frame::FrameError> {
    let Some(bytes) = frame::read(&mut &*stream, MOST)?.map(Zeroizing::new) else { return Ok(None) };
    serde_json::from_slice(&bytes).map(Some).map_err(|error| io::Error::from(error).into())
}

fn grant(wish: Wish, host: &Host) -> FromLink {
    let refused =
        |code: &str, message: &str| FromLink::Refused { code: code.to_owned(), message: message.to_owned() };
    if !wish.anew {
        let shelf = host.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        match on_shelf(&shelf, &wish, wish.video_id.as_ref()) {
            Ok(Some(capture)) => return FromLink::Granted { capture: Box::new(capture) },
            Ok(None) => {}
            Err(error) => return refused("shelf-unavailable", &error.to_string()),
        }
    }
    let (Some(video_id), None) = (wish.video_id.clone(), &wish.of_session) else {
        return refused(
            "no-token",
            "the browser has shown none such, and only a token of a video can be asked for",
        );
    };
    if !host.wishes.asks() {
        return refused("turned-off", "asking the browser for tokens is turned off in the extension's popup");
    }
    let limit = Duration::from_millis(wish.within).min(LONGEST);
    let end = Instant::now() + limit;
    let (wanted, id, answers) = host.wishes.add(wish, video_id, &host.profile);
    (host.tell)(wanted);
    let answer = match answers.recv_timeout(end.saturating_duration_since(Instant::now())) {
        Ok(answer) => answer,
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => refused(
            "no-token",
            &format!("the browser was asked, and its player brought none within {} s", limit.as_secs()),
        ),
    };
    host.wishes.forget(&id);
    answer
}
