//! Folders of a moment, and those that killed runs left.

use std::fs;
use std::io;
use std::path::Path;
use tempfile::TempDir;

/// How many letters follow the beginning of a name.
const RANDOM: usize = 6;

/// A folder that is this user's alone, and is removed when this is dropped.
#[derive(Debug)]
pub(crate) struct TemporaryFolder {
    folder: TempDir,
    /// It is locked as long as its process lives.
    #[cfg(unix)]
    _lock: fs::File,
}

impl TemporaryFolder {
    /// Makes one in the folder `above`, with a name that begins with `prefix`. Removes those that killed runs left there.
    ///
    /// # Errors
    /// If it cannot be made.
    pub(crate) fn new_in(above: &Path, prefix: &str) -> io::Result<Self> {
        remove_leftovers(above, prefix);
        let mut builder = tempfile::Builder::new();
        let folder = builder.prefix(prefix).rand_bytes(RANDOM).tempdir_in(above)?;
        // Whatever the umask is.
        open_to_owner(folder.path())?;
        #[cfg(unix)]
        return Ok(Self { _lock: locked(folder.path())?, folder });
        #[cfg(not(unix))]
        Ok(Self { folder })
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The folder stays: it has another name now.
    pub(crate) fn keep(self) {
        let _moved = self.folder.keep();
    }
}

/// Removes the folders in `above` that killed runs left. One that cannot be removed stays: it does no harm.
pub(crate) fn remove_leftovers(above: &Path, prefix: &str) {
    let Ok(entries) = fs::read_dir(above) else { return };
    let is_named_so = |name: &str| {
        let random = name.strip_prefix(prefix).unwrap_or_default();
        random.len() == RANDOM && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    for entry in entries.flatten().filter(|entry| entry.file_name().to_str().is_some_and(is_named_so)) {
        let path = entry.path();
        // No link is followed.
        if entry.metadata().is_ok_and(|found| found.is_dir() && is_own(&found)) && !is_in_use(&path) {
            let _stays = fs::remove_dir_all(path);
        }
    }
}

/// Gives its owner all rights. Who was killed under a strict umask may have left it without.
#[cfg(unix)]
fn open_to_owner(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

/// On Windows a folder has the rights of the one above it.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it fails")]
fn open_to_owner(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn locked(folder: &Path) -> io::Result<fs::File> {
    let lock = fs::File::open(folder)?;
    lock.try_lock()?;
    Ok(lock)
}

/// Whether a process that lives has made it.
#[cfg(unix)]
fn is_in_use(folder: &Path) -> bool {
    let _stays = open_to_owner(folder);
    locked(folder).is_err()
}

/// Windows locks no folders, and removes none whose files are open.
#[cfg(not(unix))]
fn is_in_use(_: &Path) -> bool {
    false
}

#[cfg(unix)]
fn is_own(found: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    found.uid() == rustix::process::geteuid().as_raw()
}

/// Windows' folders of temporary files are each user's own.
#[cfg(not(unix))]
fn is_own(_: &fs::Metadata) -> bool {
    true
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    #[test]
    fn what_a_killed_run_left_is_removed_and_nothing_else() {
        let above = tempfile::tempdir().unwrap();
        let live = TemporaryFolder::new_in(above.path(), "p-").unwrap();
        for name in ["p-aaaaaa", "p-bbbbbb", "p-toolong", "p-short", "q-aaaaaa"] {
            fs::create_dir(above.path().join(name)).unwrap();
        }
        fs::write(above.path().join("p-aaaaaa/file"), "").unwrap();
        fs::set_permissions(above.path().join("p-bbbbbb"), fs::Permissions::from_mode(0o000)).unwrap();
        fs::write(above.path().join("p-cccccc"), "").unwrap();
        symlink(above.path().join("q-aaaaaa"), above.path().join("p-dddddd")).unwrap();
        let another = TemporaryFolder::new_in(above.path(), "p-").unwrap();
        let live = [&live, &another].map(|one| one.path().file_name().unwrap().to_str().unwrap().to_owned());
        let mut expected =
            ["p-cccccc", "p-dddddd", "p-short", "p-toolong", "q-aaaaaa"].map(str::to_owned).to_vec();
        expected.extend(live);
        expected.sort();
        let names = fs::read_dir(above.path()).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
        names.sort();
        assert_eq!(names, expected);
    }
}
