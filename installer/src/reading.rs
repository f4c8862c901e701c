//! Reads files that `install` made, or that stand where it would make one. None of them keeps it waiting.

use crate::error::{Error, Result};
use potbridge_system::regular_file;
use std::io::{self, ErrorKind};
use std::path::Path;

/// The bytes of a file. `None` if nothing is there.
///
/// # Errors
/// [`Error::NoFile`], and the system's, which names the file.
pub(crate) fn read(path: &Path) -> Result<Option<Vec<u8>>> {
    match regular_file::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) if regular_file::is_no_file(&error) => Err(Error::NoFile(path.to_owned())),
        Err(error) => Err(io::Error::new(error.kind(), format!("{}: {error}", path.display())).into()),
    }
}

/// The same of a text.
///
/// # Errors
/// See [`read`], and [`ErrorKind::InvalidData`] if it is not UTF-8.
pub(crate) fn read_text(path: &Path) -> Result<Option<String>> {
    let invalid = |_| io::Error::new(ErrorKind::InvalidData, format!("{}: it is not UTF-8", path.display()));
    Ok(read(path)?.map(String::from_utf8).transpose().map_err(invalid)?)
}
