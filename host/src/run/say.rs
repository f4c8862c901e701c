//! What `run` itself says.

use std::fmt;
use std::io::{self, Write as _};

/// Prints a line on the standard error. It never holds a value of a variable.
pub(super) fn say(line: impl fmt::Display) {
    // Nobody may be there to read it.
    let _ = writeln!(io::stderr(), "potbridge: {line}");
}
