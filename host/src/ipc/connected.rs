//! Which browsers are connected.
//!
//! Each connection keeps a file in the runtime folder, `PID.connection`, and holds its flock for as long as it lives. Its
//! control socket opens a moment later, when the extension has said whether it may be asked.

use super::socket;
use potbridge_protocol::messages::from_host::Connected;
use potbridge_system::clock;
use potbridge_system::dirs::{self, Dirs};
use std::fs::{self, File, TryLockError};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

const EXTENSION: &str = "connection";

/// How old a connection without a control socket may be and still count as one of a browser that starts: milliseconds.
///
/// The extension reads its settings in between, which takes some milliseconds. If the socket cannot be opened, the connection
/// stays without one.
const STARTING_MS: u64 = 10_000;

/// Says that a browser is connected, until it is dropped or the process ends.
pub struct Announcement {
    path: PathBuf,
    /// Holds the flock.
    file: File,
    browser: Connected,
}

impl Announcement {
    /// Announces this process's connection.
    ///
    /// # Errors
    /// If the runtime folder cannot be written.
    pub fn new(browser: &Connected, dirs: &Dirs) -> io::Result<Self> {
        dirs::make_private(&dirs.runtime)?;
        let path = dirs.runtime.join(format!("{}.{EXTENSION}", std::process::id()));
        let mut file = dirs::open_private(&path)?;
        file.set_len(0)?;
        file.lock()?;
        file.write_all(&text_of(browser)?)?;
        Ok(Self { path, file, browser: browser.clone() })
    }

    /// Says whether the capture is paused.
    ///
    /// The text is as long as before and is written at once, into the same file, since that is locked.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn set_paused(&mut self, paused: bool) -> io::Result<()> {
        if self.browser.paused == paused {
            return Ok(());
        }
        self.browser.paused = paused;
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(&text_of(&self.browser)?)
    }
}

/// The text of a file: as long whether the capture is paused or not.
fn text_of(browser: &Connected) -> io::Result<Vec<u8>> {
    let mut text = serde_json::to_vec(browser)?;
    if browser.paused {
        // `true` is shorter than `false`.
        text.push(b' ');
    }
    Ok(text)
}

impl Drop for Announcement {
    fn drop(&mut self) {
        // A file that stays behind is not locked. The next reader removes it.
        let _ = fs::remove_file(&self.path);
    }
}

/// The browsers that are connected now, the longest connected first.
///
/// Files of killed connections are removed.
#[must_use]
pub fn connected(dirs: &Dirs) -> Vec<Connected> {
    let mut browsers: Vec<Connected> = files(dirs).filter_map(|path| read_live(&path)).collect();
    browsers.sort_by_key(|browser| browser.since);
    browsers
}

/// The browsers that are connected now, and whose host has no control socket.
pub(super) fn without_socket(dirs: &Dirs) -> Vec<Connected> {
    let has_socket = |path: &Path| {
        let process = path.file_stem().and_then(|name| name.to_str()?.parse().ok());
        process.is_some_and(|process| socket::path(dirs, process).exists())
    };
    files(dirs).filter(|path| !has_socket(path)).filter_map(|path| read_live(&path)).collect()
}

/// Whether a browser has connected so lately that its host will open a control socket.
pub(super) fn is_starting(browser: &Connected) -> bool {
    clock::now_ms().abs_diff(browser.since) < STARTING_MS
}

fn files(dirs: &Dirs) -> impl Iterator<Item = PathBuf> {
    let entries = fs::read_dir(&dirs.runtime).into_iter().flatten().flatten();
    let paths = entries.map(|entry| entry.path());
    paths.filter(|path| path.extension().is_some_and(|ending| ending == EXTENSION))
}

fn read_live(path: &Path) -> Option<Connected> {
    let mut file = File::open(path).ok()?;
    match file.try_lock_shared() {
        // It may be read while it is written.
        Err(TryLockError::WouldBlock) => (0..3).find_map(|_| {
            file.rewind().ok()?;
            serde_json::from_reader(&file).ok()
        }),
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

    fn browser(since: u64) -> Connected {
        let text = |text| ShortText::new(text).unwrap();
        Connected {
            browser: text("firefox"),
            profile: text("p"),
            version: text("0.1.0"),
            since,
            paused: false,
            unattended: false,
        }
    }

    #[test]
    fn a_browser_is_listed_while_its_connection_lives() {
        let folder = tempfile::tempdir().unwrap();
        let dirs = dirs(folder.path());
        let browser = browser(5);
        let mut announcement = Announcement::new(&browser, &dirs).unwrap();
        assert_eq!(connected(&dirs), std::slice::from_ref(&browser));
        for paused in [true, true, false] {
            announcement.set_paused(paused).unwrap();
            assert_eq!(connected(&dirs), [Connected { paused, ..browser.clone() }]);
        }
        drop(announcement);
        assert!(connected(&dirs).is_empty());
    }

    #[test]
    fn a_browser_starts_until_its_socket_is_there_or_should_be() {
        let folder = tempfile::tempdir().unwrap();
        let dirs = dirs(folder.path());
        let now = clock::now_ms();
        for (since, starts) in [(now, true), (now + 5000, true), (now - 60_000, false)] {
            let announcement = Announcement::new(&browser(since), &dirs).unwrap();
            let found = without_socket(&dirs);
            assert_eq!(found, [browser(since)]);
            assert_eq!(is_starting(&found[0]), starts);
            drop(announcement);
        }
        let _announcement = Announcement::new(&browser(now), &dirs).unwrap();
        let socket = socket::path(&dirs, std::process::id());
        fs::create_dir_all(socket.parent().unwrap()).unwrap();
        fs::write(socket, "").unwrap();
        assert_eq!(without_socket(&dirs), []);
    }

    #[test]
    fn the_file_of_a_killed_connection_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let dirs = dirs(folder.path());
        fs::create_dir_all(&dirs.runtime).unwrap();
        let left = dirs.runtime.join("1.connection");
        fs::write(&left, "{}").unwrap();
        assert!(connected(&dirs).is_empty());
        assert!(!left.exists());
    }
}
