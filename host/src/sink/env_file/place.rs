//! Finds the real file behind a path and reads it.

use std::{
    fs::{self, File, FileType, Metadata, OpenOptions},
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use zeroize::Zeroizing;

use super::{EnvFileError, LARGEST};

/// As many links in a row as Linux follows (path_resolution(7)).
const MOST_LINKS: usize = 40;

/// Where the file really is, or would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// Its folder, without symbolic links.
    pub(super) folder: PathBuf,
    /// The file, in that folder.
    pub(super) path: PathBuf,
    pub(super) exists: bool,
}

impl Place {
    /// Follows symbolic links from `path` to a file or, where the last one dangles, to where that file would be.
    pub(super) fn find(path: &Path) -> Result<Self, EnvFileError> {
        let mut next = path.to_path_buf();
        for _ in 0..MOST_LINKS {
            let Some(name) = next.file_name() else {
                return Err(EnvFileError::NotARegularFile { path: next, what: "a folder" });
            };
            let folder = real_folder(&next)?;
            let real = folder.join(name);
            let found = match fs::symlink_metadata(&real) {
                Ok(found) => found,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    return Ok(Self { folder, path: real, exists: false });
                }
                Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
                    return Err(EnvFileError::FolderMissing { folder });
                }
                Err(error) => return Err(EnvFileError::from_io(error, "look at", &real)),
            };
            if !found.is_symlink() {
                return Ok(Self { folder, path: real, exists: true });
            }
            let target = fs::read_link(&real)
                .map_err(|error| EnvFileError::from_io(error, "follow the link", &real))?;
            next = folder.join(target);
        }
        Err(EnvFileError::SymlinkLoop { path: path.into() })
    }
}

fn real_folder(path: &Path) -> Result<PathBuf, EnvFileError> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    fs::canonicalize(folder).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
            EnvFileError::FolderMissing { folder: folder.into() }
        }
        _ => EnvFileError::from_io(error, "look into", folder),
    })
}

/// The file as it was before the change. Its bytes are wiped when dropped.
pub(super) struct Original {
    pub(super) bytes: Zeroizing<Vec<u8>>,
    pub(super) file: File,
    pub(super) metadata: Metadata,
}

impl Original {
    /// Reads the file, or nothing where there is none. Never waits for a FIFO or a device.
    pub(super) fn read(place: &Place) -> Result<Option<Self>, EnvFileError> {
        let failed = |doing| {
            let path = place.path.clone();
            move |error| EnvFileError::from_io(error, doing, &path)
        };
        match fs::symlink_metadata(&place.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed("look at")(error)),
            Ok(found) => regular(place, found.file_type())?,
        }
        let file = match open_without_waiting(&place.path, OpenOptions::new().read(true)) {
            // It vanished in between.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened.map_err(failed("read"))?,
        };
        let metadata = file.metadata().map_err(failed("look at"))?;
        regular(place, metadata.file_type())?;
        let too_large = || EnvFileError::TooLarge { path: place.path.clone() };
        let size =
            usize::try_from(metadata.len()).ok().filter(|&size| size <= LARGEST).ok_or_else(too_large)?;
        let mut bytes = Zeroizing::new(Vec::with_capacity(size + 1));
        (&file).take(LARGEST as u64 + 1).read_to_end(&mut bytes).map_err(failed("read"))?;
        if bytes.len() > LARGEST {
            return Err(too_large());
        }
        text(place, &bytes)?;
        Ok(Some(Self { bytes, file, metadata }))
    }

    /// Whether `now` describes the very file that was read, as it was then.
    pub(super) fn is_still(&self, now: &Metadata) -> bool {
        same_state(&self.metadata, now)
    }
}

#[cfg(unix)]
fn same_state(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let state = |of: &Metadata| {
        let modified = (of.mtime(), of.mtime_nsec());
        let changed = (of.ctime(), of.ctime_nsec());
        (of.dev(), of.ino(), of.size(), modified, changed)
    };
    state(one) == state(other)
}

#[cfg(not(unix))]
fn same_state(one: &Metadata, other: &Metadata) -> bool {
    one.len() == other.len() && one.modified().ok() == other.modified().ok()
}

/// Opens what stands at `path` itself: a link that was put there meanwhile is an error, a FIFO does not block.
pub(super) fn open_without_waiting(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt as _;
        let flags = OFlags::NONBLOCK | OFlags::NOFOLLOW | OFlags::NOCTTY;
        options.custom_flags(flags.bits().cast_signed());
    }
    options.open(path)
}

fn regular(place: &Place, found: FileType) -> Result<(), EnvFileError> {
    if found.is_file() {
        return Ok(());
    }
    Err(EnvFileError::NotARegularFile { path: place.path.clone(), what: what(found) })
}

fn what(found: FileType) -> &'static str {
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

fn text(place: &Place, bytes: &[u8]) -> Result<(), EnvFileError> {
    let what = if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        "UTF-16"
    } else if bytes.contains(&0) {
        "NUL bytes"
    } else {
        return Ok(());
    };
    Err(EnvFileError::NotText { path: place.path.clone(), what })
}
