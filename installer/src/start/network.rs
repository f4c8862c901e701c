//! Whether a person can watch YouTube on this machine.

use std::env;
use std::net::{TcpStream, ToSocketAddrs as _};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

const HOST: (&str, u16) = ("www.youtube.com", 443);
const LIMIT: Duration = Duration::from_secs(4);

/// The reason why YouTube cannot be opened in a window here; `None`: it can.
pub(super) fn why_not_youtube() -> Option<String> {
    if !has_screen() {
        return Some("this machine has no screen: neither DISPLAY nor WAYLAND_DISPLAY is set".into());
    }
    // A browser takes the same proxy; whether that reaches YouTube, its window will show.
    if is_set("https_proxy") || is_set("HTTPS_PROXY") || reaches_youtube() {
        return None;
    }
    Some(format!("{} cannot be reached from here", HOST.0))
}

fn has_screen() -> bool {
    cfg!(any(target_os = "macos", windows)) || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}

fn is_set(name: &str) -> bool {
    env::var_os(name).is_some_and(|value| !value.is_empty())
}

/// Looking up a name has no time limit of its own, so it happens on another thread.
fn reaches_youtube() -> bool {
    let (answer, is_reached) = mpsc::channel();
    thread::spawn(move || {
        let reached = HOST.to_socket_addrs().is_ok_and(|mut addresses| {
            addresses.any(|address| TcpStream::connect_timeout(&address, LIMIT).is_ok())
        });
        // Nobody waits any more where the time is over.
        let _sent = answer.send(reached);
    });
    is_reached.recv_timeout(LIMIT).unwrap_or(false)
}
