//! What can happen while `start` waits.

use crate::error::Result;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use std::sync::mpsc::Sender;
use std::thread;

/// What can happen while `start` waits.
pub(crate) enum Event {
    /// The `.env` or the token store may have changed.
    Changed,
    /// The browser has ended.
    Closed,
    /// SIGINT, SIGTERM or SIGHUP came.
    Signal,
}

/// Sends [`Event::Signal`] for each signal that asks the program to end.
pub(crate) fn watch_signals(events: Sender<Event>) -> Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    thread::spawn(move || {
        for _ in signals.forever() {
            if events.send(Event::Signal).is_err() {
                break;
            }
        }
    });
    Ok(())
}
