//! One writer at a time, across processes.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    thread::sleep,
    time::{Duration, Instant},
};

use atomic_file::Target;

use crate::Error;

/// The first pause between two attempts to lock, and the longest one.
const PAUSES: (Duration, Duration) = (Duration::from_millis(1), Duration::from_millis(20));

/// The right to change the files in a folder, until dropped or until the process ends.
///
/// On Unix it is `flock` on the folder of the real file: every writer finds the folder, and no rename replaces it. Two
/// cases fall back to `flock` on the file itself: a folder that cannot be opened (no read permission), and a folder that
/// cannot be locked (some network file systems). While that file is absent, nothing is locked; of several writers that
/// create it, the first one wins. A writer that locks the folder and one that locks the file do not see each other.
///
/// On Windows a folder cannot be locked. There a file in the user's own folder for temporary files, named after the
/// folder, is locked.
pub(crate) struct Lock {
    _held: Option<File>,
    of_folder: bool,
}

impl Lock {
    /// Waits up to `timeout` for other writers.
    pub(crate) fn take(target: &Target, timeout: Duration) -> Result<Self, Error> {
        let until = Instant::now() + timeout;
        #[cfg(unix)]
        return lock_folder(target, until);
        #[cfg(not(unix))]
        return lock_stand_in(target, until);
    }

    /// Whether the folder is locked, so that no other writer can be at work in it.
    pub(crate) fn holds_folder(&self) -> bool {
        self.of_folder
    }
}

#[cfg(unix)]
fn lock_folder(target: &Target, until: Instant) -> Result<Lock, Error> {
    match File::open(target.folder()) {
        Ok(folder) if wait_for(&folder, target, until)? => Ok(Lock { _held: Some(folder), of_folder: true }),
        _ => lock_file(target, until),
    }
}

#[cfg(unix)]
fn lock_file(target: &Target, until: Instant) -> Result<Lock, Error> {
    use atomic_file::open_no_follow;
    use std::os::unix::fs::MetadataExt as _;

    let path = target.path();
    let failed = |error| Error::from(atomic_file::Error::io(error, "lock", path));
    loop {
        let held = match open_no_follow(path, OpenOptions::new().read(true)) {
            Ok(file) => Some(file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(failed(error)),
        };
        if let Some(file) = &held {
            if !wait_for(file, target, until)? {
                return Err(failed(io::ErrorKind::Unsupported.into()));
            }
            let locked = file.metadata().map_err(failed)?;
            let now = std::fs::symlink_metadata(path);
            if !now.is_ok_and(|now| (now.dev(), now.ino()) == (locked.dev(), locked.ino())) {
                if Instant::now() >= until {
                    return Err(busy(target));
                }
                continue;
            }
        }
        return Ok(Lock { _held: held, of_folder: false });
    }
}

#[cfg(not(unix))]
fn lock_stand_in(target: &Target, until: Instant) -> Result<Lock, Error> {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};

    let mut hasher = DefaultHasher::new();
    target.folder().hash(&mut hasher);
    let path = std::env::temp_dir().join(format!("env-file-{:016x}.lock", hasher.finish()));
    let failed = |error, doing| Error::from(atomic_file::Error::io(error, doing, &path));
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|error| failed(error, "open"))?;
    if wait_for(&file, target, until)? {
        Ok(Lock { _held: Some(file), of_folder: false })
    } else {
        Err(failed(io::ErrorKind::Unsupported.into(), "lock"))
    }
}

/// Locks `file`. Returns `false` if it is of a kind that cannot be locked.
///
/// The standard library has no lock with a timeout.
fn wait_for(file: &File, target: &Target, until: Instant) -> Result<bool, Error> {
    let (mut pause, longest) = PAUSES;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(true),
            Err(TryLockError::WouldBlock) if Instant::now() >= until => return Err(busy(target)),
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(TryLockError::Error(_)) => return Ok(false),
        }
        sleep(pause);
        pause = (pause * 2).min(longest);
    }
}

fn busy(target: &Target) -> Error {
    Error::Busy { path: target.path().into() }
}
