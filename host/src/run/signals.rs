//! The signals that `run` gets, as events.
//!
//! They are held back from the first moment and taken by a thread that waits for them. So none is lost, none ends
//! `run` before its command, and what was to be ignored, as after `nohup`, the command ignores as well.

use nix::sys::signal::{SigSet, Signal as NixSignal, raise};
pub(super) use rustix::process::Signal;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;
use std::{io, mem, thread};

/// What asks a command to end. `run` starts nothing after one of these.
const ENDING: [Signal; 4] = [Signal::INT, Signal::TERM, Signal::HUP, Signal::QUIT];

/// What is `run`'s own affair, besides what it passes on.
const OWN: [NixSignal; 3] = [NixSignal::SIGCHLD, NixSignal::SIGCONT, NixSignal::SIGTSTP];

const PASSED_ON: [NixSignal; 7] = [
    NixSignal::SIGINT,
    NixSignal::SIGTERM,
    NixSignal::SIGHUP,
    NixSignal::SIGQUIT,
    NixSignal::SIGUSR1,
    NixSignal::SIGUSR2,
    NixSignal::SIGWINCH,
];

/// Holds the signals back and tells of each. To be called while the process has one thread.
///
/// # Errors
/// Where the system refuses.
pub(super) fn listen(tell: impl Fn(Signal) -> bool + Send + 'static) -> io::Result<()> {
    // BSDs and macOS throw away what is ignored by default, even while it is held back, unless it has a handler. And
    // a SIGCHLD that the parent had ignored would let no child be waited for.
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
            let ended_a_stop = signal == Signal::CONT && STOP.end();
            if !ended_a_stop && !tell(signal) {
                return;
            }
        }
    };
    thread::Builder::new().name("signals".to_owned()).spawn(waiting).map(drop)
}

/// Has this thread, and those it starts, write to the terminal and hand it over from the background too.
pub(super) fn ignore_background_output() {
    // It fails for no signal that exists.
    let _ = SigSet::from(NixSignal::SIGTTOU).thread_block();
}

/// Lets every signal through: a command is started with none held back.
pub(super) fn hold_back_none() {
    // It does not fail for a set.
    let _ = SigSet::empty().thread_set_mask();
}

/// Stops this process as a Ctrl-Z would, until it is continued. Says whether it was: where no shell is there to
/// continue it, the system does not stop it.
pub(super) fn stop() -> bool {
    STOP.begin();
    let stopping = SigSet::from(NixSignal::SIGTSTP);
    // To this very thread, and so done when it returns.
    let _ = stopping.thread_unblock().and_then(|()| raise(NixSignal::SIGTSTP));
    let _ = stopping.thread_block();
    STOP.was_ended()
}

/// A stop of this process, which the SIGCONT that ended it belongs to: as an event it would come late, and
/// continue a command that has been stopped again.
struct Stop {
    goes_on: Mutex<bool>,
    ended: Condvar,
}

static STOP: Stop = Stop { goes_on: Mutex::new(false), ended: Condvar::new() };

/// How long the thread that waits for signals may take to tell of a SIGCONT that has come already.
const TOLD: Duration = Duration::from_millis(100);

impl Stop {
    fn begin(&self) {
        *self.goes_on.lock().unwrap_or_else(PoisonError::into_inner) = true;
    }

    /// Says whether there was one to end.
    fn end(&self) -> bool {
        let went_on = mem::take(&mut *self.goes_on.lock().unwrap_or_else(PoisonError::into_inner));
        self.ended.notify_all();
        went_on
    }

    fn was_ended(&self) -> bool {
        let goes_on = self.goes_on.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.ended.wait_timeout_while(goes_on, TOLD, |goes_on| *goes_on);
        !mem::take(&mut *waited.unwrap_or_else(PoisonError::into_inner).0)
    }
}

/// Whether a signal asks to end: not one that this process was started to ignore.
pub(super) fn asks_to_end(signal: Signal) -> bool {
    ENDING.contains(&signal) && !is_ignored(signal)
}

/// The exit code by which shells tell that a signal ended a command.
pub(super) fn exit_code(signal: Signal) -> u8 {
    exit_code_of(signal.as_raw())
}

/// The same, for a signal that may be without a name.
pub(super) fn exit_code_of(signal: i32) -> u8 {
    u8::try_from(128 + signal).unwrap_or(u8::MAX)
}

/// Known on Linux alone.
fn is_ignored(signal: Signal) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    // Its lowest bit is signal 1's.
    mask.is_some_and(|mask| mask >> (signal.as_raw() - 1) & 1 == 1)
}
