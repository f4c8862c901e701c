//! What belongs to a file besides its content.

use std::{fs::File, io};

use crate::original::Original;

/// Gives `new` the owner, the group, the access list and the mode of the original.
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
    access_list::keep(new, &original.file)?;
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

/// POSIX access lists.
///
/// If the list were lost, the mode's middle digit would change its meaning: from "at most this for those on the list"
/// to "this for the whole group" (acl(5)).
#[cfg(target_os = "linux")]
mod access_list {
    use rustix::{
        fs::{XattrFlags, fgetxattr, fremovexattr, fsetxattr},
        io::Errno,
    };
    use std::{fs::File, io};

    const NAME: &str = "system.posix_acl_access";
    /// The most that an extended attribute can hold (xattr(7)).
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
