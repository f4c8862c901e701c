//! Without signals `run` gets none.

use std::io;

/// There are none.
#[derive(Clone, Copy)]
pub(super) enum Signal {}

/// Tells of no signal.
pub(super) fn listen(_tell: impl Fn(Signal) -> bool + Send + 'static) -> io::Result<()> {
    Ok(())
}

/// The exit code of no signal.
pub(super) fn exit_code(signal: Signal) -> u8 {
    match signal {}
}
