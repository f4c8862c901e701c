use std::{
    fs::{self, File, FileType, OpenOptions},
    io,
    path::{Path, PathBuf},
};

use crate::{Error, links};

/// The real file behind a path, or the place where it would be created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    folder: PathBuf,
    path: PathBuf,
    exists: bool,
}

impl Target {
    /// Follows the symbolic links from `path` to the real file.
    ///
    /// If the last link leads to a file that does not exist, the target is where that file would be. For root a link of
    /// another user leads only to what is that user's.
    ///
    /// # Errors
    ///
    /// If the folder does not exist, if the links lead in a circle, or if the system does not let this user look.
    pub fn find(path: &Path) -> Result<Self, Error> {
        let target = Self::behind(path)?;
        #[cfg(unix)]
        links::check(path, if target.exists { &target.path } else { &target.folder })?;
        Ok(target)
    }

    fn behind(path: &Path) -> Result<Self, Error> {
        let mut next = path.to_path_buf();
        for _ in 0..links::MOST_LINKS {
            let Some(name) = next.file_name() else {
                return Err(Error::NotARegularFile { path: next, what: "a folder" });
            };
            let folder = real_folder(&next)?;
            let real = folder.join(name);
            let found = match fs::symlink_metadata(&real) {
                Ok(found) => found,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    return Ok(Self { folder, path: real, exists: false });
                }
                Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
                    return Err(Error::FolderMissing { folder });
                }
                Err(error) => return Err(Error::io(error, "look at", &real)),
            };
            if !found.is_symlink() {
                return Ok(Self { folder, path: real, exists: true });
            }
            let linked = fs::read_link(&real).map_err(|error| Error::io(error, "follow the link", &real))?;
            next = folder.join(linked);
        }
        Err(Error::SymlinkLoop { path: path.into() })
    }

    /// The folder of the file, without symbolic links.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The path of the file, without symbolic links.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether something was there when it was looked for.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.exists
    }
}

fn real_folder(path: &Path) -> Result<PathBuf, Error> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    dunce::canonicalize(folder).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
            Error::FolderMissing { folder: folder.into() }
        }
        _ => Error::io(error, "look into", folder),
    })
}

/// Opens the file at `path` itself, never what a symbolic link leads to (`O_NOFOLLOW`).
///
/// It does not wait for the other end of a FIFO (`O_NONBLOCK`). On Windows it opens the file as `options` say.
///
/// # Errors
///
/// If `path` is a symbolic link, or if the file cannot be opened.
pub fn open_no_follow(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt as _;
        let flags = OFlags::NONBLOCK | OFlags::NOFOLLOW | OFlags::NOCTTY;
        options.custom_flags(flags.bits().cast_signed());
    }
    options.open(path)
}

/// An error unless `found` is the type of a regular file.
pub(crate) fn check_regular(path: &Path, found: FileType) -> Result<(), Error> {
    if found.is_file() {
        return Ok(());
    }
    Err(Error::NotARegularFile { path: path.into(), what: kind_of(found) })
}

fn kind_of(found: FileType) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        if found.is_fifo() {
            return "a FIFO";
        } else if found.is_socket() {
            return "a socket";
        } else if found.is_block_device() || found.is_char_device() {
            return "a device";
        }
    }
    if found.is_dir() { "a folder" } else { "something else" }
}
