//! Where the control sockets are, and what they are called.

use interprocess::local_socket::{Name, Stream};
use std::io;
use std::path::{Path, PathBuf};

const FOLDER: &str = "ipc";
pub(super) const EXTENSION: &str = "sock";

/// The ending of a socket that nobody listens on yet.
pub(super) const OPENING: &str = "opening";

/// The largest message on the control socket, in bytes.
pub(super) const MAX_MESSAGE: usize = 64 * 1024;

/// The folder of the sockets in a runtime folder.
pub(super) fn folder(runtime: &Path) -> PathBuf {
    runtime.join(FOLDER)
}

#[cfg(unix)]
pub(super) fn name(path: &Path) -> io::Result<Name<'_>> {
    use interprocess::local_socket::{GenericFilePath, ToFsName as _};
    path.to_fs_name::<GenericFilePath>()
}

#[cfg(windows)]
pub(super) fn name(path: &Path) -> io::Result<Name<'_>> {
    use interprocess::local_socket::{GenericNamespaced, ToNsName as _};
    // The path distinguishes the pipes of two users, and of two potbridges.
    let digest = potbridge_system::digest::digest([&*path.to_string_lossy()]);
    format!("potbridge-{}", &digest[..32]).to_ns_name::<GenericNamespaced>()
}

/// Ends both directions of a connection, also for a thread that reads it.
#[cfg(unix)]
pub(super) fn shut_down(stream: &Stream) {
    use std::os::fd::AsFd as _;
    use std::os::unix::net::UnixStream;
    let Stream::UdSocket(stream) = stream;
    // It fails if the other end has closed it.
    let _ = stream
        .as_fd()
        .try_clone_to_owned()
        .and_then(|fd| UnixStream::from(fd).shutdown(std::net::Shutdown::Both));
}

/// A pipe that a thread reads ends with that thread: nothing ends the reading from outside.
#[cfg(not(unix))]
pub(super) fn shut_down(_: &Stream) {}
