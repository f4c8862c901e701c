//! The path of a `.env` file.

use crate::error::{Error, Result};
use potbridge_protocol::Code;
use std::path::{Path, PathBuf};

/// The absolute path of a `.env` file, which need not exist. Its folder must exist.
///
/// If the file is a symbolic link, the path is the link's: the host follows it.
///
/// # Errors
/// If its folder does not exist, the path is a folder, or it is not UTF-8.
pub(crate) fn absolute(path: &Path) -> Result<PathBuf> {
    let whole = std::path::absolute(path)?;
    let (Some(folder), Some(name)) = (whole.parent(), whole.file_name()) else {
        return Err(Error::IsFolder(path.to_owned()));
    };
    if whole.is_dir() {
        return Err(Error::IsFolder(whole));
    }
    if !folder.is_dir() {
        return Err(Error::Missing {
            code: Code::FolderMissing,
            what: format!("the folder {}", folder.display()),
            hint: format!("make it: mkdir -p {}", folder.display()),
        });
    }
    let found = fs_err::canonicalize(folder)?.join(name);
    if found.to_str().is_none() {
        return Err(Error::NotUtf8(found));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_does_not_exist_has_an_absolute_path() {
        let folder = tempfile::tempdir().unwrap();
        let real = folder.path().canonicalize().unwrap();
        std::fs::create_dir(real.join("a")).unwrap();
        assert_eq!(absolute(&real.join("a/../.env")).unwrap(), real.join(".env"));
    }

    #[test]
    fn a_folder_and_a_file_in_no_folder_are_errors() {
        let folder = tempfile::tempdir().unwrap();
        let error = absolute(folder.path()).unwrap_err();
        assert!(error.to_string().ends_with("is a folder"), "{error}");
        assert!(error.hint().unwrap().ends_with(".env"));
        let error = absolute(&folder.path().join("no/.env")).unwrap_err().to_string();
        assert!(error.contains("/no"), "{error}");
    }
}
