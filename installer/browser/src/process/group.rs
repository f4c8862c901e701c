//! On Unix a browser is a process group.

use potbridge_system::process_group::{ProcessGroup, Signal};
use rustix::io::Errno;
use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
use std::io;
use std::process::{Child, Command};
use std::time::Duration;

/// The browser's processes.
pub(super) struct Members(ProcessGroup);

impl Members {
    /// Starts a browser in a group of its own.
    pub(super) fn start(command: &mut Command) -> io::Result<(Child, Self)> {
        ProcessGroup::start(command).map(|(child, group)| (child, Self(group)))
    }

    /// Asks all to end. Says whether they can be asked.
    pub(super) fn ask_to_end(&self) -> bool {
        // They belong to this user.
        self.0.signal(Signal::TERM).is_ok()
    }

    /// Kills all that are left.
    pub(super) fn kill(&self) {
        let _ = self.0.kill();
    }

    /// Waits until none is left, at most `limit`.
    pub(super) fn wait(&mut self, limit: Duration) {
        self.0.ends_within(limit);
    }
}

/// Waits for the end of the first process, and does not reap it. So no other process gets its id before the group is ended.
pub(super) fn ended(child: Child) -> Child {
    let wanted = WaitId::Pid(Pid::from_child(&child));
    while let Err(Errno::INTR) = waitid(wanted.clone(), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT) {}
    child
}
