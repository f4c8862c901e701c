//! yt-dlp and all that it starts: a process group, and on Windows a tree of processes.

use std::process::{Child, Command};
#[cfg(unix)]
use {
    rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group},
    std::time::{Duration, Instant},
};

/// How long yt-dlp and ffmpeg may take to end when they are interrupted, before they are killed.
#[cfg(unix)]
const GRACE: Duration = Duration::from_secs(3);

/// How often to look whether a group is gone: no event tells of it.
#[cfg(unix)]
const LOOK: Duration = Duration::from_millis(20);

/// What belongs to one yt-dlp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Group(#[cfg(unix)] Pid, #[cfg(not(unix))] u32);

impl Group {
    /// Has a command that is to be started make a group of its own.
    pub(crate) fn set_apart(command: &mut Command) {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        #[cfg(not(unix))]
        let _ = command;
    }

    /// The group of a command that was set apart.
    pub(crate) fn of(child: &Child) -> Self {
        #[cfg(unix)]
        return Self(Pid::from_child(child));
        #[cfg(not(unix))]
        return Self(child.id());
    }
}

#[cfg(unix)]
impl Group {
    /// The group of this number.
    pub(crate) fn numbered(number: &str) -> Option<Self> {
        number.parse().ok().and_then(Pid::from_raw).map(Self)
    }

    /// Its number.
    pub(crate) fn number(self) -> i32 {
        self.0.as_raw_nonzero().get()
    }

    /// Ends it: by an interrupt first, upon which yt-dlp leaves what resumes, and no ffmpeg.
    pub(crate) fn end(self) {
        // These fail where nobody is left.
        let _ = kill_process_group(self.0, Signal::INT);
        if !self.is_gone_within(GRACE) {
            let _ = kill_process_group(self.0, Signal::KILL);
            self.is_gone_within(Duration::from_secs(1));
        }
    }

    fn is_gone_within(self, limit: Duration) -> bool {
        let end = Instant::now() + limit;
        loop {
            if test_kill_process_group(self.0).is_err() {
                return true;
            }
            if Instant::now() > end {
                return false;
            }
            std::thread::sleep(LOOK);
        }
    }
}

#[cfg(not(unix))]
impl Group {
    /// Ends it.
    pub(crate) fn end(self) {
        let number = self.0.to_string();
        // It fails where nobody is left.
        let _ = Command::new("taskkill").args(["/T", "/F", "/PID", &number]).output();
    }
}
