//! A file as it was read, to be replaced if it is unchanged.

use crate::{
    Error, Options, Swap, Target, attributes, in_place,
    options::Mode,
    original::Original,
    replace::{self, NotRenamed},
};

/// The content of a file as it was read, and the file's state then.
///
/// The bytes are wiped from memory on drop.
pub struct Snapshot {
    target: Target,
    /// `None` if there was no file.
    original: Option<Original>,
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
        match (replace::replace(&self.target, self.original.as_ref(), bytes, options), &self.original) {
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
