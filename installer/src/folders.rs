//! Folders that are made, and those that root writes into for all users.

use crate::error::Result;
use fs_err as fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// The path of a folder or a file that is there, without links.
///
/// # Errors
/// If it cannot be found.
pub(crate) fn real(path: &Path) -> Result<PathBuf> {
    dunce::canonicalize(path)
        .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())).into())
}

/// Makes a folder and those above it that are missing. A folder that is there stays as it is.
///
/// With `for_all` every user can look into the new ones, whatever the umask is. Otherwise their owner can.
///
/// # Errors
/// If one cannot be made.
pub(crate) fn make(folder: &Path, for_all: bool) -> Result<()> {
    let missing: Vec<_> = folder.ancestors().take_while(|folder| !folder.exists()).collect();
    for folder in missing.into_iter().rev() {
        match fs::create_dir(folder) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error.into()),
            Ok(()) => open_up(folder, for_all)?,
        }
    }
    // Says so if a file is in its place.
    Ok(fs::create_dir_all(folder)?)
}

/// Gives a new folder the mode that its users need.
#[cfg(unix)]
pub(crate) fn open_up(folder: &Path, for_all: bool) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(folder)?.permissions().mode() & 0o7777;
    let wanted = if for_all { mode & 0o7000 | 0o755 } else { mode | 0o700 };
    if wanted != mode {
        fs::set_permissions(folder, std::fs::Permissions::from_mode(wanted))?;
    }
    Ok(())
}

/// On Windows a folder has the rights of the one above it.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it fails")]
pub(crate) fn open_up(_: &Path, _: bool) -> Result<()> {
    Ok(())
}

/// Refuses a folder for all users that somebody else leads elsewhere, or could.
///
/// Below `root` no link on the way may be another user's, and no folder may be open to everyone for writing.
///
/// # Errors
/// [`Error::InTheWay`](crate::error::Error::InTheWay), and `permission-denied` with the folder that is open.
#[cfg(unix)]
pub(crate) fn refuse_untrusted(folder: &Path, root: &Path) -> Result<()> {
    use crate::checks::quoted;
    use crate::error::Error;
    use potbridge_protocol::{Code, Problem};
    use std::os::unix::fs::MetadataExt as _;
    let own = [0, rustix::process::geteuid().as_raw()];
    for on_the_way in folder.ancestors().take_while(|one| *one != root) {
        let Ok(found) = on_the_way.symlink_metadata() else { continue };
        if found.is_symlink() && !own.contains(&found.uid()) {
            return Err(Error::InTheWay(on_the_way.to_owned()));
        }
        if found.is_dir() && found.mode() & 0o002 != 0 {
            let message = format!(
                "every user may write into {}, so nothing is put there for all",
                on_the_way.display()
            );
            let hint = format!("chmod o-w {}", quoted(on_the_way));
            return Err(Error::Problem(Problem::new(Code::PermissionDenied, message).with_hint(hint)));
        }
    }
    Ok(())
}

/// Windows asks who may write there itself.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it fails")]
pub(crate) fn refuse_untrusted(_: &Path, _: &Path) -> Result<()> {
    Ok(())
}
