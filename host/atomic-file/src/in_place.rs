//! Overwrites the bytes of a file that cannot be replaced by a rename.

use std::{
    fs::{File, OpenOptions},
    io::{self, Seek as _, SeekFrom, Write as _},
    path::Path,
};

use crate::{Error, Options, Swap, attributes, options::Mode, original::Original, target::open_no_follow};

pub(crate) fn overwrite(
    path: &Path,
    original: &Original,
    bytes: &[u8],
    options: &Options,
) -> Result<Swap, Error> {
    let failed = |error| Error::io(error, "write", path);
    let mut file = open_no_follow(path, OpenOptions::new().write(true)).map_err(failed)?;
    if !original.is_still(&file.metadata().map_err(failed)?) {
        return Ok(Swap::Stale);
    }
    reserve(&file, bytes.len()).map_err(failed)?;
    if let Err(error) = write(&mut file, bytes, options.durable) {
        // The old bytes fitted before.
        let _ = write(&mut file, &original.bytes, options.durable);
        return Err(failed(error));
    }
    if let Mode::Exact(mode) = options.mode {
        attributes::set_mode(&file, mode).map_err(|error| Error::io(error, "set the mode of", path))?;
    }
    Ok(Swap::Swapped)
}

/// Claims the space first, so that a full disk is noticed before the first byte is written.
///
/// A file system that cannot do that says whether it is full when it writes.
#[cfg(target_os = "linux")]
fn reserve(file: &File, size: usize) -> io::Result<()> {
    use rustix::fs::{FallocateFlags, fallocate};
    match fallocate(file, FallocateFlags::KEEP_SIZE, 0, size.max(1) as u64).map_err(io::Error::from) {
        Err(error) if crate::error::is_full(&error) => Err(error),
        _ => Ok(()),
    }
}

#[cfg(not(target_os = "linux"))]
fn reserve(_: &File, _: usize) -> io::Result<()> {
    Ok(())
}

fn write(file: &mut File, bytes: &[u8], durable: bool) -> io::Result<()> {
    file.seek(SeekFrom::Start(0))?;
    file.write_all(bytes)?;
    file.set_len(bytes.len() as u64)?;
    if durable { file.sync_all() } else { Ok(()) }
}
