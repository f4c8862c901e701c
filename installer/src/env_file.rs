//! Which `.env` is meant.

use crate::error::{Error, Named as _, Result};
use std::path::{Path, PathBuf};

/// The absolute path of a `.env` file that may not exist yet, in a folder that must. A symbolic link
/// in the last place stays one: the host follows it.
///
/// # Errors
/// Where its folder does not exist, or it is a folder itself, or its path is not UTF-8.
pub fn absolute(path: &Path) -> Result<PathBuf> {
    let whole = std::path::absolute(path).named("find", path)?;
    let (Some(folder), Some(name)) = (whole.parent(), whole.file_name()) else {
        return Err(Error::content(path, "this is a folder; name a file in it, as in /srv/app/.env"));
    };
    if whole.is_dir() {
        return Err(Error::content(
            path,
            format!("this is a folder; name a file in it, as in {}", whole.join(".env").display()),
        ));
    }
    let found = folder.canonicalize().named("find the folder", folder)?.join(name);
    match found.to_str() {
        Some(_) => Ok(found),
        None => Err(Error::NotUtf8(found)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_does_not_exist_yet_has_an_absolute_path() {
        let folder = tempfile::tempdir().unwrap();
        let real = folder.path().canonicalize().unwrap();
        std::fs::create_dir(real.join("a")).unwrap();
        assert_eq!(absolute(&real.join("a/../.env")).unwrap(), real.join(".env"));
    }

    #[test]
    fn a_folder_and_a_file_in_no_folder_are_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let error = absolute(folder.path()).unwrap_err().to_string();
        assert!(error.contains("this is a folder"), "{error}");
        let error = absolute(&folder.path().join("no/.env")).unwrap_err().to_string();
        assert!(error.contains("/no"), "{error}");
    }
}
