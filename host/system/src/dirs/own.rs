//! Whether a folder is potbridge's own, so that its mode may be changed.
#![cfg(unix)]

use super::paths::Dirs;
use super::runtime::NAME;
use std::fs;
use std::path::{Path, PathBuf};

/// Whether a folder is potbridge's alone: named so, or one that this process was given for its files, or within one.
///
/// A home folder that was given for them (or `/tmp`, or `/var/lib`) is not, whatever it holds.
pub(super) fn is_own(folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    if folder.file_name().is_some_and(|name| name == NAME) {
        return true;
    }
    let is_given = Dirs::of_environment()
        .is_ok_and(|dirs| [&dirs.state, &dirs.runtime].iter().any(|own| folder.starts_with(own)));
    let Ok(folder) = dunce::canonicalize(folder) else { return false };
    let shared = [
        dirs::home_dir(),
        dirs::state_dir(),
        dirs::config_dir(),
        dirs::cache_dir(),
        dirs::data_local_dir(),
        dirs::runtime_dir(),
    ];
    let holds_others =
        |of: &PathBuf| dunce::canonicalize(of).unwrap_or_else(|_| of.clone()).starts_with(&folder);
    let is_sticky = fs::metadata(&folder).is_ok_and(|found| found.mode() & 0o1000 != 0);
    // `/var/lib` has three parts, the first of which is `/`.
    is_given && !is_sticky && folder.components().count() > 3 && !shared.iter().flatten().any(holds_others)
}
