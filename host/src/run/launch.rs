//! The step between `run` and its command: this program, in the new process, before it becomes the command.
//!
//! Between fork and exec a program may do next to nothing safely. So `run` starts itself once more, with the command as
//! arguments and the values in its environment. This step sets up what only the new process can set up.

use super::become_command::exec;
use super::say::say;
use super::{signals, terminal};
use potbridge_system::parent;
use rustix::process::{Pid, Signal, getpgid, getpgrp, getpid};
use std::env;
use std::ffi::{OsStr, OsString};
use std::process::{Command, ExitCode};
use std::thread;
use std::time::Duration;
use terminal::Terminal;

/// The first argument that asks for this step; the process id of `run` follows. It is no command of `potbridge --help`.
const FIRST: &str = "launch-for-run";

/// The same, for a command that ran before.
const AGAIN: &str = "launch-again-for-run";

/// How often to try again to become a command that ran before.
const RETRY: Duration = Duration::from_millis(200);

/// Which start of a command it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// The first. It fails if the command cannot be run.
    First,
    /// A later one. An update may be replacing the command's file at that moment.
    Again,
}

impl Start {
    /// The argument that asks for it.
    pub(super) fn argument(self) -> &'static str {
        match self {
            Self::First => FIRST,
            Self::Again => AGAIN,
        }
    }

    fn of(argument: &OsStr) -> Option<Self> {
        [Self::First, Self::Again].into_iter().find(|start| argument == start.argument())
    }
}

/// A command about to be run.
pub struct Launch {
    start: Start,
    parent: Pid,
    program: OsString,
    arguments: Vec<OsString>,
}

impl Launch {
    /// Reads the arguments `launch-for-run PID CMD…`. Gives `None` for any others.
    #[must_use]
    pub fn asked_for(mut arguments: impl Iterator<Item = OsString>) -> Option<Self> {
        let start = Start::of(&arguments.next()?)?;
        let parent = arguments.next()?.to_str()?.parse().ok().and_then(Pid::from_raw)?;
        Some(Self { start, parent, program: arguments.next()?, arguments: arguments.collect() })
    }

    /// Becomes the command. Returns only if that fails; a command that ran before is tried until it can be run.
    #[must_use]
    pub fn become_command(self) -> ExitCode {
        // Has it end with `run`, however that ends.
        if !parent::ends_with(self.parent, Signal::TERM) {
            say("the `potbridge run` that this belongs to has ended");
            return ExitCode::FAILURE;
        }
        if !terminal::in_pipeline() {
            self.take_terminal();
        }
        signals::unblock_all();
        let mut command = Command::new(&self.program);
        command.args(&self.arguments);
        self.hand_over_from_manager(&mut command);
        let mut told = None;
        loop {
            let not_run = exec(&mut command);
            if self.start == Start::First {
                say(&not_run);
                return ExitCode::from(not_run.exit_code());
            }
            let why = not_run.to_string();
            if told.as_ref() != Some(&why) {
                say(format_args!("{why}; trying again until it can be run"));
                told = Some(why);
            }
            thread::sleep(RETRY);
        }
    }

    /// Has what the service manager gave `run` be the command's: sockets (`sd_listen_fds`), the watchdog.
    fn hand_over_from_manager(&self, command: &mut Command) {
        for name in ["LISTEN_PID", "WATCHDOG_PID"] {
            if env::var(name).is_ok_and(|pid| pid == self.parent.to_string()) {
                command.env(name, getpid().to_string());
                // Of the same process, since systemd 258. Without it the number alone counts.
                command.env_remove(format!("{name}FDID"));
            }
        }
    }

    fn take_terminal(&self) {
        signals::ignore_background_output();
        if let (Some(terminal), Ok(from)) = (Terminal::of_process(), getpgid(Some(self.parent))) {
            terminal.hand_over(from, getpgrp());
        }
    }
}
