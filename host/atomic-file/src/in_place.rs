//! Overwrites the bytes of a file that cannot be replaced by a rename, and makes a file that cannot be renamed into place.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Seek as _, SeekFrom, Write as _},
    path::Path,
};

use crate::{
    Error, Options, Swap, Target, attributes,
    journal::{Journal, Kept},
    options::Mode,
    original::Original,
    owner,
    repair::{Repaired, repair},
    sync,
    target::open_no_follow,
};

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

/// Gives the file its new bytes, and creates it if there was none. A journal is kept meanwhile.
pub(crate) fn replace(
    target: &Target,
    original: Option<&Original>,
    bytes: &[u8],
    options: &Options,
) -> Result<Swap, Error> {
    let path = target.path();
    // What was read is then a mixture.
    if repair(target, options)? == Repaired::Finished {
        return Ok(Swap::Stale);
    }
    // Before secrets are written to a journal in vain.
    let file = match original {
        Some(_) => Some(open(path).map_err(|error| Error::io(error, "write", path))?),
        None => None,
    };
    let journal = match Journal::keep(target, original, bytes, options)? {
        Kept::Journal(journal) => Some(journal),
        Kept::Nowhere => None,
        Kept::Busy => return Ok(Swap::Stale),
    };
    let written = match original.zip(file) {
        Some((original, file)) => overwrite(path, &file, original, bytes, options),
        None => create(target, bytes, options),
    };
    match (written, journal) {
        (Err(NotWritten::Torn(error)), journal) => {
            if let Some(journal) = journal {
                journal.leave();
            }
            // Of another kind: whoever decides by the kind takes the file for what it was.
            Err(Error::io(io::Error::other(error), "write more than a part of", path))
        }
        (Err(NotWritten::AsItWas(error)), _) => Err(Error::io(error, "write", path)),
        (Err(NotWritten::WithoutMode(error)), _) => Err(Error::io(error, "set the mode of", path)),
        (Ok(swap), Some(journal)) => journal.remove().map(|()| swap),
        (Ok(swap), None) => Ok(swap),
    }
}

/// Opens a file to overwrite it.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    open_no_follow(path, OpenOptions::new().write(true))
}

fn overwrite(
    path: &Path,
    file: &File,
    original: &Original,
    bytes: &[u8],
    options: &Options,
) -> Result<Swap, NotWritten> {
    let is_there = fs::symlink_metadata(path).is_ok_and(|now| original.is_still(&now));
    if !is_there || !original.is_still(&file.metadata()?) {
        return Ok(Swap::Stale);
    }
    // First of all, since the new bytes may be more secret. A write may take bits away again (setuid).
    let ask_mode = || match options.mode {
        Mode::Exact(mode) => attributes::ask_mode(file, mode),
        Mode::Usual | Mode::Private => Ok(()),
    };
    ask_mode()?;
    write(file, &original.bytes, bytes)?;
    ask_mode().map_err(NotWritten::WithoutMode)?;
    Ok(Swap::Swapped)
}

/// Makes the file at its own name, and fails if the name is taken.
fn create(target: &Target, bytes: &[u8], options: &Options) -> Result<Swap, NotWritten> {
    let path = target.path();
    let mut open = OpenOptions::new();
    open.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut open, options.mode.at_first());
    let file = match open_no_follow(path, &mut open) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(Swap::Stale),
        opened => opened?,
    };
    let filled = fill(&file, target, bytes, options);
    drop(file);
    match filled {
        Ok(()) => Ok(Swap::Swapped),
        Err(error) if fs::remove_file(path).is_ok() => Err(NotWritten::AsItWas(error)),
        Err(error) => Err(NotWritten::Torn(error)),
    }
}

fn fill(file: &File, target: &Target, bytes: &[u8], options: &Options) -> io::Result<()> {
    // The umask may have taken bits away.
    if let Some(mode) = options.mode.exact() {
        attributes::ask_mode_of_made(file, mode)?;
    }
    reserve(file, bytes.len())?;
    put(file, bytes)?;
    owner::give(file, target.folder())?;
    if options.durable { sync::folder(target.folder()) } else { Ok(()) }
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
fn reserve(file: &File, size: usize) -> io::Result<()> {
    use rustix::fs::{FallocateFlags, fallocate};
    match fallocate(file, FallocateFlags::KEEP_SIZE, 0, size.max(1) as u64).map_err(io::Error::from) {
        Err(error) if crate::refusal::is_full(&error) => Err(error),
        _ => Ok(()),
    }
}

#[cfg(not(target_os = "linux"))]
fn reserve(_: &File, _: usize) -> io::Result<()> {
    Ok(())
}

/// Waits for the disk too: the journal may be removed only when the disk has the file.
fn put(mut file: &File, bytes: &[u8]) -> io::Result<()> {
    file.seek(SeekFrom::Start(0))?;
    file.write_all(bytes)?;
    let length = bytes.len() as u64;
    if file.metadata()?.len() != length {
        file.set_len(length)?;
    }
    sync::file(file)
}
