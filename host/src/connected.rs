//! Which browsers are connected: each session keeps a file in the runtime folder, locked for as long as it lives.

use crate::folders::{self, Folders};
use potbridge_protocol::from_host::Connected;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

const ENDING: &str = "session";

/// Says that a browser is connected, until it is dropped or the process ends.
pub struct Presence {
    path: PathBuf,
    _lock: File,
}

impl Presence {
    /// Announces this process's session.
    ///
    /// # Errors
    /// Where the runtime folder cannot be written.
    pub fn announce(browser: &Connected, folders: &Folders) -> io::Result<Self> {
        folders::make_private(&folders.runtime)?;
        let path = folders.runtime.join(format!("{}.{ENDING}", std::process::id()));
        let mut file = folders::open_private(&path)?;
        file.set_len(0)?;
        file.lock()?;
        file.write_all(&serde_json::to_vec(browser)?)?;
        Ok(Self { path, _lock: file })
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        // What stays behind is unlocked, and swept by whoever looks next.
        let _ = fs::remove_file(&self.path);
    }
}

/// The browsers that are connected now, the longest first. Files of sessions that were killed are removed.
#[must_use]
pub fn connected(folders: &Folders) -> Vec<Connected> {
    let Ok(entries) = fs::read_dir(&folders.runtime) else {
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
    use potbridge_protocol::Word;

    fn folders(at: &Path) -> Folders {
        Folders { config: at.join("c.toml"), state: at.join("state"), runtime: at.join("run") }
    }

    #[test]
    fn a_session_is_connected_for_as_long_as_it_lives() {
        let folder = tempfile::tempdir().unwrap();
        let folders = folders(folder.path());
        let word = |text| Word::new(text).unwrap();
        let browser =
            Connected { browser: word("firefox"), profile: word("p"), version: word("0.1.0"), since: 5 };
        let presence = Presence::announce(&browser, &folders).unwrap();
        assert_eq!(connected(&folders), [browser]);
        drop(presence);
        assert!(connected(&folders).is_empty());
    }

    #[test]
    fn the_file_of_a_killed_session_is_swept() {
        let folder = tempfile::tempdir().unwrap();
        let folders = folders(folder.path());
        fs::create_dir_all(&folders.runtime).unwrap();
        let left = folders.runtime.join("1.session");
        fs::write(&left, "{}").unwrap();
        assert!(connected(&folders).is_empty());
        assert!(!left.exists());
    }
}
