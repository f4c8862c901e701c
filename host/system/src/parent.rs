//! A process that does not outlive the one that started it.

use rustix::process::{Pid, Signal, getppid};

/// Has the system send this process a signal when its parent ends, however that ends (Linux alone). Says whether the
/// parent is still there.
///
/// A program that this process becomes gets the signal as well, unless it changes its user. The parent is the thread that
/// started this process.
#[must_use]
pub fn ends_with(parent: Pid, signal: Signal) -> bool {
    #[cfg(target_os = "linux")]
    // It fails for no signal that exists.
    let _ = rustix::process::set_parent_process_death_signal(Some(signal));
    #[cfg(not(target_os = "linux"))]
    let _ = signal;
    getppid() == Some(parent)
}
