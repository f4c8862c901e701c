//! What can happen while `start` waits.

use crate::error::Result;
use std::sync::mpsc::Sender;
use std::thread;

/// What can happen while `start` waits.
pub(crate) enum Event {
    /// The `.env` or the token store may have changed.
    Changed,
    /// The browser has ended.
    Closed,
    /// The program is asked to end.
    Signal,
}

/// Sends [`Event::Signal`] for each SIGINT, SIGTERM and SIGHUP.
#[cfg(unix)]
pub(crate) fn watch_signals(events: Sender<Event>) -> Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    thread::spawn(move || {
        for _ in signals.forever() {
            if events.send(Event::Signal).is_err() {
                break;
            }
        }
    });
    Ok(())
}

/// Sends [`Event::Signal`] for each Ctrl-C and Ctrl-Break, and if the console is closed or the user's session ends.
///
/// After the last two the system gives the program some seconds.
#[cfg(windows)]
pub(crate) fn watch_signals(events: Sender<Event>) -> Result<()> {
    use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close, ctrl_logoff, ctrl_shutdown};
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let (mut interrupt, mut end, mut close) = (ctrl_c()?, ctrl_break()?, ctrl_close()?);
    let (mut logoff, mut shutdown) = (ctrl_logoff()?, ctrl_shutdown()?);
    thread::spawn(move || {
        runtime.block_on(async {
            loop {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = end.recv() => {}
                    _ = close.recv() => {}
                    _ = logoff.recv() => {}
                    _ = shutdown.recv() => {}
                }
                if events.send(Event::Signal).is_err() {
                    break;
                }
            }
        });
    });
    Ok(())
}
