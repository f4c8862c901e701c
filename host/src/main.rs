//! The program `potbridge`: asks only who is there, a browser or a person. (Or `potbridge run`, for the step in
//! between that a command is started with.)

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
    // What is not UTF-8 is no browser's.
    match Caller::of(args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned())) {
        Caller::Browser { extension } => session::run(&extension),
        Caller::Person => command::run(),
    }
}
