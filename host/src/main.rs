//! The program `potbridge`: asks only whether a browser or a person started it.
//!
//! potbridge also starts itself: as the step before a command of `run`, as the watchdog of a download, and around its own
//! browser.

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
    #[cfg(target_os = "linux")]
    if let Some(code) = own_browser_part() {
        return code;
    }
    // A browser's arguments are UTF-8.
    let arguments: Vec<String> =
        args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned()).collect();
    match Caller::of(arguments.iter().cloned()) {
        Caller::Browser { extension, manifest } => {
            #[cfg(target_os = "linux")]
            potbridge::own_browser::home::restore();
            native::run(&extension, manifest)
        }
        Caller::Person => native::started_wrongly::answer(&arguments).unwrap_or_else(cli::run),
    }
}

/// The processes around potbridge's own browser.
#[cfg(target_os = "linux")]
fn own_browser_part() -> Option<ExitCode> {
    use potbridge::own_browser::{display::DisplayProcess, step::Step, watchdog::WatchdogProcess};
    let arguments = || args_os().skip(1);
    Step::asked_for(arguments())
        .map(Step::become_program)
        .or_else(|| WatchdogProcess::asked_for(arguments()).map(WatchdogProcess::watch))
        .or_else(|| DisplayProcess::asked_for(arguments()).map(DisplayProcess::run))
}
