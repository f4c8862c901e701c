//! Where the runtime files are: the one rule for it.
//!
//! `POTBRIDGE_RUNTIME_DIR` names the folder. Without it, it is `potbridge` in `XDG_RUNTIME_DIR`; else in `/run/user/UID`, since
//! cron, ssh, `su` and services of the system do not set that variable; else `run` in the state folder. A host and a command may
//! have other variables than each other. So a host uses the first place that it can, and a command looks into all.

use std::path::{Path, PathBuf};

/// The name of our folders in those of the login.
pub const NAME: &str = "potbridge";

/// The folder of runtime files, if no variable of ours names one: the first that can be used.
pub(crate) fn choose(state: &Path) -> PathBuf {
    let last = state.join("run");
    #[cfg(unix)]
    return above().into_iter().find(|above| is_usable(above)).map_or(last, |above| above.join(NAME));
    #[cfg(not(unix))]
    last
}

/// All folders that [`choose`] could choose for a process of this user, best first.
pub(crate) fn candidates(state: &Path) -> Vec<PathBuf> {
    let last = state.join("run");
    #[cfg(unix)]
    return above().into_iter().map(|above| above.join(NAME)).chain([last]).collect();
    #[cfg(not(unix))]
    vec![last]
}

/// The login's own folders.
#[cfg(unix)]
fn above() -> Vec<PathBuf> {
    let named = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|path| path.is_absolute());
    let usual = format!("/run/user/{}", rustix::process::geteuid().as_raw());
    let mut found: Vec<PathBuf> = named.into_iter().collect();
    if cfg!(target_os = "linux") && found.first().is_none_or(|named| *named != *usual) {
        found.push(usual.into());
    }
    found
}

/// Whether this user has such a folder, alone, and may write into it.
#[cfg(unix)]
fn is_usable(above: &Path) -> bool {
    use rustix::fs::{Access, access};
    use std::os::unix::fs::MetadataExt as _;
    let Ok(found) = std::fs::metadata(above) else { return false };
    if !is_ours(&found) || found.mode() & 0o002 != 0 {
        return false;
    }
    // One that is missing is made. One of somebody else is of no use.
    let may_be_ours = std::fs::metadata(above.join(NAME)).map_or(true, |found| is_ours(&found));
    may_be_ours && access(above, Access::WRITE_OK | Access::EXEC_OK).is_ok()
}

#[cfg(unix)]
fn is_ours(found: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    found.is_dir() && found.uid() == rustix::process::geteuid().as_raw()
}

/// Whether a folder is there, and this user's.
#[cfg(unix)]
pub(crate) fn is_own(folder: &Path) -> bool {
    std::fs::metadata(folder).is_ok_and(|found| is_ours(&found))
}

/// Whether a folder is there.
#[cfg(not(unix))]
pub(crate) fn is_own(folder: &Path) -> bool {
    folder.is_dir()
}
