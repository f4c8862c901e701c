//! Replaces a file: a temporary file beside the real one, and a rename.

use std::{
    fs,
    io::{self, Write as _},
    path::Path,
};

use crate::{
    Options, Swap, Target, attributes, error::is_full, options::Mode, original::Original, temporary,
};

/// Why the file was not replaced by a rename.
pub(crate) enum NotRenamed {
    /// The file cannot be replaced. Perhaps it can be overwritten.
    Hindered(io::Error),
    /// The file cannot be written in any way.
    Failed(io::Error),
    /// The file is replaced, but the old one may come back if the machine stops now.
    NotDurable(io::Error),
}

impl From<io::Error> for NotRenamed {
    fn from(error: io::Error) -> Self {
        use io::ErrorKind::{CrossesDevices, PermissionDenied, ReadOnlyFilesystem, ResourceBusy};
        match error.kind() {
            ResourceBusy | CrossesDevices | ReadOnlyFilesystem | PermissionDenied => Self::Hindered(error),
            _ => Self::Failed(error),
        }
    }
}

pub(crate) fn replace(
    target: &Target,
    original: Option<&Original>,
    bytes: &[u8],
    options: &Options,
) -> Result<Swap, NotRenamed> {
    let path = target.path();
    let mut temporary = temporary::create(target.folder(), original.is_some(), options)?;
    temporary.write_all(bytes)?;
    if let Some(original) = original {
        attributes::keep(temporary.as_file(), original).map_err(|error| {
            if is_full(&error) { NotRenamed::Failed(error) } else { NotRenamed::Hindered(error) }
        })?;
    }
    if let Mode::Exact(mode) = options.mode {
        attributes::set_mode(temporary.as_file(), mode)?;
    }
    if options.durable {
        temporary.as_file().sync_all()?;
    }

    let persisted = match (original, fs::symlink_metadata(path)) {
        (Some(original), Ok(now)) if original.is_still(&now) => temporary.persist(path),
        (None, Err(error)) if error.kind() == io::ErrorKind::NotFound => temporary.persist_noclobber(path),
        _ => return Ok(Swap::Stale),
    };
    match persisted {
        Ok(_) => {}
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => return Ok(Swap::Stale),
        Err(error) => return Err(error.error.into()),
    }
    if options.durable {
        sync_folder(target.folder()).map_err(NotRenamed::NotDurable)?;
    }
    Ok(Swap::Swapped)
}

/// Makes the rename durable. Some file systems answer EINVAL or EBADF for a folder.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    use io::ErrorKind::{InvalidInput, Unsupported};
    // A folder that may be written but not read cannot be opened.
    let Ok(folder) = fs::File::open(folder) else { return Ok(()) };
    match folder.sync_all() {
        Err(error) if matches!(error.kind(), InvalidInput | Unsupported) => Ok(()),
        result => result,
    }
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
