//! The file that is to be replaced, as it was read, and whether it is still so.

use std::{
    fs::{self, File, Metadata, OpenOptions},
    io::{self, Read as _},
    path::Path,
};

use zeroize::Zeroizing;

use crate::{
    Error,
    target::{check_regular, open_no_follow},
};

/// Whether [`crate::Snapshot::replace`] wrote anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Swap {
    /// The file has the new bytes now.
    Swapped,
    /// Another program changed, created or removed the file since it was read. Nothing was written.
    Stale,
}

/// A file that was read, still open.
pub(crate) struct Original {
    pub(crate) bytes: Zeroizing<Vec<u8>>,
    pub(crate) file: File,
    pub(crate) metadata: Metadata,
}

impl Original {
    pub(crate) fn read(path: &Path, limit: usize) -> Result<Option<Self>, Error> {
        let failed = |doing| move |error| Error::io(error, doing, path);
        match fs::symlink_metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed("look at")(error)),
            Ok(found) => check_regular(path, found.file_type())?,
        }
        let file = match open_no_follow(path, OpenOptions::new().read(true)) {
            // It vanished in between.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened.map_err(failed("read"))?,
        };
        let metadata = file.metadata().map_err(failed("look at"))?;
        check_regular(path, metadata.file_type())?;
        let too_large = || Error::TooLarge { path: path.into(), limit };
        let size =
            usize::try_from(metadata.len()).ok().filter(|&size| size <= limit).ok_or_else(too_large)?;
        // One byte more than the file has: so that reading to the end does not grow the vector, which would leave a
        // copy behind in memory.
        let mut bytes = Zeroizing::new(Vec::with_capacity(size.saturating_add(1)));
        let most = (limit as u64).saturating_add(1);
        (&file).take(most).read_to_end(&mut bytes).map_err(failed("read"))?;
        if bytes.len() > limit {
            return Err(too_large());
        }
        Ok(Some(Self { bytes, file, metadata }))
    }

    /// Whether `now` describes the file that was read, in the state in which it was read.
    pub(crate) fn is_still(&self, now: &Metadata) -> bool {
        same_state(&self.metadata, now)
    }
}

impl Original {
    /// Whether the file has more than one name (hard links).
    #[cfg(unix)]
    pub(crate) fn has_other_names(&self) -> bool {
        std::os::unix::fs::MetadataExt::nlink(&self.metadata) > 1
    }

    #[cfg(not(unix))]
    pub(crate) fn has_other_names(&self) -> bool {
        false
    }
}

#[cfg(unix)]
fn same_state(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let state = |of: &Metadata| {
        let modified = (of.mtime(), of.mtime_nsec());
        let changed = (of.ctime(), of.ctime_nsec());
        (of.dev(), of.ino(), of.size(), modified, changed)
    };
    state(one) == state(other)
}

#[cfg(not(unix))]
fn same_state(one: &Metadata, other: &Metadata) -> bool {
    one.len() == other.len() && one.modified().ok() == other.modified().ok()
}
