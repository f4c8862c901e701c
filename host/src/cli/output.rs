//! What a command prints: lines for people, or one JSON object for programs (`potbridge_system::json_output`).

use crate::error::Error;
use potbridge_protocol::Problem;
use potbridge_system::{json_output, stderr};
use serde::Serialize;
use serde_json::Value;
use std::fmt::Display;
use std::io::{self, Write};

/// Prints a line for people.
pub(super) fn say(to: &mut impl Write, line: impl Display) -> Result<(), Error> {
    writeln!(to, "{line}").map_err(cannot_print)
}

/// Prints the result for programs.
pub(super) fn say_success(to: &mut impl Write, result: &impl Serialize) -> Result<(), Error> {
    json_output::success(to, result).map_err(cannot_print)
}

/// Prints the result for programs, with the token itself. The token is copied nowhere else.
pub(super) fn say_token(to: &mut impl Write, token: &str, result: &impl Serialize) -> Result<(), Error> {
    json_output::token(to, token, result).map_err(cannot_print)
}

/// Prints for programs why there is no result, and what was done before it failed.
pub(super) fn say_failure(
    to: &mut impl Write,
    problem: &Problem,
    done: &impl Serialize,
) -> Result<(), Error> {
    json_output::failure(to, problem, done).map_err(cannot_print)
}

/// Prints for programs how things stand in the meantime: an object without `ok`.
pub(super) fn say_change(to: &mut impl Write, change: &impl Serialize) -> Result<(), Error> {
    json_output::change(to, change).map_err(cannot_print)
}

/// Tells why a command failed: on standard output for programs, on standard error for people.
pub(super) fn report(to: &mut impl Write, error: &Error, json: bool) {
    if json {
        // Nobody may be there to read it.
        let _ = say_failure(to, &error.problem(), &Value::Object(serde_json::Map::new()));
    } else {
        for problem in error.problems() {
            stderr::error(&problem.message, problem.hint.as_deref());
        }
    }
}

pub(super) fn cannot_print(source: io::Error) -> Error {
    Error::Io { what: "the answer cannot be printed".to_owned(), source }
}
