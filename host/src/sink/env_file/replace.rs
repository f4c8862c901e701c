//! Puts new bytes in a file's place.
//!
//! The way is a temporary file beside the real one, and a rename: the file is then at every moment the old or the new
//! one, whole. Where that cannot be done, or would take the file from its owner, the bytes are written into the file
//! itself: into a file that is a mount of its own (as containers have them), in a folder that may not be written, or of
//! another owner. A reader may then see, for a moment, the new bytes with the rest of a longer old file, and so it stays
//! if the machine stops at that moment.

use std::{
    fs::{self, File, OpenOptions, Permissions},
    io::{self, Seek as _, SeekFrom, Write as _},
};

use tempfile::{Builder, NamedTempFile};

use super::{
    EnvFileError,
    lock::Lock,
    place::{Original, Place, open_without_waiting},
};

/// With [`SUFFIX`] around twelve random letters: a name that the usual ignore rules `.env.*`, `.env*` and `*.env` cover.
const PREFIX: &str = ".env.potbridge-";
const SUFFIX: &str = ".env";
const RANDOM: usize = 12;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Replaced,
    /// Somebody without the lock changed the file since it was read. Nothing was written.
    ChangedMeanwhile,
}

/// Writes `new` where `original` was read, durably.
pub(super) fn replace(
    place: &Place,
    lock: &Lock,
    original: Option<&Original>,
    new: &[u8],
) -> Result<Outcome, EnvFileError> {
    sweep(place, lock);
    match (by_rename(place, lock, original, new), original) {
        (Ok(outcome), _) => Ok(outcome),
        (Err(Hindrance::CannotReplace(_)), Some(original)) => in_place(place, original, new),
        (Err(Hindrance::CannotReplace(error) | Hindrance::Failed(error)), _) => {
            Err(EnvFileError::from_io(error, "write", &place.path))
        }
        (Err(Hindrance::NotDurable(source)), _) => Err(EnvFileError::Io {
            path: place.path.clone(),
            doing: "make durable what was written to",
            source,
        }),
    }
}

enum Hindrance {
    /// The file cannot be replaced, but perhaps written.
    CannotReplace(io::Error),
    Failed(io::Error),
    /// The file is replaced, but might be the old one again if the machine stops now.
    NotDurable(io::Error),
}

impl From<io::Error> for Hindrance {
    fn from(error: io::Error) -> Self {
        use io::ErrorKind::{CrossesDevices, PermissionDenied, ReadOnlyFilesystem, ResourceBusy};
        match error.kind() {
            ResourceBusy | CrossesDevices | ReadOnlyFilesystem | PermissionDenied => {
                Self::CannotReplace(error)
            }
            _ => Self::Failed(error),
        }
    }
}

fn by_rename(
    place: &Place,
    lock: &Lock,
    original: Option<&Original>,
    new: &[u8],
) -> Result<Outcome, Hindrance> {
    let mut temporary = temporary_file(place)?;
    temporary.write_all(new)?;
    if let Some(original) = original {
        keep_owner_and_mode(temporary.as_file(), original).map_err(|error| {
            if is_full(&error) { Hindrance::Failed(error) } else { Hindrance::CannotReplace(error) }
        })?;
    }
    temporary.as_file().sync_all()?;

    let now = fs::symlink_metadata(&place.path);
    let persisted = match (original, now) {
        (Some(original), Ok(now)) if original.is_still(&now) => temporary.persist(&place.path),
        (None, Err(error)) if error.kind() == io::ErrorKind::NotFound => {
            temporary.persist_noclobber(&place.path)
        }
        _ => return Ok(Outcome::ChangedMeanwhile),
    };
    match persisted {
        Ok(_) => {}
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
            return Ok(Outcome::ChangedMeanwhile);
        }
        Err(error) => return Err(error.error.into()),
    }
    if let Some(folder) = lock.folder() {
        sync_folder(folder).map_err(Hindrance::NotDurable)?;
    }
    Ok(Outcome::Replaced)
}

fn temporary_file(place: &Place) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX).rand_bytes(RANDOM);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(Permissions::from_mode(0o600));
    }
    let file = builder.tempfile_in(&place.folder)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // The umask may have taken bits away.
        file.as_file().set_permissions(Permissions::from_mode(0o600))?;
    }
    Ok(file)
}

#[cfg(unix)]
fn keep_owner_and_mode(new: &File, original: &Original) -> io::Result<()> {
    use rustix::fs::{Gid, Uid, fchown};
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

    let (old, made) = (&original.metadata, new.metadata()?);
    let uid = (old.uid() != made.uid()).then(|| Uid::from_raw(old.uid()));
    let gid = (old.gid() != made.gid()).then(|| Gid::from_raw(old.gid()));
    if uid.is_some() || gid.is_some() {
        fchown(new, uid, gid)?;
    }
    #[cfg(target_os = "linux")]
    access_list::keep(new, &original.file)?;
    let mode = old.mode() & 0o7777;
    if new.metadata()?.mode() & 0o7777 != mode {
        new.set_permissions(Permissions::from_mode(mode))?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn keep_owner_and_mode(new: &File, original: &Original) -> io::Result<()> {
    new.set_permissions(Permissions::clone(&original.metadata.permissions()))
}

/// POSIX access lists. Without care a file's list would be lost, and with it the mode's middle digit would turn from
/// "at most this for those on the list" into "this for the whole group" (acl(5)).
#[cfg(target_os = "linux")]
mod access_list {
    use rustix::{
        fs::{XattrFlags, fgetxattr, fremovexattr, fsetxattr},
        io::Errno,
    };
    use std::{fs::File, io};

    const NAME: &str = "system.posix_acl_access";
    /// What an extended attribute can hold at most (xattr(7)).
    const LARGEST: usize = 64 << 10;

    pub(super) fn keep(new: &File, old: &File) -> io::Result<()> {
        let mut list = Vec::with_capacity(LARGEST);
        match fgetxattr(old, NAME, rustix::buffer::spare_capacity(&mut list)) {
            Ok(_) => Ok(fsetxattr(new, NAME, &list, XattrFlags::empty())?),
            Err(Errno::NODATA) => match fremovexattr(new, NAME) {
                Ok(()) | Err(Errno::NODATA | Errno::NOTSUP) => Ok(()),
                Err(error) => Err(error.into()),
            },
            Err(Errno::NOTSUP) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// Makes the rename durable. Some file systems cannot do that for a folder and say EINVAL or EBADF.
fn sync_folder(folder: &File) -> io::Result<()> {
    match folder.sync_all() {
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => {
            Ok(())
        }
        result => result,
    }
}

fn in_place(place: &Place, original: &Original, new: &[u8]) -> Result<Outcome, EnvFileError> {
    let failed = |error| EnvFileError::from_io(error, "write", &place.path);
    let mut file = open_without_waiting(&place.path, OpenOptions::new().write(true)).map_err(failed)?;
    if !original.is_still(&file.metadata().map_err(failed)?) {
        return Ok(Outcome::ChangedMeanwhile);
    }
    reserve(&file, new.len()).map_err(failed)?;
    if let Err(error) = overwrite(&mut file, new) {
        // The old bytes fit before.
        let _ = overwrite(&mut file, &original.bytes);
        return Err(failed(error));
    }
    Ok(Outcome::Replaced)
}

/// Claims the space first, so that a full disk is noticed before the first byte is written. A file system that cannot
/// do that is taken at its word when it writes.
#[cfg(target_os = "linux")]
fn reserve(file: &File, size: usize) -> io::Result<()> {
    use rustix::fs::{FallocateFlags, fallocate};
    match fallocate(file, FallocateFlags::KEEP_SIZE, 0, size.max(1) as u64).map_err(io::Error::from) {
        Err(error) if is_full(&error) => Err(error),
        _ => Ok(()),
    }
}

#[cfg(not(target_os = "linux"))]
fn reserve(_: &File, _: usize) -> io::Result<()> {
    Ok(())
}

fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

fn overwrite(file: &mut File, bytes: &[u8]) -> io::Result<()> {
    file.seek(SeekFrom::Start(0))?;
    file.write_all(bytes)?;
    file.set_len(bytes.len() as u64)?;
    file.sync_all()
}

/// Removes temporary files that writers left behind who were killed. They hold old or new values.
///
/// Only with the folder locked, since then no other writer is alive. What cannot be removed now may be next time.
fn sweep(place: &Place, lock: &Lock) {
    if lock.folder().is_none() {
        return;
    }
    let Ok(entries) = fs::read_dir(&place.folder) else {
        return;
    };
    for entry in entries.flatten() {
        let is_ours = entry.file_name().to_str().is_some_and(is_temporary_name);
        if is_ours && entry.file_type().is_ok_and(|found| found.is_file()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn is_temporary_name(name: &str) -> bool {
    name.strip_prefix(PREFIX).and_then(|name| name.strip_suffix(SUFFIX)).is_some_and(|random| {
        random.len() == RANDOM && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}
