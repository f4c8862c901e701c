//! One writer at a time, across processes and whatever their configuration.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    thread::sleep,
    time::{Duration, Instant},
};

use super::{EnvFileError, PATIENCE, place::Place};

/// The right to change the files in a folder, until dropped or the process ends.
///
/// On Unix it is `flock` on the folder of the real file, since that is the one thing that every writer finds and no
/// rename replaces. Where the folder cannot be opened (no read permission) or locked (some network file systems), it
/// is `flock` on the file itself; while there is no file, it is nothing, and of several that create it the first one
/// wins. A writer that can lock the folder and one that cannot do not see each other. On Windows a folder cannot be locked, and it is a file in the user's
/// own folder for temporary files, named after the folder.
pub(super) struct Lock {
    held: Option<File>,
    folder: bool,
}

impl Lock {
    /// Waits up to [`PATIENCE`].
    pub(super) fn take(place: &Place) -> Result<Self, EnvFileError> {
        let until = Instant::now() + PATIENCE;
        #[cfg(unix)]
        return take_unix(place, until);
        #[cfg(not(unix))]
        return take_elsewhere(place, until);
    }

    /// The opened folder, where that is what is locked.
    pub(super) fn folder(&self) -> Option<&File> {
        self.held.as_ref().filter(|_| self.folder)
    }
}

#[cfg(unix)]
fn take_unix(place: &Place, until: Instant) -> Result<Lock, EnvFileError> {
    match File::open(&place.folder) {
        Ok(folder) if wait_for(&folder, place, until)? => Ok(Lock { held: Some(folder), folder: true }),
        _ => take_file(place, until),
    }
}

#[cfg(unix)]
fn take_file(place: &Place, until: Instant) -> Result<Lock, EnvFileError> {
    use super::place::open_without_waiting;
    use std::os::unix::fs::MetadataExt as _;

    let failed = |error| EnvFileError::from_io(error, "lock", &place.path);
    loop {
        let held = match open_without_waiting(&place.path, OpenOptions::new().read(true)) {
            Ok(file) => Some(file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(failed(error)),
        };
        if let Some(file) = &held {
            if !wait_for(file, place, until)? {
                return Err(failed(io::ErrorKind::Unsupported.into()));
            }
            let locked = file.metadata().map_err(failed)?;
            let now = std::fs::symlink_metadata(&place.path);
            if !now.is_ok_and(|now| (now.dev(), now.ino()) == (locked.dev(), locked.ino())) {
                continue;
            }
        }
        return Ok(Lock { held, folder: false });
    }
}

#[cfg(not(unix))]
fn take_elsewhere(place: &Place, until: Instant) -> Result<Lock, EnvFileError> {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};

    let mut hasher = DefaultHasher::new();
    place.folder.hash(&mut hasher);
    let name = format!("potbridge-{:016x}.lock", hasher.finish());
    let path = std::env::temp_dir().join(name);
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|error| EnvFileError::from_io(error, "open", &path))?;
    if wait_for(&file, place, until)? {
        Ok(Lock { held: Some(file), folder: false })
    } else {
        let unsupported = io::ErrorKind::Unsupported.into();
        Err(EnvFileError::from_io(unsupported, "lock", &path))
    }
}

/// Locks `file`; `false` if it is of a kind that cannot be locked. The standard library has no lock with a time limit.
fn wait_for(file: &File, place: &Place, until: Instant) -> Result<bool, EnvFileError> {
    let mut pause = Duration::from_millis(1);
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(true),
            Err(TryLockError::WouldBlock) if Instant::now() >= until => return Err(busy(place)),
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(TryLockError::Error(_)) => return Ok(false),
        }
        sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

fn busy(place: &Place) -> EnvFileError {
    EnvFileError::Busy { path: place.path.clone() }
}
