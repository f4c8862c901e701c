//! The step between the watchdog and the browser: this program, in the new process, before it becomes the browser.
//!
//! Only the new process can have itself ended with its parent.

use super::problems;
use nix::sys::signal::{SigSet, Signal as NixSignal};
use potbridge_system::own_program::own_program;
use potbridge_system::parent;
use rustix::process::{Pid, Signal, getpid};
use std::ffi::{OsStr, OsString};
use std::io::{self, Write as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// The first argument that asks for this step. It is no command of `potbridge --help`.
const ARGUMENT: &str = "own-browser-step";

/// The exit code of shells if a program cannot be run.
const NOT_EXECUTABLE: u8 = 126;

/// A program that ends with the process that starts it.
pub struct Step {
    parent: Pid,
    signal: Signal,
    program: OsString,
    arguments: Vec<OsString>,
}

/// A command by which this process starts a program that gets a signal when this process ends, however it ends.
///
/// It must be started by the first thread: the system takes that thread for the parent.
pub(super) fn command(signal: Signal, program: &OsStr, arguments: &[OsString]) -> io::Result<Command> {
    let mut command = Command::new(own_program()?);
    command.arg0("potbridge").arg(ARGUMENT).arg(getpid().to_string()).arg(signal.as_raw().to_string());
    command.arg(program).args(arguments);
    Ok(command)
}

impl Step {
    /// Reads the arguments `own-browser-step PID SIGNAL PROGRAM…`. Gives `None` for any others.
    #[must_use]
    pub fn asked_for(mut arguments: impl Iterator<Item = OsString>) -> Option<Self> {
        arguments.next().filter(|first| first == ARGUMENT)?;
        let mut number = || arguments.next()?.to_str()?.parse::<i32>().ok();
        let (parent, signal) = (Pid::from_raw(number()?)?, Signal::from_named_raw(number()?)?);
        Some(Self { parent, signal, program: arguments.next()?, arguments: arguments.collect() })
    }

    /// Becomes the program. Returns only if that fails.
    #[must_use]
    pub fn become_program(self) -> ExitCode {
        let why = if parent::ends_with(self.parent, self.signal) {
            accept_signals();
            let error = Command::new(&self.program).args(&self.arguments).exec();
            problems::system(&format!("{}", self.program.display()), &error).message
        } else {
            "the watchdog of potbridge's own browser has ended".to_owned()
        };
        // Nobody may be there to read it.
        let _ = writeln!(io::stderr(), "potbridge: {why}");
        ExitCode::from(NOT_EXECUTABLE)
    }
}

/// Has the program get every signal that is meant for it.
///
/// The watchdog has its signals blocked. And scripts start their jobs with SIGINT ignored, which Firefox would go on to do.
fn accept_signals() {
    for signal in
        [NixSignal::SIGINT, NixSignal::SIGTERM, NixSignal::SIGHUP, NixSignal::SIGQUIT, NixSignal::SIGCHLD]
    {
        // A signal that has a handler is at its default in the program. It fails for none of these.
        let _ = signal_hook::flag::register(signal as i32, Arc::new(AtomicBool::new(false)));
    }
    // It fails for no set of signals.
    let _ = SigSet::empty().thread_set_mask();
}
