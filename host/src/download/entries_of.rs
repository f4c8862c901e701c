//! What is in a folder.

use std::fs::{self, DirEntry};
use std::io::ErrorKind;
use std::path::Path;

/// What is in a folder: nothing if it is missing, or if it cannot be read, which the log says then.
pub(super) fn entries_of(folder: &Path) -> impl Iterator<Item = DirEntry> {
    let entries = fs::read_dir(folder).inspect_err(|error| {
        if error.kind() != ErrorKind::NotFound {
            log::warn!("{} cannot be read: {error}", folder.display());
        }
    });
    // An entry that cannot be read was removed meanwhile.
    entries.into_iter().flatten().flatten()
}
