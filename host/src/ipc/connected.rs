//! Which browsers are connected.
//!
//! Each connection keeps a file in the runtime folder, `STEM.connection`, and holds its flock for as long as it lives. If the
//! file system has no flocks, a socket beside it says that it lives. The control socket opens a moment later, when the extension
//! has said whether it may be asked.

use super::host_files::{CONNECTION, HostFiles, files, sweep};
use super::sign::Sign;
use potbridge_protocol::messages::from_host::Connected;
use potbridge_system::clock;
use potbridge_system::dirs::{self, Dirs};
use potbridge_system::regular_file;
use std::fs::{self, File, TryLockError};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::Path;

/// How old a connection without a control socket may be and still count as one of a browser that starts: milliseconds.
///
/// The extension reads its settings in between, which takes some milliseconds. If the socket cannot be opened, the connection
/// stays without one.
const STARTING_MS: u64 = 10_000;

/// Says that a browser is connected, until it is dropped or the process ends.
pub struct Announcement {
    files: HostFiles,
    /// Holds the flock.
    file: File,
    #[expect(dead_code, reason = "held to be alive")]
    sign: Option<Sign>,
    browser: Connected,
}

impl Announcement {
    /// Announces this process's connection, in the first of the runtime folders that can be used.
    ///
    /// # Errors
    /// If none of them can be written.
    pub fn new(browser: &Connected, dirs: &Dirs) -> io::Result<Self> {
        dirs.in_first_runtime(|folder| {
            dirs::make_private(folder)?;
            sweep(folder);
            let files = HostFiles::new(folder)?;
            let new = files.new_connection();
            Self::make(browser, &files, &new).inspect_err(|_| {
                // It may not have been made at all.
                let _ = fs::remove_file(&new);
            })
        })
    }

    /// Makes the file under another name first. So nobody takes it for that of a killed host before it is locked, and the lock
    /// never waits.
    fn make(browser: &Connected, files: &HostFiles, new: &Path) -> io::Result<Self> {
        let mut file = dirs::open_private(new)?;
        let sign = match file.try_lock() {
            Ok(()) => None,
            Err(error) => Some(Sign::new(files).inspect_err(|second| {
                log::warn!("that this browser is connected cannot be shown: {error}; {second}");
            })?),
        };
        file.write_all(&text_of(browser)?)?;
        fs::rename(new, files.connection())?;
        Ok(Self { files: files.clone(), file, sign, browser: browser.clone() })
    }

    /// The files of this host.
    #[must_use]
    pub fn files(&self) -> &HostFiles {
        &self.files
    }

    /// What it says of the browser.
    #[must_use]
    pub fn browser(&self) -> &Connected {
        &self.browser
    }

    /// Whether programs still find it. Somebody may have emptied the folder.
    #[must_use]
    pub fn is_there(&self) -> bool {
        self.files.connection().exists()
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
        let _ = fs::remove_file(self.files.connection());
        let _ = fs::remove_file(self.files.unreachable());
    }
}

/// The browsers that are connected now, the longest connected first.
///
/// Files of killed connections are removed.
#[must_use]
pub fn connected(dirs: &Dirs) -> Vec<Connected> {
    let mut browsers: Vec<Connected> = connections(dirs).filter_map(|files| read_live(&files)).collect();
    browsers.sort_by_key(|browser| browser.since);
    browsers
}

/// The browsers that are connected now, and whose host has no control socket.
pub(super) fn without_socket(dirs: &Dirs) -> Vec<Connected> {
    hosts_without_socket(dirs).map(|(_, browser)| browser).collect()
}

/// The same, with the files of their hosts.
pub(super) fn hosts_without_socket(dirs: &Dirs) -> impl Iterator<Item = (HostFiles, Connected)> {
    let without = connections(dirs).filter(|files| !files.socket().exists());
    without.filter_map(|files| read_live(&files).map(|browser| (files, browser)))
}

/// Whether a browser has connected so lately that its host will open a control socket.
pub(super) fn is_starting(browser: &Connected) -> bool {
    clock::now_ms().abs_diff(browser.since) < STARTING_MS
}

fn connections(dirs: &Dirs) -> impl Iterator<Item = HostFiles> {
    let paths = dirs.runtime_places().into_iter().flat_map(|place| files(&place, CONNECTION));
    paths.filter_map(|path| HostFiles::of_connection(&path))
}

/// Whether the host of these files may be alive: also if that cannot be told.
pub(super) fn may_live(files: &HostFiles) -> bool {
    match regular_file::open(&files.connection()) {
        Ok(file) => !matches!(file.try_lock_shared(), Ok(())) || Sign::is_given(files),
        Err(error) => error.kind() != io::ErrorKind::NotFound,
    }
}

fn read_live(files: &HostFiles) -> Option<Connected> {
    let path = files.connection();
    let mut file = match regular_file::open(&path) {
        Ok(file) => file,
        Err(error) => {
            // It may just have ended.
            if error.kind() != io::ErrorKind::NotFound {
                log::warn!("{} cannot be read: {error}", path.display());
            }
            return None;
        }
    };
    let is_live = match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => true,
        Ok(()) if Sign::is_given(files) => true,
        Ok(()) => {
            // The next reader tries it again.
            let _ = fs::remove_file(&path);
            let _ = fs::remove_file(files.sign_of_life());
            let _ = fs::remove_file(files.unreachable());
            false
        }
        // Without flocks the other signs count, and nothing is removed.
        Err(TryLockError::Error(_)) => Sign::is_given(files) || is_new(&file),
    };
    if !is_live {
        return None;
    }
    // It may be read while it is written.
    (0..3).find_map(|_| {
        file.rewind().ok()?;
        serde_json::from_reader(&file).ok()
    })
}

fn is_new(file: &File) -> bool {
    let written = || file.metadata()?.modified()?.elapsed().map_err(io::Error::other);
    written().is_ok_and(|age| age.as_millis() < u128::from(STARTING_MS))
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
            product: Some(text("Firefox/140.5.0")),
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
        let announcement = Announcement::new(&browser(now), &dirs).unwrap();
        let socket = announcement.files().socket();
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
