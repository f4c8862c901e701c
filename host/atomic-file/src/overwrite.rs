//! Overwrites the bytes of an open file.

use std::{
    fs::{File, OpenOptions},
    io::{self, Seek as _, SeekFrom, Write as _},
    path::Path,
};

use crate::{sync, target::open_no_follow};

/// Why a file has not the new bytes.
pub(crate) enum NotWritten {
    /// It has the old ones.
    AsItWas(io::Error),
    /// It has a part of each.
    Torn(io::Error),
    /// It has the new ones, and not the mode.
    WithoutMode(io::Error),
}

impl From<io::Error> for NotWritten {
    fn from(error: io::Error) -> Self {
        Self::AsItWas(error)
    }
}

/// Opens a file to overwrite it.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    open_no_follow(path, OpenOptions::new().write(true))
}

/// Overwrites `old` with `new`, or leaves `old`.
pub(crate) fn write(file: &File, old: &[u8], new: &[u8]) -> Result<(), NotWritten> {
    reserve(file, new.len())?;
    match put(file, new) {
        Ok(()) => Ok(()),
        // The old bytes fitted before.
        Err(error) if put(file, old).is_ok() => Err(NotWritten::AsItWas(error)),
        Err(error) => Err(NotWritten::Torn(error)),
    }
}

/// Claims the space first, so that a full disk is noticed before the first byte is written.
///
/// A file system that cannot do that says whether it is full when it writes.
#[cfg(target_os = "linux")]
pub(crate) fn reserve(file: &File, size: usize) -> io::Result<()> {
    use rustix::fs::{FallocateFlags, fallocate};
    match fallocate(file, FallocateFlags::KEEP_SIZE, 0, size.max(1) as u64).map_err(io::Error::from) {
        Err(error) if crate::refusal::is_full(&error) => Err(error),
        _ => Ok(()),
    }
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn reserve(_: &File, _: usize) -> io::Result<()> {
    Ok(())
}

/// Waits for the disk too: the journal may be removed only when the disk has the file.
pub(crate) fn put(mut file: &File, bytes: &[u8]) -> io::Result<()> {
    file.seek(SeekFrom::Start(0))?;
    file.write_all(bytes)?;
    let length = bytes.len() as u64;
    if file.metadata()?.len() != length {
        file.set_len(length)?;
    }
    sync::file(file)
}
