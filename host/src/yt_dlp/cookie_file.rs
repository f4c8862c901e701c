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
        remove_or_empty(&self.path);
    }
}

/// Removes a file. If that cannot be, at least the cookies leave it, and the log says so.
pub(crate) fn remove_or_empty(path: &Path) {
    if let Err(error) = remove(path) {
        log::warn!("{} cannot be removed, and is emptied instead: {error}", path.display());
        // Not made anew: another program may have removed it meanwhile.
        if let Err(error) = fs::OpenOptions::new().write(true).truncate(true).open(path) {
            log::error!("{} is left, with the cookies in it: {error}", path.display());
        }
    }
}

/// Removes a file, if there is one.
fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;
    use potbridge_test_support::ordinary_user::as_ordinary_user;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn cookies_that_cannot_be_removed_leave_their_file() {
        let cookie = serde_json::json!({
            "name": "SID", "value": "s3cr3t", "domain": ".youtube.com", "path": "/", "secure": true, "http_only": true,
        });
        let cookies = [serde_json::from_value(cookie).unwrap()];
        let left = as_ordinary_user(|| {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("cookies");
            let file = CookieFile::write(&path, &cookies).unwrap();
            assert!(fs::read_to_string(&path).unwrap().contains("s3cr3t"));
            let set_mode = |mode| fs::set_permissions(&folder, fs::Permissions::from_mode(mode)).unwrap();
            set_mode(0o500);
            drop(file);
            set_mode(0o700);
            fs::read(path).unwrap()
        });
        assert!(left.is_empty());
    }
}
