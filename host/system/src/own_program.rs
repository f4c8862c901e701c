//! This very program, for when it starts itself once more.

use std::io;
use std::path::PathBuf;

/// Its path: on Linux the program that runs, even where an update has put another in its place.
///
/// # Errors
/// Where the system does not know it.
pub fn own_program() -> io::Result<PathBuf> {
    if cfg!(target_os = "linux") { Ok(PathBuf::from("/proc/self/exe")) } else { std::env::current_exe() }
}
