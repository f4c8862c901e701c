//! The process group of a command that was started.

use super::launch::Start;
use super::signals::{self, Signal};
use super::values::Values;
use potbridge_system::own_program::own_program;
use potbridge_system::process_group::{NotEnded, ProcessGroup};
use rustix::io::Errno;
use rustix::process::{Pid, WaitId, WaitIdOptions, WaitOptions, WaitStatus, getpid, wait, waitid};
use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

/// The process group of a command that was started.
pub(super) struct CommandGroup {
    group: ProcessGroup,
    /// How the command ended. What it started may still be there.
    pub(super) end: Option<CommandEnd>,
}

/// How a command ended.
#[derive(Clone, Copy)]
pub(super) struct CommandEnd {
    /// Its exit code; 128 + n for signal n.
    pub(super) code: u8,
    /// The signal that ended it, if one did.
    pub(super) signal: Option<i32>,
}

/// Makes this process the parent of all descendants whose parent ends, as the first process of a system is.
pub(super) fn adopt_orphans() {
    #[cfg(target_os = "linux")]
    // If the kernel refuses, the first process of the system reaps them.
    let _ = rustix::process::set_child_subreaper(Some(getpid()));
}

/// Reaps adopted processes.
pub(super) fn reap_orphans() {
    while let Ok(Some(_)) = wait(WaitOptions::NOHANG) {}
}

impl CommandGroup {
    /// Starts a command in a group of its own, with the socket for messages to the service manager if there is one.
    pub(super) fn start(
        command: &[OsString],
        values: Option<&Values>,
        notify_socket: Option<&OsStr>,
        start: Start,
    ) -> io::Result<Self> {
        let mut process = Command::new(own_program()?);
        process.arg0("potbridge").arg(start.argument()).arg(getpid().to_string()).args(command);
        if let Some(socket) = notify_socket {
            process.env("NOTIFY_SOCKET", socket);
        }
        for (name, value) in values.into_iter().flat_map(Values::variables) {
            process.env(name, value.as_str());
        }
        // The child is reaped by `reap`.
        let (_, group) = ProcessGroup::start(&mut process)?;
        Ok(Self { group, end: None })
    }

    /// The command's process.
    pub(super) fn leader(&self) -> Pid {
        self.group.leader()
    }

    /// Reaps every child that ended, whether it belongs to the group or was adopted. Gives the signal that stopped the
    /// command, if one did.
    pub(super) fn reap(&mut self) -> Option<Signal> {
        let mut stopped = None;
        while let Ok(Some((pid, status))) = wait(WaitOptions::NOHANG | WaitOptions::UNTRACED) {
            if pid != self.leader() {
                continue;
            }
            if let Some(signal) = status.stopping_signal() {
                stopped = Signal::from_named_raw(signal);
            } else {
                self.end = CommandEnd::of(status);
                stopped = None;
            }
        }
        stopped
    }

    /// Whether nothing is left of it.
    pub(super) fn has_ended(&self) -> bool {
        self.end.is_some() && (self.group.has_ended() || !self.may_be_signalled() && self.has_no_child())
    }

    /// Why something is left of it, although those that may be signalled were killed.
    pub(super) fn why_left(&self) -> NotEnded {
        self.group.why_left()
    }

    /// Sends a signal to every member that may be signalled.
    pub(super) fn signal(&self, signal: Signal) -> Result<(), NotEnded> {
        self.group.signal(signal)
    }

    fn may_be_signalled(&self) -> bool {
        self.group.why_left() != NotEnded::NotAllowed
    }

    /// Whether no member is a child of this process, or was adopted. Where no signal may be sent, nothing else tells.
    fn has_no_child(&self) -> bool {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        waitid(WaitId::Pgid(Some(self.leader())), options).is_err_and(|error| error == Errno::CHILD)
    }
}

impl CommandEnd {
    fn of(status: WaitStatus) -> Option<Self> {
        let signal = status.terminating_signal();
        let code = match signal {
            Some(signal) => signals::exit_code_of(signal),
            None => u8::try_from(status.exit_status()?).unwrap_or(u8::MAX),
        };
        Some(Self { code, signal })
    }
}
