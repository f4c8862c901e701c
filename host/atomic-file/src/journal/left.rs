//! The journals of a folder, whatever files they are of.

use std::{
    ffi::OsStr,
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use super::{Content, Found, Journal, Place, WORD, is_plain};
use crate::{Error, Options, owner};

/// A journal whose writer is not alive. See [`journals_in`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftJournal {
    path: PathBuf,
    file: Option<PathBuf>,
}

impl LeftJournal {
    /// The file that was to be written. `None` if the writer was stopped before it began to write it.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// The journal itself.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Removes the journal, unless it is gone, or another program is using it now.
    ///
    /// Call [`repair`](crate::repair) with its file before.
    ///
    /// # Errors
    ///
    /// If it cannot be removed.
    pub fn remove(&self) -> Result<(), Error> {
        match open(&self.path)? {
            Some(Found { journal, .. }) => journal.remove(),
            None => Ok(()),
        }
    }
}

/// The journals in `folder`, of whatever files, whose writers are not alive.
///
/// Call it for an [`Options::journal_folder`]: no [`repair`](crate::repair) finds the journal of a file that nobody names any
/// more. Those of others than this user, root and the folder's owner are left out, and those that this user may not read.
///
/// # Errors
///
/// If the folder or a journal in it cannot be read. A folder that is absent has none.
pub fn journals_in(folder: &Path, options: &Options) -> Result<Vec<LeftJournal>, Error> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(|error| Error::io(error, "look into", folder))?,
    };
    let mut all = Vec::new();
    for entry in entries {
        let name = entry.map_err(|error| Error::io(error, "look into", folder))?.file_name();
        if !name.to_str().is_some_and(|name| is_journal_name(name, options)) {
            continue;
        }
        let path = folder.join(&name);
        let Some(found) = open(&path)? else { continue };
        // A name without a folder is of a file beside it.
        let file = Content::parse(&found.bytes).map(|content| folder.join(as_path(content.name)));
        found.journal.leave();
        all.push(LeftJournal { path, file });
    }
    Ok(all)
}

/// `None` if it vanished, is in use, or is no journal that this user may read and trusts.
fn open(path: &Path) -> Result<Option<Found>, Error> {
    let is_ours = |found: &fs::Metadata| is_plain(found) && owner::is_trusted_in(found, path.parent());
    if !fs::symlink_metadata(path).is_ok_and(|found| is_ours(&found)) {
        return Ok(None);
    }
    let place = Place { path: path.into(), name: Vec::new(), is_beside: false };
    match Journal::open(place, path, is_ours, Duration::ZERO) {
        Err(Error::KeepsChanging { .. }) => Ok(None),
        Err(Error::Io { source, .. }) if source.kind() == io::ErrorKind::PermissionDenied => Ok(None),
        opened => opened,
    }
}

fn is_journal_name(name: &str, options: &Options) -> bool {
    let digest = name.strip_prefix(options.prefix).and_then(|name| name.strip_prefix(WORD));
    let digest = digest.and_then(|digest| digest.strip_suffix(options.suffix));
    digest.is_some_and(|digest| digest.len() == 16 && digest.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(unix)]
fn as_path(name: &[u8]) -> PathBuf {
    PathBuf::from(<OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(name))
}

#[cfg(not(unix))]
fn as_path(name: &[u8]) -> PathBuf {
    PathBuf::from(OsStr::new(&*String::from_utf8_lossy(name)))
}
