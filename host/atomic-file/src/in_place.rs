//! Overwrites the bytes of a file that cannot be replaced by a rename, and makes a file that cannot be renamed into place.

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::Path,
};

use crate::{
    Error, Options, Swap, Target, attributes,
    journal::{Journal, Kept},
    options::Mode,
    original::Original,
    overwrite::{NotWritten, open, put, reserve, write},
    owner,
    repair::{Repaired, repair},
    sync,
    target::open_no_follow,
};

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
