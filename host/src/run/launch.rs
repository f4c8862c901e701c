//! The step between `run` and its command: the same program, in the new process, before it becomes the command.
//!
//! Between fork and exec a program may do next to nothing safely; so `run` starts itself once more, with the command
//! as arguments and the values in its environment, and this step sets up what has to be set up from inside.

use super::{signals, terminal};
use rustix::process::{Pid, getpgid, getpgrp, getppid};
use std::ffi::OsString;
use std::io::{self, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, ExitCode};
use terminal::Terminal;

/// The first argument that asks for it. It is no command: only `run` says it, with its own process id after it.
pub(super) const WORD: &str = "launch-for-run";

/// The exit codes of shells.
const NOT_FOUND: u8 = 127;
const NOT_EXECUTABLE: u8 = 126;

/// A command about to be run.
pub struct Launch {
    parent: Pid,
    program: OsString,
    arguments: Vec<OsString>,
}

impl Launch {
    /// What the arguments ask for, where it is this step: `launch-for-run PID CMD…`.
    #[must_use]
    pub fn asked_for(mut arguments: impl Iterator<Item = OsString>) -> Option<Self> {
        arguments.next().filter(|first| first == WORD)?;
        let parent = arguments.next()?.to_str()?.parse().ok().and_then(Pid::from_raw)?;
        Some(Self { parent, program: arguments.next()?, arguments: arguments.collect() })
    }

    /// Becomes the command; comes back only where that fails.
    #[must_use]
    pub fn become_command(self) -> ExitCode {
        if !self.tie_to_parent() {
            return fail(1, format_args!("the `potbridge run` that this belongs to is gone"));
        }
        if !terminal::in_pipeline() {
            self.take_terminal();
        }
        signals::hold_back_none();
        // This sets SIGPIPE right, which Rust's runtime ignores.
        let error = Command::new(&self.program).args(&self.arguments).exec();
        let (path, name) = (Path::new(&self.program), self.program.display());
        match error.kind() {
            io::ErrorKind::NotFound if path.components().count() > 1 && path.is_file() => {
                fail(NOT_EXECUTABLE, format_args!("{name} cannot be run: its interpreter was not found"))
            }
            io::ErrorKind::NotFound => fail(NOT_FOUND, format_args!("{name}: command not found")),
            _ => fail(NOT_EXECUTABLE, format_args!("{name} cannot be run: {error}")),
        }
    }

    /// Has the command ended when `run` is, however that ends, where the system can do that. Says whether it is
    /// still there.
    fn tie_to_parent(&self) -> bool {
        #[cfg(target_os = "linux")]
        {
            use rustix::process::{Signal, set_parent_process_death_signal};
            // It fails for no signal that exists.
            let _ = set_parent_process_death_signal(Some(Signal::TERM));
        }
        getppid() == Some(self.parent)
    }

    fn take_terminal(&self) {
        signals::ignore_background_output();
        if let (Some(terminal), Ok(from)) = (Terminal::of_process(), getpgid(Some(self.parent))) {
            terminal.hand_over(from, getpgrp());
        }
    }
}

fn fail(code: u8, why: std::fmt::Arguments<'_>) -> ExitCode {
    let _ = writeln!(io::stderr(), "potbridge: {why}");
    ExitCode::from(code)
}
