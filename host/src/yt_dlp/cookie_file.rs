//! The cookies of a download, in a file for yt-dlp.
//!
//! Only the owner may read it (0600), and it is removed when yt-dlp ends. yt-dlp writes the file too, when it ends
//! (2026.10.26), so each run gets a new one.

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
    /// Writes it. The watchdog must know the path already.
    pub(crate) fn write(path: &Path, cookies: &[Cookie]) -> io::Result<Self> {
        remove(path)?;
        let file = Self { path: path.to_owned() };
        open_private(path)?.write_all(netscape(cookies).as_bytes())?;
        Ok(file)
    }
}

impl Drop for CookieFile {
    fn drop(&mut self) {
        // The watchdog removes a file that stays.
        let _ = remove(&self.path);
    }
}

/// Removes a file, if there is one.
fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
