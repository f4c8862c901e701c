//! The command's side of the link.

use super::{ENDING, MOST, folder, name};
use crate::folders::Folders;
use interprocess::local_socket::Stream;
use interprocess::local_socket::traits::Stream as _;
use potbridge_protocol::link::{FromLink, LINK, ToLink, Wish};
use potbridge_protocol::{Capture, Word, frame};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// How long a host may take to say hello, before it is taken for one that hangs.
const HELLO: Duration = Duration::from_secs(2);

/// What a host may take beyond the time of a wish.
const GRACE: Duration = Duration::from_millis(500);

/// Why no browser brought a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// None is connected whose extension can be asked.
    NoBrowser,
    /// The last one that was asked said why.
    Said {
        /// For programs.
        code: String,
        /// For people.
        message: String,
    },
}

/// A host that has said hello.
struct Host {
    stream: Stream,
    asks: bool,
    is_meant: bool,
    active_at: u64,
}

/// Asks the hosts that live, one after the other until one grants the wish: that of the profile it is meant for first,
/// then the one whose browser was active last.
///
/// # Errors
/// [`Refusal`].
pub fn ask(wish: &Wish, folders: &Folders) -> Result<Capture, Refusal> {
    let end = Instant::now() + Duration::from_millis(wish.within);
    let mut refusal = Refusal::NoBrowser;
    for host in hosts(wish, folders, &mut refusal) {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() && wish.within > 0 {
            break;
        }
        let within = u64::try_from(left.as_millis()).unwrap_or(u64::MAX);
        match host.say(ToLink::Wish(Box::new(Wish { within, ..wish.clone() })), left + GRACE) {
            Some(FromLink::Granted { capture }) => return Ok(*capture),
            Some(FromLink::Refused { code, message }) => refusal = Refusal::Said { code, message },
            _ => {
                refusal = Refusal::Said {
                    code: "no-token".to_owned(),
                    message: "the browser was closed, or its host did not answer in time".to_owned(),
                };
            }
        }
    }
    Err(refusal)
}

fn hosts(wish: &Wish, folders: &Folders, refusal: &mut Refusal) -> Vec<Host> {
    let mut hosts = Vec::new();
    for path in sockets(folders) {
        match greet(&path, wish) {
            Ok(Ok(host)) => hosts.push(host),
            Ok(Err(said)) => *refusal = said,
            // Its host was killed.
            Err(error) if is_stale(&error) => drop(std::fs::remove_file(&path)),
            Err(_) => {}
        }
    }
    hosts.sort_by_key(|host| (!host.asks, !host.is_meant, std::cmp::Reverse(host.active_at)));
    hosts
}

fn sockets(folders: &Folders) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder(folders)).into_iter().flatten().flatten();
    let paths = entries.map(|entry| entry.path());
    paths.filter(|path| path.extension().is_some_and(|ending| ending == ENDING)).collect()
}

fn is_stale(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ConnectionRefused | io::ErrorKind::NotFound)
}

fn greet(path: &Path, wish: &Wish) -> io::Result<Result<Host, Refusal>> {
    let stream = Stream::connect(name(path)?)?;
    let host = Host { stream, asks: false, is_meant: false, active_at: 0 };
    let version = Word::new(env!("CARGO_PKG_VERSION")).unwrap_or_default();
    let Some((host, answer)) = host.ask_on(ToLink::Hello { link: LINK, version }, HELLO) else {
        return Err(io::ErrorKind::TimedOut.into());
    };
    Ok(match answer {
        FromLink::Hello { profile, asks, active_at, .. } => {
            let is_meant = !profile.as_str().is_empty() && profile == wish.rather_of.profile;
            Ok(Host { asks, is_meant, active_at, ..host })
        }
        FromLink::Refused { code, message } => Err(Refusal::Said { code, message }),
        _ => return Err(io::ErrorKind::InvalidData.into()),
    })
}

impl Host {
    fn say(self, message: ToLink, limit: Duration) -> Option<FromLink> {
        self.ask_on(message, limit).map(|(_, answer)| answer)
    }

    /// Says something, and gives the answer, where one comes in time. (Not every system has limits for its sockets.)
    fn ask_on(self, message: ToLink, limit: Duration) -> Option<(Self, FromLink)> {
        let (hand_over, handed_over) = mpsc::channel();
        thread::spawn(move || {
            let exchange = || -> Result<Option<FromLink>, frame::FrameError> {
                frame::write(&mut &self.stream, &message)?;
                let Some(bytes) = frame::read(&mut &self.stream, MOST)?.map(Zeroizing::new) else {
                    return Ok(None);
                };
                serde_json::from_slice(&bytes).map(Some).map_err(|error| io::Error::from(error).into())
            };
            if let Ok(Some(answer)) = exchange() {
                // It fails where nobody waits any more.
                let _ = hand_over.send((self, answer));
            }
        });
        handed_over.recv_timeout(limit).ok()
    }
}
