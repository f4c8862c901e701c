//! The terminal that `run` was started in.

use rustix::fd::OwnedFd;
use rustix::fs::{FileType, Mode, OFlags};
use rustix::process::{Pid, getpgrp};
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcgetpgrp, tcsetattr, tcsetpgrp};
use rustix::{fs, stdio};

/// The controlling terminal.
///
/// Whoever writes to it or changes it from the background must block SIGTTOU
/// ([`super::signals::ignore_background_output`]).
pub(super) struct Terminal {
    device: OwnedFd,
    /// The modes as they were found, if `run` was in the foreground then.
    modes: Option<Termios>,
}

impl Terminal {
    /// The terminal of this process, if it has one.
    pub(super) fn of_process() -> Option<Self> {
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let device = fs::open("/dev/tty", flags, Mode::empty()).ok()?;
        let mut terminal = Self { device, modes: None };
        if terminal.belongs_to(getpgrp()) {
            terminal.modes = tcgetattr(&terminal.device).ok();
        }
        Some(terminal)
    }

    /// Whether a process group is in the foreground. That group alone may read, and gets Ctrl-C and Ctrl-Z.
    pub(super) fn belongs_to(&self, group: Pid) -> bool {
        tcgetpgrp(&self.device).is_ok_and(|foreground| foreground == group)
    }

    /// Hands the foreground from one group to another, if the first has it. Says whether the other has it then.
    pub(super) fn hand_over(&self, from: Pid, to: Pid) -> bool {
        self.belongs_to(to) || self.belongs_to(from) && tcsetpgrp(&self.device, to).is_ok()
    }

    /// Sets echo, line editing and the like as they were found.
    pub(super) fn restore_modes(&self) {
        if let Some(modes) = &self.modes {
            // A terminal that was closed needs none.
            let _ = tcsetattr(&self.device, OptionalActions::Now, modes);
        }
    }
}

/// Whether this process is part of a pipeline. Another program of it, such as a pager, may want the terminal then.
pub(super) fn in_pipeline() -> bool {
    [stdio::stdin(), stdio::stdout()].into_iter().any(|stream| {
        fs::fstat(stream).is_ok_and(|found| {
            matches!(FileType::from_raw_mode(found.st_mode), FileType::Fifo | FileType::Socket)
        })
    })
}
