//! The home folder of Firefox, and the real one for the host that it starts.

use super::firefox;
use super::places::Places;
use super::unattended::UNATTENDED;
use potbridge_system::own_program::own_program;
use std::env;
use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

/// The variable that holds the real home folder while `HOME` is Firefox's.
const REAL_HOME: &str = "POTBRIDGE_REAL_HOME";

/// Variables that give Firefox a home folder of its own.
pub(super) fn moved(places: &Places) -> Vec<(OsString, OsString)> {
    let mut variables = firefox::environment(places);
    variables.push((REAL_HOME.into(), env::var_os("HOME").unwrap_or_default()));
    variables
}

/// Gives a host whose browser has a home folder of its own the real one: the program becomes itself once more.
///
/// Paths in the configuration and yt-dlp's own files are in the real one.
pub fn restore() {
    let Some(home) = env::var_os(REAL_HOME).filter(|_| env::var_os(UNATTENDED).is_some()) else { return };
    let error = match own_program() {
        Ok(program) => run_again(&program, &home),
        Err(error) => error,
    };
    log::warn!("the host has its browser's home folder: {error}");
}

/// Becomes this program with this home folder. Comes back only if that fails.
fn run_again(program: &Path, home: &OsStr) -> io::Error {
    let mut command = Command::new(program);
    command.arg0("potbridge").args(env::args_os().skip(1)).env_remove(REAL_HOME);
    if home.is_empty() {
        command.env_remove("HOME");
    } else {
        command.env("HOME", home);
    }
    command.exec()
}
