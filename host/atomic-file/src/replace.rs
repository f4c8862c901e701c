//! Replaces a file: a temporary file beside the real one, and a rename.

use std::{
    fs,
    io::{self, Write as _},
};

use crate::{
    Options, Swap, Target, attributes, options::Mode, original::Original, owner, refusal::is_lack, sync,
    temporary::Temporary,
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

impl NotRenamed {
    /// File systems refuse these steps with many numbers: EPERM, EINVAL, ENOSYS, EEXIST, EXDEV, ETXTBSY (VirtualBox), EIO
    /// (FUSE), ENOENT (overlays). Whatever it is, a write in place does without them, unless there is no room.
    fn of_step(error: io::Error) -> Self {
        if is_lack(&error) { Self::Failed(error) } else { Self::Hindered(error) }
    }
}

pub(crate) fn replace(
    target: &Target,
    original: Option<&Original>,
    bytes: &[u8],
    options: &Options,
) -> Result<Swap, NotRenamed> {
    let hindered = NotRenamed::of_step;
    let path = target.path();
    let temporary = Temporary::create(target.folder(), original.is_some(), options).map_err(hindered)?;
    let mut file = temporary.file().map_err(hindered)?;
    if let Some(original) = original {
        attributes::keep_flags(file, original).map_err(hindered)?;
    }
    file.write_all(bytes).map_err(NotRenamed::Failed)?;
    // Not before: who owns it reads what is in it, and a descriptor that was opened meanwhile stays.
    match original {
        // There may be no room for attributes where there is some for the bytes. Who writes in place copies none.
        Some(original) => attributes::keep(file, original).map_err(NotRenamed::Hindered)?,
        None => owner::give(file, target.folder()).map_err(hindered)?,
    }
    if let Mode::Exact(mode) = options.mode {
        attributes::ask_mode_of_made(file, mode).map_err(hindered)?;
    }
    if options.durable {
        sync::file(file).map_err(NotRenamed::Failed)?;
    }

    let now = match fs::symlink_metadata(path) {
        Ok(now) => Some(now),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(hindered(error)),
    };
    match (original, now) {
        (Some(original), Some(now)) if original.is_still(&now) => {}
        (None, None) => {}
        _ => return Ok(Swap::Stale),
    }
    match temporary.persist(path, original.is_some()) {
        Ok(()) => {}
        // Somebody made the file meanwhile. There are file systems that say so although nobody did.
        Err(_) if original.is_none() && fs::symlink_metadata(path).is_ok() => return Ok(Swap::Stale),
        Err(error) => return Err(hindered(error)),
    }
    if options.durable {
        sync::folder(target.folder()).map_err(NotRenamed::NotDurable)?;
    }
    Ok(Swap::Swapped)
}
