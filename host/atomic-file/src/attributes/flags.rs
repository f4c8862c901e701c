//! The flags of a file (chattr(1), ioctl_iflags(2)).

use rustix::fs::{IFlags, ioctl_getflags, ioctl_setflags};
use std::{fs::File, io};

/// The flags that a user may set, and that mean something for a single file.
const KEPT: IFlags = IFlags::COMPRESSED
    .union(IFlags::JOURNALING)
    .union(IFlags::NOATIME)
    .union(IFlags::NOCOW)
    .union(IFlags::NODUMP)
    .union(IFlags::NOTAIL)
    .union(IFlags::SYNC);

pub(super) fn keep(new: &File, old: &File) -> io::Result<()> {
    // Many file systems have no flags.
    let kept = ioctl_getflags(old).unwrap_or(IFlags::empty()) & KEPT;
    if kept.is_empty() {
        return Ok(());
    }
    let given = ioctl_getflags(new)?;
    if given.contains(kept) { Ok(()) } else { Ok(ioctl_setflags(new, given | kept)?) }
}

pub(super) fn protection(file: &File) -> Option<&'static str> {
    // Without flags there is no such protection.
    let flags = ioctl_getflags(file).ok()?;
    if flags.contains(IFlags::IMMUTABLE) {
        Some("it is immutable (`chattr +i`)")
    } else if flags.contains(IFlags::APPEND) {
        Some("bytes may only be appended to it (`chattr +a`)")
    } else {
        None
    }
}
