//! Files that are read and that never keep their reader waiting.
//!
//! Who opens a pipe waits for its writer, and a device may have no end. A person, or another program, may have put one where
//! potbridge looks for a file of its own. The null device is an empty file to everybody, so it is one here too.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read as _};
use std::path::Path;

/// What stands there is no regular file.
#[derive(Debug, thiserror::Error)]
#[error("it is no regular file")]
pub struct NoFile;

/// Whether this error says that what stands there is no regular file.
#[must_use]
pub fn is_no_file(error: &io::Error) -> bool {
    error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<NoFile>)
}

/// Opens a regular file to be read.
///
/// # Errors
/// If it cannot be opened, and if it is none: [`is_no_file`].
pub fn open(path: &Path) -> io::Result<File> {
    // A device may do something as soon as it is opened.
    if !is_file(&path.metadata()?) {
        return Err(io::Error::other(NoFile));
    }
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt as _;
        // Somebody may have put a pipe there meanwhile.
        options.custom_flags((OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed());
    }
    let file = options.open(path)?;
    if is_file(&file.metadata()?) { Ok(file) } else { Err(io::Error::other(NoFile)) }
}

#[cfg(unix)]
fn is_file(found: &Metadata) -> bool {
    use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
    let is_null = || {
        found.file_type().is_char_device()
            && Path::new("/dev/null").metadata().is_ok_and(|null| null.rdev() == found.rdev())
    };
    found.is_file() || is_null()
}

#[cfg(not(unix))]
fn is_file(found: &Metadata) -> bool {
    found.is_file()
}

/// The bytes of a regular file.
///
/// # Errors
/// See [`open`].
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The text of a regular file.
///
/// # Errors
/// See [`open`], and [`ErrorKind::InvalidData`] if it is not UTF-8.
pub fn read_to_string(path: &Path) -> io::Result<String> {
    String::from_utf8(read(path)?).map_err(|_| io::Error::new(ErrorKind::InvalidData, "it is not UTF-8"))
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn nothing_but_a_file_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "text").unwrap();
        assert_eq!(read_to_string(&file).unwrap(), "text");
        std::fs::write(&file, b"\xff").unwrap();
        assert_eq!(read_to_string(&file).unwrap_err().kind(), ErrorKind::InvalidData);
        let pipe = folder.path().join("pipe");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&pipe, &link).unwrap();
        for other in [&*pipe, &*link, folder.path(), Path::new("/dev/zero")] {
            assert!(is_no_file(&read(other).unwrap_err()), "{}", other.display());
        }
        let null = folder.path().join("null");
        std::os::unix::fs::symlink("/dev/null", &null).unwrap();
        assert_eq!(read_to_string(&null).unwrap(), "");
        assert_eq!(read(&folder.path().join("none")).unwrap_err().kind(), ErrorKind::NotFound);
    }
}
