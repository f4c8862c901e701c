//! Paths in a configuration.

use std::path::PathBuf;

/// A path that means the same file wherever it is read. `~` is the home folder.
///
/// # Errors
/// Says that the path is not absolute. `of` says whose path it is.
pub(super) fn absolute(path: PathBuf, of: &str) -> Result<PathBuf, String> {
    let path = match (path.strip_prefix("~"), dirs::home_dir()) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path,
    };
    if path.is_absolute() {
        Ok(path)
    } else {
        Err(format!("the path {} {of} is not absolute", path.display()))
    }
}
