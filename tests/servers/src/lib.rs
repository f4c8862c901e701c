//! A Redis server and a keyring of its own for one test.

#![cfg(unix)]
#![allow(clippy::missing_panics_doc, clippy::unwrap_used, reason = "only tests use it")]

pub mod certificates;
#[cfg(target_os = "linux")]
pub mod private_bus;
pub mod redis_server;

#[cfg(target_os = "linux")]
pub use private_bus::PrivateBus;
pub use redis_server::RedisServer;

use std::io::{BufRead as _, BufReader, Read};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

/// How long a test waits for anything. What goes well takes much less.
pub const LIMIT: Duration = Duration::from_secs(60);

/// Waits until something holds.
///
/// # Panics
/// If it does not hold within [`LIMIT`].
#[track_caller]
pub fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + LIMIT;
    while !holds() {
        assert!(Instant::now() < end, "waited in vain: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// The lines that a program prints, so that each can be waited for with a limit.
///
/// They are read to the end, since a program whose output nobody takes stops.
pub fn lines(output: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || {
        BufReader::new(output).lines().map_while(Result::ok).for_each(|line| drop(sender.send(line)));
    });
    lines
}
