//! The sign that a host lives whose file cannot be locked: a socket that is bound for as long.
//!
//! Some file systems of clusters and some sandboxes have no flocks (ENOSYS, ENOLCK).

use super::host_files::HostFiles;
use std::io;

/// The sign that a host lives.
#[cfg(unix)]
pub(super) struct Sign {
    path: std::path::PathBuf,
    #[expect(dead_code, reason = "held to be bound")]
    socket: std::os::unix::net::UnixDatagram,
}

#[cfg(unix)]
impl Sign {
    pub(super) fn new(files: &HostFiles) -> io::Result<Self> {
        let path = files.sign_of_life();
        let short = super::short_path::ShortPath::to(&path)?;
        let socket = std::os::unix::net::UnixDatagram::bind(short.path())?;
        Ok(Self { path, socket })
    }

    /// Whether the host gives it. A socket for datagrams is reached at once, or not at all.
    pub(super) fn is_given(files: &HostFiles) -> bool {
        let path = files.sign_of_life();
        let reach = || {
            let short = super::short_path::ShortPath::to(&path)?;
            std::os::unix::net::UnixDatagram::unbound()?.connect(short.path())
        };
        // With flocks there is none.
        path.exists() && reach().is_ok()
    }
}

#[cfg(unix)]
impl Drop for Sign {
    fn drop(&mut self) {
        // What stays behind is not bound, and is removed with the file that it stands beside.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Windows has locks everywhere.
#[cfg(not(unix))]
pub(super) enum Sign {}

#[cfg(not(unix))]
impl Sign {
    pub(super) fn new(_: &HostFiles) -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(super) fn is_given(_: &HostFiles) -> bool {
        false
    }
}
