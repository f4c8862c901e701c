//! The link: a local socket on which each live host takes wishes of commands for tokens that the shelf does not have.
//!
//! On Unix it is a socket in a folder of the runtime folder that is the owner's alone, named for the host's process;
//! on Windows a named pipe of the owner's. Whoever connects must be the same user. [`listen`] is the host's side,
//! [`ask`] the command's, [`wishes`] what a host knows of the wishes that wait for its browser.

pub mod ask;
pub mod listen;
pub mod wishes;

use crate::folders::Folders;
use interprocess::local_socket::Name;
use std::io;
use std::path::{Path, PathBuf};

const FOLDER: &str = "link";
const ENDING: &str = "sock";

/// The most that a message on the link may have, in bytes.
const MOST: usize = 64 * 1024;

/// The folder of the sockets.
fn folder(folders: &Folders) -> PathBuf {
    folders.runtime.join(FOLDER)
}

/// The path by which the socket of a process is known. On Windows a file of that name says that there is a pipe.
fn path(folders: &Folders, process: u32) -> PathBuf {
    folder(folders).join(format!("{process}.{ENDING}"))
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
