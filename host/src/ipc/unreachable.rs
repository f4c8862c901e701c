//! Why a live host cannot be asked: a file beside its connection says why it has no control socket.

use super::connected::hosts_without_socket;
use super::host_files::HostFiles;
use potbridge_protocol::Problem;
use potbridge_system::dirs::{self, Dirs};
use std::fs;
use std::io::{self, Write as _};

/// Says why a host has no control socket. `None` takes that back.
///
/// # Errors
/// What the system says.
pub fn say(files: &HostFiles, problem: Option<&Problem>) -> io::Result<()> {
    let path = files.unreachable();
    let Some(problem) = problem else {
        return match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        };
    };
    let new = files.new_connection();
    dirs::open_private(&new)?.write_all(&serde_json::to_vec(problem)?)?;
    fs::rename(new, path)
}

/// Why browsers that are connected cannot be asked, each reason once.
#[must_use]
pub fn unreachable(dirs: &Dirs) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (files, _) in hosts_without_socket(dirs) {
        // It is missing as long as the extension has not said whether it may be asked.
        let said = fs::read(files.unreachable()).ok().and_then(|text| serde_json::from_slice(&text).ok());
        problems.extend(said.filter(|problem| !problems.contains(problem)));
    }
    problems
}
