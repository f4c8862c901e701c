//! Whether the log can be written: what is told there alone would be told nowhere.

use potbridge_protocol::{Code, Problem};
use potbridge_system::dirs::Dirs;
use potbridge_system::log_file::FILE;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind};

/// What keeps this user from writing the log. A log that is not there is made with its first line.
pub(super) fn problem(dirs: &Dirs) -> Option<Problem> {
    let path = dirs.state.join(FILE);
    let why: io::Error = match fs::metadata(&path) {
        Ok(found) if found.is_file() => OpenOptions::new().append(true).open(&path).err()?,
        Ok(_) => io::Error::other("it is no file"),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return None,
        Err(error) => error,
    };
    let code = match why.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Code::PermissionDenied,
        _ => Code::Io,
    };
    let message = format!("the log {} cannot be written: {why}", path.display());
    Some(Problem::new(code, message).with_hint("remove it, or give it to the user that runs potbridge"))
}
