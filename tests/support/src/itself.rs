//! One test once more, in a process of its own.

use std::process::Command;

/// Where a process that [`again`] started is told what to do.
const ROLE: &str = "POTBRIDGE_TEST_ROLE";

/// The command that runs one test of this program in a process of its own. There [`role()`] gives `role`.
///
/// `module` is the caller's `module_path!()`.
#[must_use]
pub fn again(module: &str, test: &str, role: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", &full_name(module, test), "--nocapture"]).env(ROLE, role);
    command
}

/// The name that the test program has for a test.
#[must_use]
pub fn full_name(module: &str, test: &str) -> String {
    match module.split_once("::") {
        Some((_, module)) => format!("{module}::{test}"),
        None => test.to_owned(),
    }
}

/// What [`again`] was given, in the process that it started.
#[must_use]
pub fn role() -> Option<String> {
    std::env::var(ROLE).ok()
}
