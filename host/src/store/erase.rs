//! Erases files that hold tokens.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;

/// Overwrites a file and removes it. One that cannot be removed is left empty.
///
/// What is not surely potbridge's own is removed from the folder alone: a link, a file with a second name, and somebody else's.
/// A folder holds no token, and is left.
pub(super) fn erase(path: &Path) -> io::Result<()> {
    let Some(place) = Place::find(path)? else { return Ok(()) };
    // Others have the log's index in their memory. It has no tokens.
    let is_index = path.to_string_lossy().ends_with("-shm");
    let content = if is_index { None } else { place.content() };
    match (place.remove(), content) {
        (Ok(()), None) => {
            if !is_index {
                log::warn!(
                    "{} is removed, and was not overwritten: it may have another name",
                    path.display()
                );
            }
            Ok(())
        }
        (Ok(()), Some(mut content)) => {
            if let Err(error) = overwrite(&mut content) {
                log::warn!("{} is removed, and was not overwritten: {error}", path.display());
            }
            Ok(())
        }
        (Err(error), None) => Err(error),
        (Err(_), Some(mut content)) => overwrite(&mut content).and_then(|()| content.set_len(0)),
    }
}

fn overwrite(file: &mut File) -> io::Result<()> {
    let size = file.metadata()?.len();
    let zeros = [0; 4096];
    let mut left = size;
    while left > 0 {
        let some = usize::try_from(left.min(4096)).unwrap_or_default();
        file.write_all(&zeros[..some])?;
        left -= some as u64;
    }
    file.sync_data()
}

/// Something in a folder that is no folder itself. Whoever owns the folder may put something else in its place at any moment.
#[cfg(unix)]
struct Place<'a> {
    folder: File,
    name: &'a std::ffi::OsStr,
}

#[cfg(unix)]
impl<'a> Place<'a> {
    fn find(path: &'a Path) -> io::Result<Option<Self>> {
        use rustix::fs::{AtFlags, FileType, statat};
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return Ok(None) };
        let found = potbridge_system::dirs::open_folder(folder)
            .and_then(|folder| Ok((statat(&folder, name, AtFlags::SYMLINK_NOFOLLOW)?, folder)));
        match found {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
            Ok((found, _)) if FileType::from_raw_mode(found.st_mode) == FileType::Directory => Ok(None),
            Ok((_, folder)) => Ok(Some(Self { folder, name })),
        }
    }

    /// The file, if it may be overwritten.
    fn content(&self) -> Option<File> {
        use rustix::fs::{Mode, OFlags, openat};
        use std::os::unix::fs::MetadataExt as _;
        let flags = OFlags::WRONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let file = File::from(openat(&self.folder, self.name, flags, Mode::empty()).ok()?);
        let (found, folder) = (file.metadata().ok()?, self.folder.metadata().ok()?);
        let own = rustix::process::geteuid();
        let is_own = found.uid() == own.as_raw() || own.is_root() && found.uid() == folder.uid();
        (found.is_file() && found.nlink() == 1 && is_own).then_some(file)
    }

    fn remove(&self) -> io::Result<()> {
        match rustix::fs::unlinkat(&self.folder, self.name, rustix::fs::AtFlags::empty()) {
            Err(rustix::io::Errno::NOENT) => Ok(()),
            removed => Ok(removed?),
        }
    }
}

#[cfg(not(unix))]
struct Place<'a>(&'a Path);

#[cfg(not(unix))]
impl<'a> Place<'a> {
    fn find(path: &'a Path) -> io::Result<Option<Self>> {
        match path.symlink_metadata() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            found => Ok((!found?.is_dir()).then_some(Self(path))),
        }
    }

    fn content(&self) -> Option<File> {
        let is_file = self.0.symlink_metadata().is_ok_and(|found| found.is_file());
        is_file.then(|| File::options().write(true).open(self.0).ok())?
    }

    fn remove(&self) -> io::Result<()> {
        match std::fs::remove_file(self.0) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}
