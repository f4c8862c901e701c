//! A file as it was read, to be replaced if it is unchanged.

use std::io;

use crate::{
    Error, Options, Swap, Target, attributes, in_place,
    options::Mode,
    original::Original,
    refusal::{self, is_full},
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
        let (target, original) = (&self.target, self.original.as_ref());
        if original.is_some_and(Original::has_other_names) {
            // A rename would leave the old file to the other names.
            match in_place::replace(target, original, bytes, options) {
                // A running program takes no writes. It keeps the old file either way.
                Err(Error::Io { source, .. }) if source.kind() == io::ErrorKind::ExecutableFileBusy => {}
                swap => return swap.map_err(|error| self.explained(error, None)),
            }
        }
        let failed = |source, doing| Err(Error::Io { path: target.path().into(), doing, source });
        match replace::replace(target, original, bytes, options) {
            Ok(swap) => Ok(swap),
            Err(NotRenamed::Hindered(first)) => in_place::replace(target, original, bytes, options)
                .map_err(|error| self.explained(error, Some(first))),
            // What is not longer needs no more room.
            Err(NotRenamed::Failed(first))
                if is_full(&first)
                    && original.is_some_and(|original| bytes.len() <= original.bytes.len()) =>
            {
                match in_place::replace(target, original, bytes, options) {
                    // With room it could be written.
                    Err(Error::Io { source, .. })
                        if is_full(&source) || source.kind() == io::ErrorKind::PermissionDenied =>
                    {
                        failed(first, "write")
                    }
                    swap => swap.map_err(|error| self.explained(error, Some(first))),
                }
            }
            Err(NotRenamed::Failed(error)) => failed(error, "write"),
            Err(NotRenamed::NotDurable(error)) => failed(error, "make durable what was written to"),
        }
    }

    /// The error of a write in place, with what else there is to say about it.
    fn explained(&self, error: Error, first: Option<io::Error>) -> Error {
        if !matches!(&error, Error::Io { path, .. } if path == self.target.path()) {
            return error;
        }
        refusal::explained(error, first, self.original.as_ref().map(|original| &original.file))
    }

    /// Gives an unchanged file the exact mode that the options name, if they name one.
    pub(crate) fn set_mode(&self, options: &Options) -> Result<(), Error> {
        match (&self.original, options.mode) {
            (Some(original), Mode::Exact(mode)) => attributes::ask_mode(&original.file, mode)
                .map_err(|error| Error::io(error, "set the mode of", self.target.path())),
            _ => Ok(()),
        }
    }
}
