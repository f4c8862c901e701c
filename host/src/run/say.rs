//! What `run` itself says.

use crate::error::Error;
use potbridge_system::printable::printable;
use std::fmt;
use std::io::{self, Write as _};

/// Prints a line on the standard error. It never holds a value of a variable.
///
/// It begins with `potbridge: `, since the command may print there too.
pub(super) fn say(line: impl fmt::Display) {
    // Nobody may be there to read it.
    let _ = writeln!(io::stderr(), "potbridge: {}", printable(&line.to_string()));
}

/// Prints an error as a warning, with what to do about it.
pub(super) fn warn(error: &Error) {
    for problem in error.problems() {
        say(format_args!("warning: {}", problem.message));
        for hint in problem.hint.iter().flat_map(|hint| hint.lines()) {
            say(format_args!("hint: {hint}"));
        }
    }
}
