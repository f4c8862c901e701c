//! Without signals `run` gets none.

use std::io;
use std::time::Duration;

/// There are none.
#[derive(Clone, Copy)]
pub(super) enum Signal {}

/// What a `run` is.
#[derive(Clone, Copy)]
pub(super) enum Role {
    /// It has the command for a child.
    Parent,
}

/// Tells of no signal.
pub(super) fn listen(_role: Role, _tell: impl Fn(Signal) -> bool + Send + 'static) -> io::Result<()> {
    Ok(())
}

/// The exit code of no signal.
pub(super) fn exit_code(signal: Signal) -> u8 {
    match signal {}
}

/// The name of no signal.
pub(super) fn name(signal: Signal) -> &'static str {
    match signal {}
}

/// Does nothing at no signal.
pub(super) fn do_as_started(signal: Signal) -> bool {
    match signal {}
}

/// How long a command may take to end at no signal.
pub(super) fn time_to_end(signal: Signal, _grace: Duration) -> Duration {
    match signal {}
}

/// Whether no signal asks to reload.
pub(super) fn may_mean_reload(signal: Signal) -> bool {
    match signal {}
}
