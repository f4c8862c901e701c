//! A program and all that it starts, which are signalled and ended together.
//!
//! On Unix this is a process group. Windows has none, so there it is the tree of processes below the program.

use std::io;
use std::process::{Child, Command};
use std::time::Duration;
#[cfg(unix)]
use {
    rustix::io::Errno,
    rustix::process::{Pid, kill_process_group, test_kill_process_group},
    std::thread,
    std::time::Instant,
};

#[cfg(unix)]
pub use rustix::process::Signal;

/// How long processes have to end, each named for who ends them.
pub mod grace {
    use std::time::Duration;

    /// From SIGTERM to SIGKILL, for a program that the configuration names: a sink's command, `on_update`.
    pub const COMMAND: Duration = Duration::from_secs(2);

    /// From SIGINT to SIGKILL, for yt-dlp and ffmpeg, which keep what a later run resumes.
    pub const DOWNLOAD: Duration = Duration::from_secs(3);

    /// Until SIGTERM, and from there to SIGKILL, for a browser, which writes its profile.
    pub const BROWSER: Duration = Duration::from_secs(5);

    /// From SIGTERM to SIGKILL, for the command of `potbridge run`, unless `--grace` names another time.
    pub const RUN: Duration = Duration::from_secs(10);

    /// From SIGKILL until nothing is left.
    ///
    /// A process that waits for a disk ends later than it is killed. In a container whose first process reaps no
    /// orphans, they stay in the group as zombies.
    pub const KILLED: Duration = Duration::from_secs(2);

    /// From SIGKILL until `potbridge run`, which reaps orphans itself, gives up waiting.
    pub const RUN_KILLED: Duration = Duration::from_secs(10);
}

/// How often to look whether a group has ended: the system reports the end of children only.
#[cfg(unix)]
const POLL: Duration = Duration::from_millis(20);

/// The signal that asks a group to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndSignal {
    /// SIGINT, which Ctrl-C sends.
    Interrupt,
    /// SIGTERM.
    Terminate,
}

/// Why something of a group is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotEnded {
    /// Nobody of it may be signalled by this user: it belongs to another, as what `sudo` starts does.
    #[error("may not be signalled by this user and goes on")]
    NotAllowed,
    /// SIGKILL did not help, so the system is waiting for something.
    #[error("was killed and is still there")]
    StillThere,
}

/// The process group of a program that was started.
///
/// Its number is that of the program's process. No other process gets the number while a member is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ProcessGroup(#[cfg(unix)] Pid, #[cfg(not(unix))] u32);

impl ProcessGroup {
    /// Starts a command in a group of its own.
    ///
    /// # Errors
    /// The command cannot be started.
    pub fn start(command: &mut Command) -> io::Result<(Child, Self)> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        let child = command.spawn()?;
        #[cfg(unix)]
        let group = Self(Pid::from_child(&child));
        #[cfg(not(unix))]
        let group = Self(child.id());
        Ok((child, group))
    }

    /// Kills every member.
    ///
    /// # Errors
    /// [`NotEnded::NotAllowed`].
    pub fn kill(self) -> Result<(), NotEnded> {
        #[cfg(unix)]
        return self.signal(Signal::KILL);
        #[cfg(not(unix))]
        {
            // It fails if no process is left.
            let _ = Command::new("taskkill").args(["/T", "/F", "/PID", &self.0.to_string()]).output();
            Ok(())
        }
    }

    /// Asks every member to end, kills those that are left after `grace`, and waits until none is left.
    ///
    /// Somebody else must reap the program's own process. On Windows, which has no such signals, it kills at once.
    ///
    /// # Errors
    /// Something of it is left.
    #[cfg_attr(not(unix), allow(unused_variables, reason = "no signals"))]
    pub fn end(self, by: EndSignal, grace: Duration) -> Result<(), NotEnded> {
        #[cfg(unix)]
        {
            let asked = self.signal(match by {
                EndSignal::Interrupt => Signal::INT,
                EndSignal::Terminate => Signal::TERM,
            });
            // One that may not be signalled may end by itself.
            if self.ends_within(grace) {
                return Ok(());
            }
            asked?;
        }
        self.kill()?;
        #[cfg(unix)]
        if !self.ends_within(grace::KILLED) {
            return Err(self.why_left());
        }
        Ok(())
    }
}

#[cfg(unix)]
impl ProcessGroup {
    /// The group with this number, as text.
    #[must_use]
    pub fn numbered(number: &str) -> Option<Self> {
        number.parse().ok().and_then(Pid::from_raw).map(Self)
    }

    /// The program's process, whose number is the group's.
    #[must_use]
    pub fn leader(self) -> Pid {
        self.0
    }

    /// Sends a signal to every member that may be signalled. If no member is left, nothing happens.
    ///
    /// # Errors
    /// [`NotEnded::NotAllowed`] if none of them may be signalled.
    pub fn signal(self, signal: Signal) -> Result<(), NotEnded> {
        match kill_process_group(self.0, signal) {
            Err(Errno::PERM) => Err(NotEnded::NotAllowed),
            // No member is left: other errors do not exist for signals that do.
            _ => Ok(()),
        }
    }

    /// Whether no member is left. A process that nobody has reaped yet is a member.
    #[must_use]
    pub fn has_ended(self) -> bool {
        test_kill_process_group(self.0) == Err(Errno::SRCH)
    }

    /// Why members are left, of which those that may be signalled were killed.
    #[must_use]
    pub fn why_left(self) -> NotEnded {
        match test_kill_process_group(self.0) {
            Err(Errno::PERM) => NotEnded::NotAllowed,
            _ => NotEnded::StillThere,
        }
    }

    /// Waits until no member is left, at most `limit`. Says whether none is.
    pub fn ends_within(self, limit: Duration) -> bool {
        is_so_within(limit, || self.has_ended())
    }
}

/// Waits at most so long for what no event tells. Says whether it is so.
#[cfg(unix)]
pub fn is_so_within(limit: Duration, mut is_so: impl FnMut() -> bool) -> bool {
    let end = Instant::now() + limit;
    loop {
        if is_so() {
            return true;
        }
        if Instant::now() >= end {
            return false;
        }
        thread::sleep(POLL);
    }
}

/// Has a command outlive the program that starts it, even if that is ended with all of its own job, as Firefox does on
/// Windows. On Unix the command calls [`lead_session`] itself.
pub fn detach(command: &mut Command) {
    #[cfg(windows)]
    {
        const DETACHED_PROCESS: u32 = 0x0000_0008;
        const CREATE_BREAKAWAY_FROM_JOB: u32 = 0x0100_0000;
        std::os::windows::process::CommandExt::creation_flags(
            command,
            DETACHED_PROCESS | CREATE_BREAKAWAY_FROM_JOB,
        );
    }
    #[cfg(not(windows))]
    let _ = command;
}

/// Makes this process the leader of a session and a process group of its own.
///
/// Then no terminal's signals reach it, and nobody ends it with a group. If it leads a group already, nothing changes.
pub fn lead_session() {
    #[cfg(unix)]
    let _ = rustix::process::setsid();
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::io::{BufRead as _, BufReader};
    use std::process::Stdio;

    const LONG: Duration = Duration::from_secs(30);

    /// Starts a shell that says a line when it is ready, and has a thread reap it.
    fn started(script: &str) -> ProcessGroup {
        let mut command = Command::new("sh");
        command.args(["-c", script]).stdout(Stdio::piped());
        let (mut child, group) = ProcessGroup::start(&mut command).expect("there is a shell");
        let mut line = String::new();
        let output = child.stdout.take().expect("it is piped");
        BufReader::new(output).read_line(&mut line).expect("it can be read");
        assert_eq!(line, "ready\n");
        thread::spawn(move || child.wait());
        group
    }

    #[test]
    fn each_way_to_end_sends_its_own_signal() {
        for (by, name) in [(EndSignal::Interrupt, "INT"), (EndSignal::Terminate, "TERM")] {
            let file = tempfile::NamedTempFile::new().unwrap();
            let note = format!("trap 'echo {name} > {}; exit' {name}", file.path().display());
            let group = started(&format!("{note}; echo ready; while :; do sleep 0.01; done"));
            group.end(by, LONG).unwrap();
            assert!(group.has_ended());
            assert_eq!(std::fs::read_to_string(file.path()).unwrap(), format!("{name}\n"));
        }
    }

    #[test]
    fn the_signal_reaches_every_member() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let note = |name: &str| format!("trap 'echo {name} >> {}; exit' TERM", file.path().display());
        let wait = "while :; do sleep 0.01; done";
        let script = format!("{}; ({}; echo ready; {wait}) & {wait}", note("parent"), note("child"));
        let group = started(&script);
        group.end(EndSignal::Terminate, LONG).unwrap();
        let mut notes: Vec<_> =
            std::fs::read_to_string(file.path()).unwrap().lines().map(str::to_owned).collect();
        notes.sort();
        assert_eq!(notes, ["child", "parent"]);
    }

    #[test]
    fn a_member_that_ignores_the_signal_is_killed_after_the_grace() {
        let group = started("trap '' INT TERM; sleep 600 & echo ready; wait");
        let began = Instant::now();
        let grace = Duration::from_millis(100);
        group.end(EndSignal::Terminate, grace).unwrap();
        assert!(group.has_ended() && began.elapsed() >= grace && began.elapsed() < LONG);
    }

    #[test]
    fn a_group_is_found_again_by_its_number() {
        let group = started("echo ready; sleep 600");
        assert_eq!(ProcessGroup::numbered(&group.leader().to_string()), Some(group));
        assert!(!group.ends_within(Duration::ZERO));
        group.kill().unwrap();
        assert!(group.ends_within(LONG));
        for number in ["", "0", "-1x", "x"] {
            assert_eq!(ProcessGroup::numbered(number), None, "{number}");
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn what_may_not_be_signalled_is_told() {
        use potbridge_test_support::{ordinary_user::as_ordinary_user, skip::skip};
        if !rustix::process::geteuid().is_root() {
            skip("what_may_not_be_signalled_is_told", "only root can start what another may not signal");
            return;
        }
        let group = started("echo ready; exec sleep 600");
        as_ordinary_user(|| {
            assert_eq!(group.kill(), Err(NotEnded::NotAllowed));
            assert_eq!(group.end(EndSignal::Terminate, Duration::ZERO), Err(NotEnded::NotAllowed));
            assert_eq!(group.why_left(), NotEnded::NotAllowed);
        });
        assert!(!group.has_ended());
        group.kill().unwrap();
        assert!(group.ends_within(LONG));
        // Nobody is left, so there is nobody who may not be signalled.
        as_ordinary_user(|| group.end(EndSignal::Terminate, LONG).unwrap());
    }
}
