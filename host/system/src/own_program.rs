//! This program's own file, to start it once more.

use std::io;
use std::path::PathBuf;

/// Its path. On Linux this is the program that runs, even if an update has replaced the file.
///
/// # Errors
/// The system does not know it.
pub fn own_program() -> io::Result<PathBuf> {
    if cfg!(target_os = "linux") { Ok(PathBuf::from("/proc/self/exe")) } else { std::env::current_exe() }
}
