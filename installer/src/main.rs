//! `potbridge-setup`: starts, installs and removes potbridge.

use std::process::ExitCode;

fn main() -> ExitCode {
    potbridge_setup::cli::run()
}
