//! Which browsers are connected: each session keeps a file in the runtime folder, locked for as long as it lives.

use potbridge_protocol::messages::from_host::Connected;
use potbridge_system::dirs::{self, Dirs};
use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

const ENDING: &str = "connection";

/// Says that a browser is connected, until it is dropped or the process ends.
pub struct Announcement {
    path: PathBuf,
    _lock: File,
}

impl Announcement {
    /// Announces this process's session.
    ///
    /// # Errors
    /// Where the runtime folder cannot be written.
    pub fn new(browser: &Connected, dirs: &Dirs) -> io::Result<Self> {
        dirs::make_private(&dirs.runtime)?;
        let path = dirs.runtime.join(format!("{}.{ENDING}", std::process::id()));
        let mut file = dirs::open_private(&path)?;
        file.set_len(0)?;
        file.lock()?;
        file.write_all(&serde_json::to_vec(browser)?)?;
        Ok(Self { path, _lock: file })
    }
}

impl Drop for Announcement {
    fn drop(&mut self) {
        // What stays behind is unlocked, and swept by whoever looks next.
        let _ = fs::remove_file(&self.path);
    }
}

/// The browsers that are connected now, the longest first. Files of sessions that were killed are removed.
#[must_use]
pub fn connected(dirs: &Dirs) -> Vec<Connected> {
    let Ok(entries) = fs::read_dir(&dirs.runtime) else {
        return Vec::new();
    };
    let mut browsers: Vec<Connected> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == ENDING))
        .filter_map(|path| read_live(&path))
        .collect();
    browsers.sort_by_key(|browser| browser.since);
    browsers
}

fn read_live(path: &Path) -> Option<Connected> {
    let file = File::open(path).ok()?;
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => serde_json::from_reader(file).ok(),
        Ok(()) => {
            let _ = fs::remove_file(path);
            None
        }
        Err(TryLockError::Error(_)) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use potbridge_protocol::ShortText;

    fn dirs(at: &Path) -> Dirs {
        Dirs { config: at.join("c.toml"), state: at.join("state"), runtime: at.join("run") }
    }

    #[test]
    fn a_session_is_connected_for_as_long_as_it_lives() {
        let folder = tempfile::tempdir().unwrap();
        let dirs = dirs(folder.path());
        let word = |text| ShortText::new(text).unwrap();
        let browser =
            Connected { browser: word("firefox"), profile: word("p"), version: word("0.1.0"), since: 5 };
        let announcement = Announcement::new(&browser, &dirs).unwrap();
        assert_eq!(connected(&dirs), [browser]);
        drop(announcement);
        assert!(connected(&dirs).is_empty());
    }

    #[test]
    fn the_file_of_a_killed_session_is_swept() {
        let folder = tempfile::tempdir().unwrap();
        let dirs = dirs(folder.path());
        fs::create_dir_all(&dirs.runtime).unwrap();
        let left = dirs.runtime.join("1.connection");
        fs::write(&left, "{}").unwrap();
        assert!(connected(&dirs).is_empty());
        assert!(!left.exists());
    }
}
