use std::{
    fs::{self, File, Metadata, OpenOptions},
    io::{self, Read as _},
    path::Path,
};

use zeroize::Zeroizing;

use crate::{
    Error, Options, Target, attributes, in_place,
    options::Mode,
    rename::{self, NotRenamed},
    target::{check_regular, open_no_follow},
};

/// The content of a file as it was read, and the file's state then.
///
/// The bytes are wiped from memory on drop.
pub struct Snapshot {
    pub(crate) target: Target,
    /// `None` if there was no file.
    pub(crate) original: Option<Original>,
}

/// A file that was read, still open.
pub(crate) struct Original {
    pub(crate) bytes: Zeroizing<Vec<u8>>,
    pub(crate) file: File,
    pub(crate) metadata: Metadata,
}

/// Whether [`Snapshot::replace`] wrote anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Swap {
    /// The file has the new bytes now.
    Swapped,
    /// Another program changed, created or removed the file since it was read. Nothing was written.
    Stale,
}

impl Snapshot {
    /// Reads the file at `target`. An absent file is read as one without bytes.
    ///
    /// It never waits for a FIFO or a device.
    ///
    /// # Errors
    ///
    /// If the file has more than `limit` bytes, is no regular file or cannot be read.
    pub fn read(target: &Target, limit: usize) -> Result<Self, Error> {
        let original = Original::read(target.path(), limit)?;
        Ok(Self { target: target.clone(), original })
    }

    /// The bytes of the file. Empty if it was absent.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.original.as_ref().map_or(&[], |original| &original.bytes)
    }

    /// Whether there was a file.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.original.is_some()
    }

    /// Gives the file the content `bytes` if it is still as it was read.
    ///
    /// # Errors
    ///
    /// See [`Error`]. The file then has its old content, unless the error says otherwise.
    pub fn replace(&self, bytes: &[u8], options: &Options) -> Result<Swap, Error> {
        let path = self.target.path();
        match (rename::replace(self, bytes, options), &self.original) {
            (Ok(swap), _) => Ok(swap),
            (Err(NotRenamed::Hindered(_)), Some(original)) => {
                in_place::overwrite(path, original, bytes, options)
            }
            (Err(NotRenamed::Hindered(error) | NotRenamed::Failed(error)), _) => {
                Err(Error::io(error, "write", path))
            }
            (Err(NotRenamed::NotDurable(source)), _) => {
                let doing = "make durable what was written to";
                Err(Error::Io { path: path.into(), doing, source })
            }
        }
    }

    /// Gives an unchanged file the exact mode that the options name, if they name one.
    pub(crate) fn set_mode(&self, options: &Options) -> Result<(), Error> {
        match (&self.original, options.mode) {
            (Some(original), Mode::Exact(mode)) => attributes::set_mode(&original.file, mode)
                .map_err(|error| Error::io(error, "set the mode of", self.target.path())),
            _ => Ok(()),
        }
    }
}

impl Original {
    fn read(path: &Path, limit: usize) -> Result<Option<Self>, Error> {
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
