//! What a command prints: lines for people, or one JSON object for programs (`potbridge_system::json_output`).

use crate::error::{Error, Result};
use potbridge_protocol::Problem;
use potbridge_system::{json_output, stderr};
use serde::Serialize;
use serde_json::json;
use std::io::Write;

/// Prints the result for programs.
pub(super) fn say_success(mut to: &mut dyn Write, result: &impl Serialize) -> Result<()> {
    json_output::success(&mut to, result).map_err(Error::Stdout)
}

/// Prints for programs what failed, and what was done all the same.
pub(super) fn say_failure(mut to: &mut dyn Write, problem: &Problem, done: &impl Serialize) -> Result<()> {
    json_output::failure(&mut to, problem, done).map_err(Error::Stdout)
}

/// Tells why a command failed: on standard output for programs, on standard error for people.
pub(super) fn report(to: &mut dyn Write, error: &Error, json: bool) {
    let problem = error.problem();
    if json {
        // Nobody may be there to read it.
        let _ = say_failure(to, &problem, &json!({}));
    } else {
        stderr::error(&problem.message, problem.hint.as_deref());
    }
}
