//! This process becomes the command: the same process, with the environment, the signals and the terminal that it has.

use super::say::say;
use super::signals;
use super::values::Values;
use std::ffi::OsString;
use std::fmt;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

/// The exit codes of shells.
const NOT_FOUND: u8 = 127;
const NOT_EXECUTABLE: u8 = 126;

/// Why a command cannot be run.
pub(super) struct NotRun {
    name: String,
    why: io::Error,
    has_file: bool,
}

impl NotRun {
    /// The exit code by which shells tell of it.
    pub(super) fn exit_code(&self) -> u8 {
        if self.why.kind() == io::ErrorKind::NotFound && !self.has_file { NOT_FOUND } else { NOT_EXECUTABLE }
    }
}

impl fmt::Display for NotRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.why.kind() {
            io::ErrorKind::NotFound if self.has_file => {
                write!(f, "{} cannot be run: its interpreter was not found", self.name)
            }
            io::ErrorKind::NotFound => write!(f, "{}: command not found", self.name),
            _ => write!(f, "{} cannot be run: {}", self.name, self.why),
        }
    }
}

/// Becomes the command with its values. Returns only if that fails: says why, and gives the exit code.
///
/// The command gets the signal mask that [`signals::listen`] found. Threads of this process end, and files that it has
/// opened are closed.
pub(super) fn become_with(command: &[OsString], values: Option<&Values>) -> u8 {
    let Some((program, arguments)) = command.split_first() else { return NOT_FOUND };
    signals::restore_mask();
    let mut process = Command::new(program);
    process.args(arguments);
    for (name, value) in values.into_iter().flat_map(Values::variables) {
        process.env(name, value.as_str());
    }
    let not_run = exec(&mut process);
    say(&not_run);
    not_run.exit_code()
}

/// Becomes a command. Returns only if that fails.
pub(super) fn exec(command: &mut Command) -> NotRun {
    // This sets SIGPIPE back, which Rust's runtime ignores.
    let why = command.exec();
    let path = Path::new(command.get_program());
    let has_file = path.components().count() > 1 && path.is_file();
    NotRun { name: path.display().to_string(), why, has_file }
}
