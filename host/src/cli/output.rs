//! What a command prints: lines for people, or one JSON object for programs.
//!
//! With `--json`, a command prints one object on one line of standard output: `{"ok": true, …}`, or
//! `{"ok": false, "code", "message", "hint"}`. Beside each time in milliseconds since 1970 stands the same time in
//! ISO 8601, in UTC: `expires_at` and `expires_at_iso`.

use crate::error::Error;
use potbridge_protocol::{Code, Problem};
use potbridge_system::{clock, stderr};
use serde::Serialize;
use serde_json::Value;
use std::fmt::Display;
use std::io::{self, Write};

/// The keys of times, in every object.
const TIMES: [&str; 7] = ["captured_at", "fresh_until", "expires_at", "asked_at", "at", "since", "last_use"];

#[derive(Serialize)]
struct Success<'a> {
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'a str>,
    #[serde(flatten)]
    rest: Value,
}

#[derive(Serialize)]
struct Failure<'a> {
    ok: bool,
    code: Code,
    message: &'a str,
    hint: Option<&'a str>,
    #[serde(flatten)]
    rest: Value,
}

/// Prints a line for people.
pub(super) fn say(to: &mut impl Write, line: impl Display) -> Result<(), Error> {
    writeln!(to, "{line}").map_err(cannot_print)
}

/// Prints the result for programs.
pub(super) fn say_success(to: &mut impl Write, result: &impl Serialize) -> Result<(), Error> {
    say_line(to, &Success { ok: true, token: None, rest: with_iso_times(result)? })
}

/// Prints the result for programs, with the token itself. The token is copied nowhere else.
pub(super) fn say_token(to: &mut impl Write, token: &str, result: &impl Serialize) -> Result<(), Error> {
    say_line(to, &Success { ok: true, token: Some(token), rest: with_iso_times(result)? })
}

/// Prints for programs why there is no result, and what was done before it failed.
pub(super) fn say_failure(
    to: &mut impl Write,
    problem: &Problem,
    done: &impl Serialize,
) -> Result<(), Error> {
    let Problem { code, message, hint } = problem;
    let rest = with_iso_times(done)?;
    say_line(to, &Failure { ok: false, code: *code, message, hint: hint.as_deref(), rest })
}

/// Prints for programs how things stand in the meantime: an object without `ok`.
pub(super) fn say_change(to: &mut impl Write, change: &impl Serialize) -> Result<(), Error> {
    say_line(to, &with_iso_times(change)?)
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

/// Prints a line and flushes it, so that a reader has it at once.
fn say_line(to: &mut impl Write, value: &impl Serialize) -> Result<(), Error> {
    serde_json::to_writer(&mut *to, value).map_err(|error| cannot_print(error.into()))?;
    say(to, "")?;
    to.flush().map_err(cannot_print)
}

pub(super) fn cannot_print(source: io::Error) -> Error {
    Error::Io { what: "the answer cannot be printed".to_owned(), source }
}

fn with_iso_times(value: &impl Serialize) -> Result<Value, Error> {
    let mut value = serde_json::to_value(value).map_err(|error| cannot_print(error.into()))?;
    add_iso_times(&mut value);
    Ok(value)
}

fn add_iso_times(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for key in TIMES {
                if let Some(ms) = fields.get(key).and_then(Value::as_u64) {
                    fields.insert(format!("{key}_iso"), clock::iso(ms).into());
                }
            }
            fields.values_mut().for_each(add_iso_times);
        }
        Value::Array(items) => items.iter_mut().for_each(add_iso_times),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn printed(print: impl FnOnce(&mut Vec<u8>) -> Result<(), Error>) -> String {
        let mut bytes = Vec::new();
        print(&mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_time_stands_in_milliseconds_and_in_iso_8601() {
        let result = json!({"tokens": [{"expires_at": 1_764_810_177_000_u64}]});
        assert_eq!(
            printed(|to| say_success(to, &result)),
            "{\"ok\":true,\"tokens\":[{\"expires_at\":1764810177000,\
             \"expires_at_iso\":\"2025-12-04T01:02:57Z\"}]}\n"
        );
    }

    #[test]
    fn a_failure_always_has_its_four_fields() {
        let problem = Problem::new(Code::Io, "it failed");
        assert_eq!(
            printed(|to| say_failure(to, &problem, &json!({}))),
            "{\"ok\":false,\"code\":\"io\",\"message\":\"it failed\",\"hint\":null}\n"
        );
    }
}
