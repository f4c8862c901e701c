//! Finds out whether a person can watch YouTube on this machine.

use std::env;
use std::net::{TcpStream, ToSocketAddrs as _};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

const HOST: (&str, u16) = ("www.youtube.com", 443);
const LIMIT: Duration = Duration::from_secs(4);

/// Why YouTube cannot be watched in a window on this machine. `None`: it can.
pub(crate) fn why_not_youtube() -> Option<String> {
    if !has_screen() {
        return Some("this machine has no screen: DISPLAY and WAYLAND_DISPLAY are not set".into());
    }
    // The browser uses the same proxy. Its window shows whether that works.
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

/// Looking up a name has no time limit, so it runs on its own thread.
fn reaches_youtube() -> bool {
    let (answer, is_reached) = mpsc::channel();
    thread::spawn(move || {
        let reached = HOST.to_socket_addrs().is_ok_and(|mut addresses| {
            addresses.any(|address| TcpStream::connect_timeout(&address, LIMIT).is_ok())
        });
        // After the time limit nobody receives it.
        let _sent = answer.send(reached);
    });
    is_reached.recv_timeout(LIMIT).unwrap_or(false)
}
