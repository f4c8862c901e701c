//! Folders and files that only their owner may open.
//!
//! What is found wider than that is tightened. What root makes in a folder of somebody else is given to that folder's owner
//! (`root.rs`), so that `sudo` takes nothing from the user whose home it writes into.

use super::access::Access;
#[cfg(unix)]
use super::own::is_own;
#[cfg(unix)]
use super::root;
#[cfg(unix)]
use std::collections::HashSet;
use std::fs::{self, DirBuilder, File};
use std::io;
use std::path::Path;
#[cfg(unix)]
use std::path::PathBuf;
#[cfg(unix)]
use std::sync::{Mutex, PoisonError};

/// Makes a folder that only its owner may open (0700), and the folders above it.
///
/// If it is one of potbridge's own and others may look into it, that is ended.
///
/// # Errors
/// It cannot be made.
pub fn make_private(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    if root::is_root() {
        let made = root::make_folder(folder)?;
        return tighten(&made, folder, || is_own(folder));
    }
    if let Ok(found) = fs::metadata(folder)
        && found.is_dir()
    {
        #[cfg(unix)]
        if is_wide(&found)
            && is_own(folder)
            && let Err(error) = close_to_others(folder)
        {
            say(folder, &error);
        }
        return Ok(());
    }
    if let Some(above) = folder.parent() {
        fs::create_dir_all(above)?;
    }
    #[cfg_attr(not(unix), expect(unused_mut, reason = "only Unix has a mode to set"))]
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists || !folder.is_dir() => Err(error),
        _ => Ok(()),
    }
}

/// Opens a folder. As root, through no link that leads to what is not its owner's.
///
/// # Errors
/// What the system says.
#[cfg(unix)]
pub fn open_folder(folder: &Path) -> io::Result<File> {
    if root::is_root() { root::open_folder(folder) } else { File::open(folder) }
}

/// Makes a folder like any other, and the folders above it.
///
/// # Errors
/// It cannot be made.
pub fn make(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    if root::is_root() {
        return root::make_usual_folder(folder);
    }
    fs::create_dir_all(folder)
}

/// Takes the rights of others from a folder that is certainly potbridge's own.
///
/// # Errors
/// It cannot be looked at.
#[cfg(unix)]
pub fn close_to_others(folder: &Path) -> io::Result<()> {
    // Opened as root, since a path could lead elsewhere a moment later.
    tighten(&open_folder(folder)?, folder, || true)
}

/// Windows' access lists are inherited from the user's own folder.
///
/// # Errors
/// None.
#[cfg(not(unix))]
pub fn close_to_others(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Takes the rights of others from an open file or folder, if it `may_be` so.
#[cfg(unix)]
fn tighten(open: &File, path: &Path, may_be: impl FnOnce() -> bool) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    let found = open.metadata()?;
    let is_ours = found.uid() == rustix::process::geteuid().as_raw() || root::is_root();
    if !is_wide(&found) || !is_ours || !(found.is_file() || found.is_dir()) || !may_be() {
        return Ok(());
    }
    let mode = if found.is_dir() { 0o700 } else { 0o600 };
    if let Err(error) = open.set_permissions(fs::Permissions::from_mode(mode)) {
        say(path, &error);
    }
    Ok(())
}

#[cfg(unix)]
fn is_wide(found: &fs::Metadata) -> bool {
    std::os::unix::fs::MetadataExt::mode(found) & 0o077 != 0
}

/// Opens a file to be written, as it stands. If it is missing, it is made: its owner's alone.
///
/// If others may open it, that is ended.
///
/// # Errors
/// What the system says.
pub fn open_private(path: &Path) -> io::Result<File> {
    open_with(path, Access::Write)
}

/// Opens a file to be read, and to be written at its end. If it is missing, it is made: its owner's alone.
///
/// If others may open it, that is ended. It can be read too, because Windows locks no file that can only be appended to.
///
/// # Errors
/// What the system says.
pub fn open_private_to_append(path: &Path) -> io::Result<File> {
    open_with(path, Access::Append)
}

#[cfg(not(unix))]
fn open_with(path: &Path, access: Access) -> io::Result<File> {
    access.options().open(path)
}

#[cfg(unix)]
fn open_with(path: &Path, access: Access) -> io::Result<File> {
    let file = if root::is_root() { root::open_file(path, access)? } else { access.options().open(path)? };
    tighten(&file, path, || true)?;
    Ok(file)
}

/// Says in the log that others may open what they should not, once for each path. A file system without modes refuses, and
/// so does nothing by which the secret would be safer.
#[cfg(unix)]
fn say(path: &Path, error: &io::Error) {
    static SAID: Mutex<Option<HashSet<PathBuf>>> = Mutex::new(None);
    let is_new =
        SAID.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default().insert(path.to_owned());
    // Unlocked: to write the log, its own folder is made private, of which the same may be to be said.
    if is_new {
        log::warn!("others may open {}, and that cannot be ended: {error}", path.display());
    }
}
