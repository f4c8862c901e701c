//! What a watchdog waits for besides time.

use nix::sys::signal::{SigSet, Signal};
use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{self, Receiver};
use std::thread;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// A child may have ended.
    Child,
    /// This process is asked to end.
    End,
}

/// The signals that ask this process to end.
const ENDING: [Signal; 4] = [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP, Signal::SIGQUIT];

/// Blocks the signals and tells of each. Must be called while this process has one thread.
///
/// None is lost, and none ends this process before its browser.
pub(super) fn listen() -> io::Result<Receiver<Event>> {
    // If it were ignored, as the parent may have had it, no child could be waited for.
    signal_hook::flag::register(Signal::SIGCHLD as i32, Arc::new(AtomicBool::new(false)))?;
    let awaited: SigSet = ENDING.into_iter().chain([Signal::SIGCHLD]).collect();
    awaited.thread_block()?;
    let (tell, events) = mpsc::channel();
    let waiting = move || {
        loop {
            let event = match awaited.wait() {
                Ok(Signal::SIGCHLD) => Event::Child,
                Ok(_) => Event::End,
                Err(_) => continue,
            };
            if tell.send(event).is_err() {
                return;
            }
        }
    };
    thread::Builder::new().name("signals".to_owned()).spawn(waiting)?;
    Ok(events)
}
