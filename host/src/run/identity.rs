//! Which file or folder stands at a path.

use std::path::Path;

/// The device and the number of a file or folder; `None` if there is none, or the system has no such numbers.
pub(super) type Identity = Option<(u64, u64)>;

#[cfg(unix)]
pub(super) fn identity_of(path: &Path) -> Identity {
    use std::os::unix::fs::MetadataExt as _;
    path.metadata().ok().map(|found| (found.dev(), found.ino()))
}

#[cfg(not(unix))]
pub(super) fn identity_of(_path: &Path) -> Identity {
    None
}
