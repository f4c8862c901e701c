//! The cookies of a download, in a file for yt-dlp: the owner's alone, and gone when the download ends.
//!
//! yt-dlp writes the file too, when it ends (2026.10.26), so it is made anew for each run.

use super::cookies::netscape;
use super::store;
use crate::folders::open_private;
use potbridge_protocol::Cookie;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

pub(super) struct CookieFile {
    path: PathBuf,
}

impl CookieFile {
    /// Writes it; its keeper knows of the path already.
    pub(super) fn write(path: &Path, cookies: &[Cookie]) -> io::Result<Self> {
        store::remove(path)?;
        let file = Self { path: path.to_owned() };
        open_private(path)?.write_all(netscape(cookies).as_bytes())?;
        Ok(file)
    }
}

impl Drop for CookieFile {
    fn drop(&mut self) {
        // Its keeper removes what stays.
        let _ = store::remove(&self.path);
    }
}
