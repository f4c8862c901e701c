//! The program `potbridge`: asks only whether a browser or a person started it.
//!
//! potbridge also starts itself: as the step before a command of `run`, and as the watchdog of a download.

use potbridge::native::caller::Caller;
use potbridge::{cli, native};
use potbridge_system::hardening;
use std::env::args_os;
use std::process::ExitCode;

fn main() -> ExitCode {
    hardening::keep_secrets_out_of_core_dumps();
    #[cfg(unix)]
    if let Some(launch) = potbridge::run::launch::Launch::asked_for(args_os().skip(1)) {
        return launch.become_command();
    }
    #[cfg(unix)]
    if let Some(watchdog) = potbridge::yt_dlp::watchdog::WatchdogProcess::asked_for(args_os().skip(1)) {
        return watchdog.watch();
    }
    // A browser's arguments are UTF-8.
    match Caller::of(args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned())) {
        Caller::Browser { extension } => native::run(&extension),
        Caller::Person => cli::run(),
    }
}
