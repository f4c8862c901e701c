//! Waits until the disk has what was written.

use std::{fs::File, io, path::Path};

use crate::refusal::is_unsupported;

/// A file system that cannot wait writes as soon as it likes: that is no reason not to write.
pub(crate) fn file(file: &File) -> io::Result<()> {
    match file.sync_all() {
        Err(error) if is_unsupported(&error) => Ok(()),
        result => result,
    }
}

/// Makes the names in a folder durable. Some file systems answer EINVAL or EBADF for a folder.
#[cfg(unix)]
pub(crate) fn folder(folder: &Path) -> io::Result<()> {
    use rustix::io::Errno;
    // A folder that may be written but not read cannot be opened.
    let Ok(folder) = File::open(folder) else { return Ok(()) };
    match folder.sync_all() {
        Err(error) if is_unsupported(&error) => Ok(()),
        Err(error) if Errno::from_io_error(&error) == Some(Errno::BADF) => Ok(()),
        result => result,
    }
}

#[cfg(not(unix))]
pub(crate) fn folder(_: &Path) -> io::Result<()> {
    Ok(())
}
