//! The program `potbridge`: asks only who is there, a browser or a person. (Or potbridge
//! itself, for the step before a command that `run` starts, or for what tidies up after a download.)

use potbridge::caller::Caller;
use potbridge::{command, hardening, session};
use std::env::args_os;
use std::process::ExitCode;

fn main() -> ExitCode {
    hardening::keep_secrets_out_of_core_dumps();
    #[cfg(unix)]
    if let Some(launch) = potbridge::run::launch::Launch::asked_for(args_os().skip(1)) {
        return launch.become_command();
    }
    #[cfg(unix)]
    if let Some(keeping) = potbridge::download::keeper::Keeping::asked_for(args_os().skip(1)) {
        return keeping.keep();
    }
    // What is not UTF-8 is no browser's.
    match Caller::of(args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned())) {
        Caller::Browser { extension } => session::run(&extension),
        Caller::Person => command::run(),
    }
}
