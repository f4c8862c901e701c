//! The signals that `run` gets, as events.
//!
//! They are blocked from the first moment, and a thread waits for them (sigwait). So none is lost, none ends `run` before
//! its command, and a signal that `run` was started to ignore, as by `nohup`, the command ignores as well.

use nix::sys::signal::{SigSet, Signal as NixSignal, raise};
pub(super) use rustix::process::Signal;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;
use std::{io, mem, thread};

/// The signals that ask a command to end. `run` starts nothing after one of these.
const ENDING: [Signal; 4] = [Signal::INT, Signal::TERM, Signal::HUP, Signal::QUIT];

/// The signals that `run` acts on itself.
const OWN: [NixSignal; 3] = [NixSignal::SIGCHLD, NixSignal::SIGCONT, NixSignal::SIGTSTP];

/// The signals that `run` passes on.
const PASSED_ON: [NixSignal; 7] = [
    NixSignal::SIGINT,
    NixSignal::SIGTERM,
    NixSignal::SIGHUP,
    NixSignal::SIGQUIT,
    NixSignal::SIGUSR1,
    NixSignal::SIGUSR2,
    NixSignal::SIGWINCH,
];

/// Blocks the signals, and calls `tell` with each. Must be called while the process has one thread.
///
/// # Errors
/// The system refuses.
pub(super) fn listen(tell: impl Fn(Signal) -> bool + Send + 'static) -> io::Result<()> {
    // BSDs and macOS discard signals that are ignored by default, even if they are blocked, unless they have a handler.
    // And if SIGCHLD were ignored, as the parent may have had it, no child could be waited for.
    for signal in [NixSignal::SIGCHLD, NixSignal::SIGWINCH] {
        signal_hook::flag::register(signal as i32, Arc::new(AtomicBool::new(false)))?;
    }
    let awaited: SigSet = OWN.into_iter().chain(PASSED_ON).collect();
    awaited.thread_block()?;
    ignore_background_output();
    let waiting = move || {
        loop {
            let Some(signal) = awaited.wait().ok().and_then(|signal| Signal::from_named_raw(signal as i32))
            else {
                continue;
            };
            let ended_a_stop = signal == Signal::CONT && OWN_STOP.end();
            if !ended_a_stop && !tell(signal) {
                return;
            }
        }
    };
    thread::Builder::new().name("signals".to_owned()).spawn(waiting).map(drop)
}

/// Lets this thread, and those it starts, write to the terminal and hand it over from the background (SIGTTOU).
pub(super) fn ignore_background_output() {
    // It fails for no signal that exists.
    let _ = SigSet::from(NixSignal::SIGTTOU).thread_block();
}

/// Unblocks every signal, as a command is to be started.
pub(super) fn unblock_all() {
    // It does not fail for a set.
    let _ = SigSet::empty().thread_set_mask();
}

/// Stops this process as a Ctrl-Z would, until it is continued. Says whether it was stopped.
///
/// The system does not stop it if there is no shell to continue it.
pub(super) fn stop() -> bool {
    OWN_STOP.begin();
    let stopping = SigSet::from(NixSignal::SIGTSTP);
    // `raise` signals this thread, so the stop is over when it returns.
    let _ = stopping.thread_unblock().and_then(|()| raise(NixSignal::SIGTSTP));
    let _ = stopping.thread_block();
    OWN_STOP.was_ended()
}

/// A stop of this process. The SIGCONT that ends it is no event: it would come late, and continue a command that was
/// stopped again.
struct OwnStop {
    goes_on: Mutex<bool>,
    ended: Condvar,
}

static OWN_STOP: OwnStop = OwnStop { goes_on: Mutex::new(false), ended: Condvar::new() };

/// How long the thread that waits for signals may take to tell of a SIGCONT that has come.
const SIGCONT_DELAY: Duration = Duration::from_millis(100);

impl OwnStop {
    fn begin(&self) {
        *self.goes_on.lock().unwrap_or_else(PoisonError::into_inner) = true;
    }

    /// Says whether there was a stop to end.
    fn end(&self) -> bool {
        let went_on = mem::take(&mut *self.goes_on.lock().unwrap_or_else(PoisonError::into_inner));
        self.ended.notify_all();
        went_on
    }

    fn was_ended(&self) -> bool {
        let goes_on = self.goes_on.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.ended.wait_timeout_while(goes_on, SIGCONT_DELAY, |goes_on| *goes_on);
        !mem::take(&mut *waited.unwrap_or_else(PoisonError::into_inner).0)
    }
}

/// Whether a signal asks to end. One that this process was started to ignore does not.
pub(super) fn asks_to_end(signal: Signal) -> bool {
    ENDING.contains(&signal) && !is_ignored(signal)
}

/// The exit code by which shells tell that a signal ended a command: 128 + n.
pub(super) fn exit_code(signal: Signal) -> u8 {
    exit_code_of(signal.as_raw())
}

/// The same, for the number of a signal.
pub(super) fn exit_code_of(signal: i32) -> u8 {
    u8::try_from(128 + signal).unwrap_or(u8::MAX)
}

/// Whether this process ignores a signal. Only Linux tells.
fn is_ignored(signal: Signal) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    // Signal 1 has the lowest bit.
    mask.is_some_and(|mask| mask >> (signal.as_raw() - 1) & 1 == 1)
}
