//! The cookies of a download, in a file for yt-dlp: the owner's alone, and gone when the download ends.
//!
//! yt-dlp writes the file too, when it ends (2026.10.26), so it is made anew for each run.

use super::cookies::netscape;

use potbridge_protocol::Cookie;
use potbridge_system::dirs::open_private;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

pub(crate) struct CookieFile {
    path: PathBuf,
}

impl CookieFile {
    /// Writes it; its watchdog knows of the path already.
    pub(crate) fn write(path: &Path, cookies: &[Cookie]) -> io::Result<Self> {
        remove(path)?;
        let file = Self { path: path.to_owned() };
        open_private(path)?.write_all(netscape(cookies).as_bytes())?;
        Ok(file)
    }
}

impl Drop for CookieFile {
    fn drop(&mut self) {
        // Its watchdog removes what stays.
        let _ = remove(&self.path);
    }
}

/// Removes a file. If there is none, that is as good.
fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
