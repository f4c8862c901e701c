//! The control socket: a local socket on which each live host takes token requests.
//!
//! On Unix it is a socket in a folder of the runtime folder, named for the host's process; only the owner may look into
//! that folder. On Windows it is a named pipe of the owner's. Whoever connects must be the same user. [`server`] is the
//! host's side and [`client`] the command's. [`pending`] holds the requests that wait for a host's browser.

pub mod client;
pub mod connected;
pub mod pending;
pub mod request_token;
pub mod server;

use interprocess::local_socket::Name;
use potbridge_system::dirs::Dirs;
use std::io;
use std::path::{Path, PathBuf};

const FOLDER: &str = "ipc";
const ENDING: &str = "sock";

/// The largest message on the control socket, in bytes.
const MAX_MESSAGE: usize = 64 * 1024;

/// The folder of the sockets.
fn folder(dirs: &Dirs) -> PathBuf {
    dirs.runtime.join(FOLDER)
}

/// The path by which the socket of a process is known. On Windows a file of that name says that there is a pipe.
fn path(dirs: &Dirs, process: u32) -> PathBuf {
    folder(dirs).join(format!("{process}.{ENDING}"))
}

#[cfg(unix)]
fn name(path: &Path) -> io::Result<Name<'_>> {
    use interprocess::local_socket::{GenericFilePath, ToFsName as _};
    path.to_fs_name::<GenericFilePath>()
}

#[cfg(windows)]
fn name(path: &Path) -> io::Result<Name<'_>> {
    use interprocess::local_socket::{GenericNamespaced, ToNsName as _};
    use sha2::{Digest as _, Sha256};
    // The path tells two users', and two potbridges', pipes apart.
    let digest = Sha256::digest(path.as_os_str().as_encoded_bytes());
    let words: Vec<String> = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("potbridge-{}", words.concat()).to_ns_name::<GenericNamespaced>()
}
