//! A command and all that it starts: a process group.

use super::launch;
use super::signals::{self, Signal};
use super::values::Values;
use potbridge_system::own_program::own_program;
use rustix::process::{
    Pid, WaitOptions, WaitStatus, getpid, kill_process_group, test_kill_process_group, wait,
};
use std::ffi::OsString;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

/// The group of a command that was started.
pub(super) struct Group {
    /// The command's process; also the group's id, which no other process or group can have while a member is left.
    pub(super) leader: Pid,
    /// How the command ended.
    pub(super) end: Option<End>,
}

/// How a command ended.
#[derive(Clone, Copy)]
pub(super) struct End {
    /// Its exit code; 128 + n for signal n.
    pub(super) code: u8,
    /// The signal that ended it, where one did.
    pub(super) signal: Option<i32>,
}

/// Has the processes whose parents end come to this one, as they come to the first process of a system.
pub(super) fn adopt_orphans() {
    #[cfg(target_os = "linux")]
    // Where it cannot be had, the first process of the system sees to them.
    let _ = rustix::process::set_child_subreaper(Some(getpid()));
}

/// Takes note of the ends of adopted processes.
pub(super) fn reap_orphans() {
    while let Ok(Some(_)) = wait(WaitOptions::NOHANG) {}
}

impl Group {
    /// Starts a command in a group of its own.
    pub(super) fn start(command: &[OsString], values: Option<&Values>) -> io::Result<Self> {
        let mut process = Command::new(own_program()?);
        process.arg0("potbridge").arg(launch::WORD).arg(getpid().to_string()).args(command).process_group(0);
        for (name, value) in values.into_iter().flat_map(Values::variables) {
            process.env(name, value.as_str());
        }
        let leader = Pid::from_child(&process.spawn()?);
        Ok(Self { leader, end: None })
    }

    /// Takes note of every child that ended, whether it belongs to the group or was adopted, so that none remains
    /// as a zombie. Gives the signal that stopped the command, where one did.
    pub(super) fn look(&mut self) -> Option<Signal> {
        let mut stopped = None;
        while let Ok(Some((pid, status))) = wait(WaitOptions::NOHANG | WaitOptions::UNTRACED) {
            if pid != self.leader {
                continue;
            }
            if let Some(signal) = status.stopping_signal() {
                stopped = Signal::from_named_raw(signal);
            } else {
                self.end = End::of(status);
                stopped = None;
            }
        }
        stopped
    }

    /// Whether nothing is left of it.
    pub(super) fn is_gone(&self) -> bool {
        self.end.is_some() && test_kill_process_group(self.leader) == Err(rustix::io::Errno::SRCH)
    }

    /// Sends a signal to every member.
    pub(super) fn signal(&self, signal: Signal) {
        // It fails where there is none left to get it.
        let _ = kill_process_group(self.leader, signal);
    }
}

impl End {
    fn of(status: WaitStatus) -> Option<Self> {
        let signal = status.terminating_signal();
        let code = match signal {
            Some(signal) => signals::exit_code_of(signal),
            None => u8::try_from(status.exit_status()?).unwrap_or(u8::MAX),
        };
        Some(Self { code, signal })
    }
}
