//! The files of a folder.

use crate::error::{Error, Result};
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// All files under a folder in a fixed order: their paths, and their names relative to the folder.
pub(crate) fn files(folder: &Path) -> Result<Vec<(PathBuf, PathBuf)>> {
    let mut found = Vec::new();
    for entry in WalkDir::new(folder).sort_by_file_name() {
        // Its text names the path.
        let entry = entry.map_err(|error| Error::File(error.into()))?;
        if entry.file_type().is_file()
            && let Ok(name) = entry.path().strip_prefix(folder)
        {
            found.push((entry.path().to_owned(), name.to_owned()));
        }
    }
    Ok(found)
}
