//! The program `potbridge`: asks only who is there, a browser or a person.

use potbridge::caller::Caller;
use potbridge::{command, hardening, session};
use std::process::ExitCode;

fn main() -> ExitCode {
    hardening::keep_secrets_out_of_core_dumps();
    match Caller::of(std::env::args().skip(1)) {
        Caller::Browser { extension } => session::run(&extension),
        Caller::Person => command::run(),
    }
}
