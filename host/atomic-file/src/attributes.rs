//! What belongs to a file besides its content.

use std::{fs::File, io};

use crate::original::Original;

#[cfg(target_os = "linux")]
mod extended;
#[cfg(target_os = "linux")]
mod flags;

/// Gives `new`, which is still empty, the flags of the original (chattr(1)).
#[cfg(target_os = "linux")]
pub(crate) fn keep_flags(new: &File, original: &Original) -> io::Result<()> {
    flags::keep(new, &original.file)
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn keep_flags(_: &File, _: &Original) -> io::Result<()> {
    Ok(())
}

/// Why the system lets nobody write `file`, if a flag is the reason.
#[cfg(target_os = "linux")]
pub(crate) fn protection(file: &File) -> Option<&'static str> {
    flags::protection(file)
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn protection(_: &File) -> Option<&'static str> {
    None
}

/// Gives `new` the owner, the group, the extended attributes and the mode of the original.
#[cfg(unix)]
pub(crate) fn keep(new: &File, original: &Original) -> io::Result<()> {
    use rustix::fs::{Gid, Uid, fchown};
    use std::os::unix::fs::MetadataExt as _;

    let (old, made) = (&original.metadata, new.metadata()?);
    let uid = (old.uid() != made.uid()).then(|| Uid::from_raw(old.uid()));
    let gid = (old.gid() != made.gid()).then(|| Gid::from_raw(old.gid()));
    if uid.is_some() || gid.is_some() {
        fchown(new, uid, gid)?;
    }
    #[cfg(target_os = "linux")]
    extended::keep(new, &original.file)?;
    set_mode(new, old.mode() & 0o7777)
}

#[cfg(not(unix))]
pub(crate) fn keep(new: &File, original: &Original) -> io::Result<()> {
    new.set_permissions(original.metadata.permissions())
}

/// Sets the mode, if the file does not have it already.
#[cfg(unix)]
pub(crate) fn set_mode(file: &File, mode: u32) -> io::Result<()> {
    use std::{
        fs::Permissions,
        os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    };
    if file.metadata()?.mode() & 0o7777 == mode {
        return Ok(());
    }
    file.set_permissions(Permissions::from_mode(mode))
}

#[cfg(not(unix))]
pub(crate) fn set_mode(_: &File, _: u32) -> io::Result<()> {
    Ok(())
}

/// Sets the mode, unless the file system has no modes.
///
/// Drives of Windows in WSL, CIFS and exFAT show one mode for all files, and answer EPERM even to the file's owner.
pub(crate) fn ask_mode(file: &File, mode: u32) -> io::Result<()> {
    match set_mode(file, mode) {
        Err(error) if crate::refusal::is_unsupported(&error) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied && may_set_mode(file) => Ok(()),
        result => result,
    }
}

/// Sets the mode of a file that this program made, unless the file system has no modes.
///
/// The owner says nothing then: CIFS may show another one than the user that made the file.
pub(crate) fn ask_mode_of_made(file: &File, mode: u32) -> io::Result<()> {
    match set_mode(file, mode) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(()),
        Err(error) if crate::refusal::is_unsupported(&error) => Ok(()),
        result => result,
    }
}

/// Whether this user may set modes of the file, on a file system that has them.
#[cfg(unix)]
fn may_set_mode(file: &File) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let user = rustix::process::geteuid();
    let is_protected = protection(file).is_some();
    !is_protected && file.metadata().is_ok_and(|found| user.is_root() || found.uid() == user.as_raw())
}

#[cfg(not(unix))]
fn may_set_mode(_: &File) -> bool {
    false
}
