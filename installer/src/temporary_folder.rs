//! Folders of a moment, and those that killed runs left.

use std::fs;
use std::io;
use std::path::Path;
use tempfile::TempDir;

/// How many letters follow the beginning of a name.
const RANDOM: usize = 6;

/// How often another one is made if a new folder cannot be locked.
#[cfg(unix)]
const ATTEMPTS: u32 = 10;

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
        builder.prefix(prefix).rand_bytes(RANDOM);
        #[cfg(not(unix))]
        return Ok(Self { folder: builder.tempdir_in(above)? });
        #[cfg(unix)]
        for _ in 0..ATTEMPTS {
            let folder = builder.tempdir_in(above)?;
            // Whatever the umask is. Until it is locked, another run may take it for left, and remove it.
            if let Ok(lock) = open_to_owner(folder.path()).and_then(|()| locked(folder.path())) {
                return Ok(Self { _lock: lock, folder });
            }
        }
        #[cfg(unix)]
        Err(io::Error::other("a new folder there cannot be locked"))
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
        if !entry.metadata().is_ok_and(|found| found.is_dir() && is_own(&found)) {
            continue;
        }
        // Held until it is removed. Windows locks no folders, and removes none whose files are open.
        #[cfg(unix)]
        let Ok(_lock) = open_to_owner(&path).and_then(|()| locked(&path)) else { continue };
        let _stays = fs::remove_dir_all(path);
    }
}

/// Gives its owner all rights. Who was killed under a strict umask may have left it without.
#[cfg(unix)]
fn open_to_owner(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

/// Locks a folder. It fails if a process that lives has made it, or removes it, or if it is there no more.
#[cfg(unix)]
fn locked(folder: &Path) -> io::Result<fs::File> {
    let lock = fs::File::open(folder)?;
    lock.try_lock()?;
    // Who removed it may have let it go in between.
    folder.metadata()?;
    Ok(lock)
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
    fn runs_at_the_same_time_leave_each_other_their_folders() {
        let above = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..100 {
                        let folder = TemporaryFolder::new_in(above.path(), "p-").unwrap();
                        fs::write(folder.path().join("file"), "").unwrap();
                    }
                });
            }
        });
    }

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
