//! One writer at a time, across processes.

use std::{
    fs::{File, TryLockError},
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
/// On Unix it is two locks (`flock`), each waited for in turn. The one of the folder of the real file is the better one:
/// every writer finds the folder, and no rename replaces it. The one of the file itself stands in for it, and every
/// writer takes both, so that those who get one alone are seen by all others.
///
/// - A folder that cannot be opened (no read permission), or cannot be locked (some network file systems): the file's is
///   enough. While that file is absent, nothing is locked; of several writers that create it, the first one wins.
/// - One that another program keeps locked for longer than the timeout: if the other lock was got, that is enough.
///   Programs such as cron's `flock -n` hold a folder's for hours, and a value must not wait that long. If no time is to be
///   waited, both are needed.
/// - Neither can be locked, as on a file system without locks (ENOSYS, ENOLCK): the writer goes on. The file is still
///   replaced whole. A change that another program makes meanwhile is seen, and the edit begins anew. If it comes in the
///   instant between the last look and the rename, it is lost. Only two writes in place at once could mix their bytes.
///
/// On Windows a folder cannot be locked. There a file in the user's own folder for temporary files, named after the
/// folder, is locked.
pub(crate) struct Lock {
    folder: Attempt,
    _file: Attempt,
    /// Why the lock is not a whole one, if the user should know.
    pub(crate) lack: Option<Lack>,
}

/// What is missing in a [`Lock`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lack {
    /// Another program keeps the folder locked.
    Folder,
    /// Another program keeps the file locked.
    File,
    /// Neither the folder nor the file can be locked.
    Both,
}

/// What came of an attempt to lock something.
enum Attempt {
    Locked(#[cfg_attr(not(unix), expect(dead_code, reason = "it is held"))] File),
    /// It is not there, so there is nothing to lock.
    #[cfg_attr(not(unix), expect(dead_code, reason = "there the file itself is not locked"))]
    Absent,
    /// Another program has it locked.
    Busy,
    /// It is of a kind that cannot be locked, or this user may not open it.
    Impossible,
}

impl Lock {
    /// Waits up to `timeout` for other writers, for the folder and then for the file.
    pub(crate) fn take(target: &Target, timeout: Duration) -> Result<Self, Error> {
        use Attempt::{Absent, Busy, Impossible, Locked};

        let folder = lock_folder(target, timeout);
        if matches!(folder, Busy) && timeout.is_zero() {
            return Err(busy(target));
        }
        let file = lock_file(target, timeout);
        let lack = match (&folder, &file) {
            (Locked(_), Busy) if timeout.is_zero() => return Err(busy(target)),
            (Locked(_), Busy) => Some(Lack::File),
            (Locked(_), _) | (Impossible, Locked(_) | Absent) => None,
            (Busy, Locked(_) | Absent) => Some(Lack::Folder),
            (Impossible, Impossible) => Some(Lack::Both),
            (_, Busy | Impossible) | (Absent, _) => return Err(busy(target)),
        };
        Ok(Self { folder, _file: file, lack })
    }

    /// Whether the folder is locked, so that no other writer can be at work in it.
    pub(crate) fn holds_folder(&self) -> bool {
        // On Windows writers of other users have another folder for temporary files.
        cfg!(unix) && matches!(self.folder, Attempt::Locked(_))
    }
}

#[cfg(unix)]
fn lock_folder(target: &Target, timeout: Duration) -> Attempt {
    File::open(target.folder()).map_or(Attempt::Impossible, |folder| wait_for(folder, timeout))
}

#[cfg(unix)]
fn lock_file(target: &Target, timeout: Duration) -> Attempt {
    use atomic_file::open_no_follow;
    use std::{fs::OpenOptions, io, os::unix::fs::MetadataExt as _};

    let (path, until) = (target.path(), Instant::now() + timeout);
    let same = |file: &File| match (file.metadata(), std::fs::symlink_metadata(path)) {
        (Ok(locked), Ok(now)) => (locked.dev(), locked.ino()) == (now.dev(), now.ino()),
        _ => false,
    };
    loop {
        match std::fs::symlink_metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Attempt::Absent,
            // A FIFO would notice that it is opened. It is refused later.
            Ok(found) if !found.is_file() => return Attempt::Absent,
            _ => {}
        }
        let file = match open_no_follow(path, OpenOptions::new().read(true)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            // What is to be done with the file says why not.
            Err(_) => return Attempt::Impossible,
        };
        let mut attempt = wait_for(file, until.saturating_duration_since(Instant::now()));
        if matches!(attempt, Attempt::Impossible)
            // On NFS only a file that is open for writing can be locked (flock(2)).
            && let Ok(file) = open_no_follow(path, OpenOptions::new().read(true).write(true))
        {
            attempt = wait_for(file, until.saturating_duration_since(Instant::now()));
        }
        match &attempt {
            Attempt::Locked(file) if !same(file) && Instant::now() >= until => return Attempt::Busy,
            // Another writer replaced the file while its lock was waited for.
            Attempt::Locked(file) if !same(file) => {}
            _ => return attempt,
        }
    }
}

#[cfg(not(unix))]
fn lock_file(_: &Target, _: Duration) -> Attempt {
    Attempt::Impossible
}

#[cfg(not(unix))]
fn lock_folder(target: &Target, timeout: Duration) -> Attempt {
    use std::{
        fs::OpenOptions,
        hash::{DefaultHasher, Hash as _, Hasher as _},
    };

    let mut hasher = DefaultHasher::new();
    target.folder().hash(&mut hasher);
    let path = std::env::temp_dir().join(format!("env-file-{:016x}.lock", hasher.finish()));
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
    file.map_or(Attempt::Impossible, |file| wait_for(file, timeout))
}

/// Locks `file`. The standard library has no lock with a timeout.
fn wait_for(file: File, timeout: Duration) -> Attempt {
    let until = Instant::now() + timeout;
    let (mut pause, longest) = PAUSES;
    loop {
        match file.try_lock() {
            Ok(()) => return Attempt::Locked(file),
            Err(TryLockError::WouldBlock) if Instant::now() >= until => return Attempt::Busy,
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(TryLockError::Error(_)) => return Attempt::Impossible,
        }
        sleep(pause);
        pause = (pause * 2).min(longest);
    }
}

fn busy(target: &Target) -> Error {
    Error::Busy { path: target.path().into() }
}
