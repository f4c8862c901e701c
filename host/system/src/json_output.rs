//! What a command prints for programs, with `--json`: one object on one line.
//!
//! It is `{"ok": true, …}`, or `{"ok": false, "code", "message", "hint"}`. Beside each time in milliseconds since 1970 stands
//! the same time in ISO 8601, in UTC: `expires_at` and `expires_at_iso`.

use crate::clock;
use potbridge_protocol::{Code, Problem};
use serde::Serialize;
use serde_json::Value;
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

/// Prints a result.
///
/// # Errors
/// If it cannot be written.
pub fn success(to: &mut impl Write, result: &impl Serialize) -> io::Result<()> {
    line(to, &Success { ok: true, token: None, rest: with_iso_times(result)? })
}

/// Prints a result with a token. The token is copied nowhere else.
///
/// # Errors
/// If it cannot be written.
pub fn token(to: &mut impl Write, token: &str, result: &impl Serialize) -> io::Result<()> {
    line(to, &Success { ok: true, token: Some(token), rest: with_iso_times(result)? })
}

/// Prints why there is no result, and what was done before it failed.
///
/// # Errors
/// If it cannot be written.
pub fn failure(to: &mut impl Write, problem: &Problem, done: &impl Serialize) -> io::Result<()> {
    let Problem { code, message, hint } = problem;
    line(to, &Failure { ok: false, code: *code, message, hint: hint.as_deref(), rest: with_iso_times(done)? })
}

/// Prints how things stand in the meantime: an object without `ok`.
///
/// # Errors
/// If it cannot be written.
pub fn change(to: &mut impl Write, change: &impl Serialize) -> io::Result<()> {
    line(to, &with_iso_times(change)?)
}

/// Prints a line and flushes it, so that a reader has it at once.
fn line(to: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *to, value)?;
    writeln!(to)?;
    to.flush()
}

fn with_iso_times(value: &impl Serialize) -> io::Result<Value> {
    let mut value = serde_json::to_value(value)?;
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

    fn printed(print: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> String {
        let mut bytes = Vec::new();
        print(&mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_time_stands_in_milliseconds_and_in_iso_8601() {
        let result = json!({"tokens": [{"expires_at": 1_764_810_177_000_u64}]});
        assert_eq!(
            printed(|to| success(to, &result)),
            "{\"ok\":true,\"tokens\":[{\"expires_at\":1764810177000,\
             \"expires_at_iso\":\"2025-12-04T01:02:57Z\"}]}\n"
        );
    }

    #[test]
    fn a_failure_always_has_its_four_fields() {
        let problem = Problem::new(Code::Io, "it failed");
        assert_eq!(
            printed(|to| failure(to, &problem, &json!({}))),
            "{\"ok\":false,\"code\":\"io\",\"message\":\"it failed\",\"hint\":null}\n"
        );
    }
}
