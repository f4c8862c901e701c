//! To whom a new file belongs.

use std::{
    fs::{File, Metadata},
    io,
    path::Path,
};

#[cfg(unix)]
const ROOT: u32 = 0;

/// Gives a file that root made in another user's folder to that user.
///
/// So a program that is run once with `sudo` leaves nothing behind that its user cannot change or remove.
#[cfg(unix)]
pub(crate) fn give(file: &File, folder: &Path) -> io::Result<()> {
    let folder = std::fs::metadata(folder)?;
    if is_shared(&folder) {
        return Ok(());
    }
    give_to(file, &folder)
}

/// Gives a file that root made to the owner of another file or folder.
#[cfg(unix)]
pub(crate) fn give_to(file: &File, other: &Metadata) -> io::Result<()> {
    use rustix::fs::{Gid, Uid, fchown};
    use std::os::unix::fs::MetadataExt as _;

    if file.metadata()?.uid() != ROOT || other.uid() == ROOT {
        return Ok(());
    }
    match fchown(file, Some(Uid::from_raw(other.uid())), Some(Gid::from_raw(other.gid()))) {
        // A file system without owners, or a namespace that does not have this one.
        Err(rustix::io::Errno::PERM) => Ok(()),
        Err(error) if crate::refusal::is_unsupported(&error.into()) => Ok(()),
        result => Ok(result?),
    }
}

#[cfg(not(unix))]
pub(crate) fn give(_: &File, _: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
pub(crate) fn give_to(_: &File, _: &Metadata) -> io::Result<()> {
    Ok(())
}

/// Whether root made `one`, and `other` is not root's.
#[cfg(unix)]
pub(crate) fn is_of_root_alone(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    one.uid() == ROOT && other.uid() != ROOT
}

#[cfg(not(unix))]
pub(crate) fn is_of_root_alone(_: &Metadata, _: &Metadata) -> bool {
    false
}

/// Whether whoever made `found` may say what `target` is to hold: this user, root, and whoever owns the file or its folder.
#[cfg(unix)]
pub(crate) fn is_trusted(found: &Metadata, target: &crate::Target) -> bool {
    use std::{fs, os::unix::fs::MetadataExt as _};

    let of_file = || fs::symlink_metadata(target.path()).is_ok_and(|file| file.uid() == found.uid());
    of_file() || is_trusted_in(found, Some(target.folder()))
}

/// The same for any file in a folder.
#[cfg(unix)]
pub(crate) fn is_trusted_in(found: &Metadata, folder: Option<&Path>) -> bool {
    use std::os::unix::fs::MetadataExt as _;

    let of_folder = || {
        let folder = folder.and_then(|folder| std::fs::metadata(folder).ok());
        folder.is_some_and(|folder| folder.uid() == found.uid() && !is_shared(&folder))
    };
    found.uid() == ROOT || found.uid() == rustix::process::geteuid().as_raw() || of_folder()
}

#[cfg(not(unix))]
pub(crate) fn is_trusted_in(_: &Metadata, _: Option<&Path>) -> bool {
    true
}

#[cfg(not(unix))]
pub(crate) fn is_trusted(_: &Metadata, _: &crate::Target) -> bool {
    true
}

/// Whether everyone may make files in this folder, as in `/tmp`.
#[cfg(unix)]
fn is_shared(folder: &Metadata) -> bool {
    const STICKY_OR_FOR_ALL: u32 = 0o1002;
    std::os::unix::fs::MetadataExt::mode(folder) & STICKY_OR_FOR_ALL != 0
}
