//! The step between `run` and its command: this program, in the new process, before it becomes the command.
//!
//! Between fork and exec a program may do next to nothing safely. So `run` starts itself once more, with the command as
//! arguments and the values in its environment. This step sets up what only the new process can set up.

use super::{signals, terminal};
use potbridge_system::parent;
use rustix::process::{Pid, Signal, getpgid, getpgrp};
use std::ffi::OsString;
use std::io::{self, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, ExitCode};
use terminal::Terminal;

/// The first argument that asks for this step; the process id of `run` follows. It is no command of `potbridge --help`.
pub(super) const ARGUMENT: &str = "launch-for-run";

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
    /// Reads the arguments `launch-for-run PID CMD…`. Gives `None` for any others.
    #[must_use]
    pub fn asked_for(mut arguments: impl Iterator<Item = OsString>) -> Option<Self> {
        arguments.next().filter(|first| first == ARGUMENT)?;
        let parent = arguments.next()?.to_str()?.parse().ok().and_then(Pid::from_raw)?;
        Some(Self { parent, program: arguments.next()?, arguments: arguments.collect() })
    }

    /// Becomes the command. Returns only if that fails.
    #[must_use]
    pub fn become_command(self) -> ExitCode {
        // Has it end with `run`, however that ends.
        if !parent::ends_with(self.parent, Signal::TERM) {
            return fail(1, format_args!("the `potbridge run` that this belongs to has ended"));
        }
        if !terminal::in_pipeline() {
            self.take_terminal();
        }
        signals::unblock_all();
        // This sets SIGPIPE back, which Rust's runtime ignores.
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
