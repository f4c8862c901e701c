//! Why there is no browser of potbridge's own.

use potbridge_protocol::{Code, Problem};
#[cfg(target_os = "linux")]
use std::io;

/// It cannot run.
pub(super) fn failed(message: impl Into<String>) -> Problem {
    Problem::new(Code::OwnBrowserFailed, message)
}

/// It cannot run, since the system refused something. `what` is the beginning of a sentence.
#[cfg(target_os = "linux")]
pub(super) fn system(what: &str, error: &io::Error) -> Problem {
    failed(format!("potbridge's own browser cannot be started: {what}: {error}"))
}

/// A person has its profile open.
#[cfg(target_os = "linux")]
pub(super) fn login_open() -> Problem {
    failed("the profile of potbridge's own browser is open in a window, by `potbridge browser login`")
        .with_hint("close that window")
}

/// Somebody ended it.
#[cfg(target_os = "linux")]
pub(super) fn was_ended() -> Problem {
    failed("potbridge's own browser was ended").with_hint("ask again: that starts it anew")
}

/// Its watchdog was killed.
#[cfg(target_os = "linux")]
pub(super) fn was_killed() -> Problem {
    failed("the watchdog of potbridge's own browser was killed, and the browser with it")
        .with_hint("ask again: that starts it anew")
}
