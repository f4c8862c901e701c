//! Programs that do not take the values.

use crate::token;
use potbridge_protocol::Code;
use potbridge_sinks::Variable;
use potbridge_sinks::command::{CommandError, CommandSink, DEFAULT_TIMEOUT};
use potbridge_system::subprocess::Subprocess;
use potbridge_test_support::deadline::LIMIT;
use std::time::{Duration, Instant};

/// How a program ends that gets `value`.
fn refused(command: Subprocess, timeout: Duration, value: &str) -> CommandError {
    CommandSink { command, timeout }.set(&[Variable { name: "A", value }]).unwrap_err()
}

fn shell(text: &str) -> Subprocess {
    Subprocess::Shell(text.to_owned())
}

#[test]
fn a_missing_program_is_named_with_a_hint() {
    let command = Subprocess::Program(vec!["/nowhere/vault".to_owned()]);
    let error = refused(command, DEFAULT_TIMEOUT, "");
    assert_eq!((error.code(), error.is_transient()), (Code::CommandNotStarted, false));
    assert!(error.to_string().starts_with("/nowhere/vault cannot be started"), "{error}");
    assert!(error.hint().unwrap().contains("whole path"));
}

#[test]
fn a_program_that_fails_tells_its_last_line_and_no_token() {
    let token = token();
    let error = refused(shell("cat >&2; echo no such vault >&2; exit 3"), DEFAULT_TIMEOUT, token.expose());
    assert_eq!((error.code(), error.hint()), (Code::CommandFailed, None));
    assert!(error.to_string().ends_with("exit status: 3; it said: no such vault"), "{error}");
    let error = refused(shell("cat >&2; exit 3"), DEFAULT_TIMEOUT, token.expose());
    assert!(!error.to_string().contains(&token.expose()[..12]));
}

#[test]
fn a_program_that_is_too_slow_is_ended() {
    let began = Instant::now();
    let error = refused(shell("exec sleep 600"), Duration::from_millis(100), "");
    assert!(began.elapsed() < LIMIT);
    assert_eq!(error.code(), Code::CommandTooSlow);
    assert!(error.hint().unwrap().contains("`timeout`"));
}
