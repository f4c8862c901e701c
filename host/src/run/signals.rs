//! The signals that `run` gets, as events.
//!
//! They are blocked from the first moment, and a thread waits for them (sigwait). So none is lost, none ends `run` before
//! its command, and a signal that `run` was started to ignore, as by `nohup`, the command ignores as well.

use nix::sys::signal::{SigSet, Signal as NixSignal, raise};
pub(super) use rustix::process::Signal;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};
use std::time::Duration;
use std::{io, mem, thread};

/// The signals that ask a command to end. `run` starts nothing after one of these.
const ENDING: [Signal; 4] = [Signal::INT, Signal::TERM, Signal::HUP, Signal::QUIT];

/// How long a command that ends at SIGHUP may take to do so.
const RELOAD: Duration = Duration::from_secs(3);

/// How long a command may take to end at any signal, also if it would be killed at once at a restart.
const LEAST: Duration = Duration::from_secs(1);

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

/// What a `run` that listens to signals is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// It has the command for a child.
    Parent,
    /// It becomes the command, and must leave what signals do as it is.
    Command,
}

/// The mask that this process had before [`listen`].
static FOUND: OnceLock<SigSet> = OnceLock::new();

/// Blocks the signals, and calls `tell` with each. Must be called while the process has one thread.
///
/// # Errors
/// The system refuses.
pub(super) fn listen(role: Role, tell: impl Fn(Signal) -> bool + Send + 'static) -> io::Result<()> {
    FOUND.get_or_init(|| SigSet::thread_get_mask().unwrap_or_else(|_| SigSet::empty()));
    if role == Role::Parent {
        handle_ignored()?;
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

/// Has signals come that are ignored by default.
fn handle_ignored() -> io::Result<()> {
    // BSDs and macOS discard signals that are ignored by default, even if they are blocked, unless they have a handler.
    // And if SIGCHLD were ignored, as the parent may have had it, no child could be waited for.
    for signal in [NixSignal::SIGCHLD, NixSignal::SIGWINCH] {
        signal_hook::flag::register(signal as i32, Arc::new(AtomicBool::new(false)))?;
    }
    Ok(())
}

/// Sets the mask of this thread back to what [`listen`] found, for a command that this process becomes.
pub(super) fn restore_mask() {
    if let Some(found) = FOUND.get() {
        // It does not fail for a set.
        let _ = found.thread_set_mask();
    }
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
    ENDING.contains(&signal) && is_ignored(signal) != Some(true)
}

/// Does what this process was started to do at a signal, if nothing tells what that is. If this returns, it is ignored.
pub(super) fn do_as_started(signal: Signal) -> bool {
    if is_ignored(signal).is_some() {
        return false;
    }
    let Ok(raised) = NixSignal::try_from(signal.as_raw()) else { return false };
    let set = SigSet::from(raised);
    // `raise` signals this thread.
    let _ = set.thread_unblock().and_then(|()| raise(raised));
    // It does not fail for a set.
    let _ = set.thread_block();
    true
}

/// How long a command that is to end at a signal may take to do so. One that lives longer goes on.
///
/// The user says by `--grace` how long it takes to end. Many programs take SIGHUP for "reload", and those that end at it
/// end at once.
pub(super) fn time_to_end(signal: Signal, grace: Duration) -> Duration {
    let time = if may_mean_reload(signal) { grace.min(RELOAD) } else { grace };
    time.max(LEAST)
}

/// Whether a signal asks many programs to reload, and not to end, if it comes from no terminal.
pub(super) fn may_mean_reload(signal: Signal) -> bool {
    signal == Signal::HUP
}

/// The name of a signal: `SIGHUP`.
pub(super) fn name(signal: Signal) -> &'static str {
    NixSignal::try_from(signal.as_raw()).map_or("a signal", NixSignal::as_str)
}

/// The exit code by which shells tell that a signal ended a command: 128 + n.
pub(super) fn exit_code(signal: Signal) -> u8 {
    exit_code_of(signal.as_raw())
}

/// The same, for the number of a signal.
pub(super) fn exit_code_of(signal: i32) -> u8 {
    u8::try_from(128 + signal).unwrap_or(u8::MAX)
}

/// Whether this process ignores a signal; `None` if nothing tells: only Linux does, in /proc.
fn is_ignored(signal: Signal) -> Option<bool> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
    let mask = u64::from_str_radix(mask.trim(), 16).ok()?;
    // Signal 1 has the lowest bit.
    Some(mask >> (signal.as_raw() - 1) & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_has_the_users_time_to_end_and_a_reload_is_soon_over() {
        let seconds = Duration::from_secs;
        for (grace, ends, reloads) in [(0, 1, 1), (1, 1, 1), (2, 2, 2), (10, 10, 3), (90, 90, 3)] {
            for signal in [Signal::TERM, Signal::INT, Signal::QUIT] {
                assert_eq!(time_to_end(signal, seconds(grace)), seconds(ends));
            }
            assert_eq!(time_to_end(Signal::HUP, seconds(grace)), seconds(reloads));
        }
    }
}
