//! Paths that are short enough for a socket: 108 bytes on Linux, 104 elsewhere, with a zero at the end.

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd as _;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A longer path is led through something else.
const MOST: usize = 100;

/// A path to the same file that is short enough for a socket, for as long as this is held.
pub(super) struct ShortPath {
    path: PathBuf,
    #[expect(dead_code, reason = "held, because the path leads through it")]
    through: Option<Through>,
}

enum Through {
    /// The folder, open: `/proc` has it as a link.
    Open(#[expect(dead_code, reason = "held to be open")] File),
    /// A folder with a link to the folder.
    Link(#[expect(dead_code, reason = "held, since it is removed when dropped")] TempDir),
}

impl ShortPath {
    /// A short path to a file whose folder exists.
    pub(super) fn to(path: &Path) -> io::Result<Self> {
        if path.as_os_str().len() <= MOST {
            return Ok(Self { path: path.to_owned(), through: None });
        }
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        if cfg!(target_os = "linux") {
            let open = File::open(folder)?;
            let link = PathBuf::from(format!("/proc/self/fd/{}", open.as_raw_fd()));
            // There may be no /proc.
            if link.is_dir() {
                return Ok(Self { path: link.join(name), through: Some(Through::Open(open)) });
            }
        }
        // The usual one may be long itself: macOS' is.
        let made = tempfile::Builder::new().prefix("potbridge-").tempdir_in("/tmp");
        let made = made.or_else(|_| tempfile::tempdir())?;
        let link = made.path().join("to");
        std::os::unix::fs::symlink(std::path::absolute(folder)?, &link)?;
        Ok(Self { path: link.join(name), through: Some(Through::Link(made)) })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::net::{UnixListener, UnixStream};

    #[test]
    fn a_socket_in_a_long_folder_is_bound_and_reached() {
        let folder = tempfile::tempdir().unwrap();
        for length in [1, 100, 200] {
            let long = folder.path().join("x".repeat(length));
            std::fs::create_dir(&long).unwrap();
            let socket = long.join("0123456789abcdef.sock");
            let _listener = UnixListener::bind(ShortPath::to(&socket).unwrap().path()).unwrap();
            assert!(socket.exists());
            UnixStream::connect(ShortPath::to(&socket).unwrap().path()).unwrap();
        }
    }
}
