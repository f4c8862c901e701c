//! The files of the store: which they are, whose they are, and what stands in the way of using them.

use super::error::StoreError;
use potbridge_system::dirs;
use std::ffi::OsString;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

/// Which file stands at a path: its device and number. `None` if there is none.
pub(super) type Identity = Option<(u64, u64)>;

#[cfg(unix)]
pub(super) fn identity(path: &Path) -> Identity {
    use std::os::unix::fs::MetadataExt as _;
    path.metadata().ok().map(|found| (found.dev(), found.ino()))
}

/// Windows keeps the name of a file that a program has open.
#[cfg(not(unix))]
pub(super) fn identity(path: &Path) -> Identity {
    path.metadata().ok().map(|_| (0, 0))
}

/// A file beside the database: `tokens.db-wal`, `tokens.db.damaged`.
pub(super) fn beside(path: &Path, more: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(more);
    name.into()
}

/// SQLite's files: the database, the log that is written ahead, and the log's index.
pub(super) fn files(path: &Path) -> [PathBuf; 3] {
    [path.to_owned(), beside(path, "-wal"), beside(path, "-shm")]
}

/// In a user's folder root works on the store as that user: SQLite opens files by their paths, and the user may change what
/// these lead to.
#[cfg(unix)]
pub(super) fn as_owner(path: &Path) -> Result<Option<dirs::AsOwner>, StoreError> {
    dirs::as_owner(path).map_err(|error| StoreError::others(path, &error))
}

#[cfg(not(unix))]
pub(super) fn as_owner(_path: &Path) -> Result<Option<()>, StoreError> {
    Ok(None)
}

/// The file that a path leads to. SQLite too puts its other files beside that one.
pub(super) fn followed(path: &Path) -> PathBuf {
    if !path.is_symlink() {
        return path.to_owned();
    }
    let target = || fs::read_link(path).ok().and_then(|target| Some(path.parent()?.join(target)));
    dunce::canonicalize(path).ok().or_else(target).unwrap_or_else(|| path.to_owned())
}

/// Makes the file, if there is none, and makes it its owner's alone: it and what is beside it.
pub(super) fn prepare(path: &Path) -> Result<(), StoreError> {
    let failed = |error| StoreError::of_system(path, &error);
    if let Some(folder) = path.parent() {
        dirs::make_private(folder).map_err(failed)?;
    }
    match path.metadata() {
        Ok(found) => check(path, &found)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            dirs::open_private(path).map_err(failed)?;
        }
        Err(error) => return Err(failed(error)),
    }
    for file in files(path) {
        tighten(&file);
    }
    Ok(())
}

/// Names what is no file. Opening a FIFO would wait for ever.
fn check(path: &Path, found: &Metadata) -> Result<(), StoreError> {
    let what = match found.file_type() {
        kind if kind.is_file() => return Ok(()),
        kind if kind.is_dir() => "a folder",
        _ => "no regular file",
    };
    Err(StoreError::not_a_file(path, what))
}

/// Takes what others may do with a file from them.
#[cfg(unix)]
pub(super) fn tighten(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let Ok(found) = path.metadata() else { return };
    let mode = found.permissions().mode();
    // Not by opening it: closing it would let go the locks that this process has of it.
    if mode & 0o077 != 0
        && let Err(error) = fs::set_permissions(path, fs::Permissions::from_mode(mode & 0o700))
    {
        log::warn!("others may read {}: its mode cannot be changed: {error}", path.display());
    }
}

#[cfg(not(unix))]
pub(super) fn tighten(_path: &Path) {}

/// What stands in the way of reading or writing the store, as the system says. `None` if nothing does.
///
/// SQLite's codes do not say why a file cannot be opened or written.
#[cfg(unix)]
pub(super) fn obstacle(path: &Path) -> Option<Obstacle> {
    use rustix::fs::{Access, AtFlags, CWD, accessat};
    let may = |at: &Path, access| accessat(CWD, at, access, AtFlags::EACCESS).map_err(io::Error::from);
    match path.metadata() {
        Ok(found) => {
            if let Err(error) = check(path, &found) {
                return Some(Obstacle::Unusable(error));
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Some(Obstacle::Unusable(StoreError::of_system(path, &error))),
    }
    let folder = path.parent()?;
    let named = |error| StoreError::of_system(path, &error);
    let folder_may = may(folder, Access::WRITE_OK | Access::EXEC_OK);
    for file in files(path).iter().filter(|file| file.exists()) {
        if let Err(error) = may(file, Access::READ_OK | Access::WRITE_OK) {
            let foreign = folder_may.is_ok() && !is_own(file) && is_own(folder);
            return Some(if foreign { Obstacle::Foreign } else { Obstacle::Unusable(named(error)) });
        }
    }
    folder_may.and_then(|()| write_something(folder)).err().map(|error| Obstacle::Unusable(named(error)))
}

#[cfg(not(unix))]
pub(super) fn obstacle(path: &Path) -> Option<Obstacle> {
    let written = write_something(path.parent()?);
    written.err().map(|error| Obstacle::Unusable(StoreError::of_system(path, &error)))
}

/// What stands in the way of using the store.
pub(super) enum Obstacle {
    /// A file of another user's, in a folder of this user's: it can be replaced.
    #[cfg(unix)]
    Foreign,
    /// Something that only the user can change.
    Unusable(StoreError),
}

#[cfg(unix)]
pub(super) fn is_own(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    path.metadata().is_ok_and(|found| found.uid() == rustix::process::geteuid().as_raw())
}

#[cfg(not(unix))]
pub(super) fn is_own(_path: &Path) -> bool {
    true
}

/// What a file is called that is made to see whether there is room. A number follows, which no other process has either.
const ROOM: &str = ".potbridge-room-";

/// Whether there is room for what SQLite makes beside a database: an index of 32 KiB, and a log.
fn write_something(folder: &Path) -> io::Result<()> {
    use std::io::Write as _;
    sweep(folder);
    let mut number = [0; 8];
    getrandom::fill(&mut number).map_err(io::Error::other)?;
    let path = folder.join(format!("{ROOM}{:016x}", u64::from_ne_bytes(number)));
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&path)?;
    let written = file.write_all(&[1; 64 * 1024]).and_then(|()| synced(&file));
    let removed = fs::remove_file(&path);
    written.and(removed)
}

/// Some file systems sync no file. The store is used there without.
fn synced(file: &fs::File) -> io::Result<()> {
    match file.sync_data() {
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => {
            Ok(())
        }
        synced => synced,
    }
}

/// Removes the files of this kind that killed processes have left. Another process needs its own for a moment.
fn sweep(folder: &Path) {
    // What cannot be listed or removed is met again by the write that follows.
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let is_left = entry.file_name().to_str().is_some_and(|name| name.starts_with(ROOM))
            && entry
                .metadata()
                .and_then(|found| found.modified())
                .is_ok_and(|at| at.elapsed().is_ok_and(|age| age > std::time::Duration::from_secs(60)));
        if is_left && let Err(error) = fs::remove_file(entry.path()) {
            log::debug!("{} stays: {error}", entry.path().display());
        }
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    /// Two containers number their processes and threads alike.
    #[test]
    fn whether_there_is_room_is_tried_under_a_name_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let of_other = format!("{ROOM}{}-{:?}", std::process::id(), std::thread::current().id());
        fs::write(folder.path().join(of_other), "").unwrap();
        write_something(folder.path()).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_a_killed_process_left_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let left = fs::File::create(folder.path().join(format!("{ROOM}1"))).unwrap();
        left.set_modified(std::time::SystemTime::now() - std::time::Duration::from_secs(3600)).unwrap();
        write_something(folder.path()).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
