//! Extended attributes: access lists, labels, and whatever programs keep with a file (xattr(7)).

use rustix::{
    fs::{XattrFlags, fgetxattr, flistxattr, fremovexattr, fsetxattr},
    io::Errno,
};
use std::{ffi::CStr, fs::File, io};

/// If this list were lost, the mode's middle digit would change its meaning: from "at most this for those on the list"
/// to "this for the whole group" (acl(5)).
const ACCESS_LIST: &CStr = c"system.posix_acl_access";

/// What speaks of the content. The system takes the first away at every write, and makes the others anew.
const OF_THE_CONTENT: [&CStr; 3] = [c"security.capability", c"security.ima", c"security.evm"];

/// The most that one attribute, or the list of their names, can hold (xattr(7)).
const LARGEST: usize = 64 << 10;

/// Gives `new` the extended attributes of `old`. An error says that one of them cannot be copied.
pub(super) fn keep(new: &File, old: &File) -> io::Result<()> {
    let mut list = Vec::with_capacity(LARGEST);
    match flistxattr(old, rustix::buffer::spare_capacity(&mut list)) {
        Ok(_) => {}
        // A file system without attributes.
        Err(Errno::NOTSUP | Errno::NOSYS) => return Ok(()),
        Err(error) => return Err(error.into()),
    }
    let names =
        || list.split_inclusive(|&byte| byte == 0).filter_map(|name| CStr::from_bytes_with_nul(name).ok());
    for name in names().filter(|name| !OF_THE_CONTENT.contains(name)) {
        copy(name, new, old)?;
    }
    if names().any(|name| name == ACCESS_LIST) {
        return Ok(());
    }
    // The folder may have given one to the new file.
    match fremovexattr(new, ACCESS_LIST) {
        Ok(()) | Err(Errno::NODATA | Errno::NOTSUP | Errno::NOSYS) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn copy(name: &CStr, new: &File, old: &File) -> io::Result<()> {
    let Some(value) = value(name, old)? else { return Ok(()) };
    // A label that the system gave already may not be set by everyone.
    if self::value(name, new).is_ok_and(|given| given.as_ref() == Some(&value)) {
        return Ok(());
    }
    Ok(fsetxattr(new, name, &value, XattrFlags::empty())?)
}

/// `None` if the file does not have the attribute, or not any more.
fn value(name: &CStr, file: &File) -> io::Result<Option<Vec<u8>>> {
    let mut value = Vec::with_capacity(LARGEST);
    match fgetxattr(file, name, rustix::buffer::spare_capacity(&mut value)) {
        Ok(_) => Ok(Some(value)),
        Err(Errno::NODATA) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
