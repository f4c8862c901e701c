//! Checksums, as `sha256sum --check` reads them.

use crate::error::{Error, Result};
use fs_err as fs;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::path::Path;

/// The file's name.
pub const FILE: &str = "SHA256SUMS";

/// The checksums of the files in a folder that potbridge's packages are in.
///
/// # Errors
/// If a file cannot be read.
pub fn of_folder(folder: &Path) -> Result<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        let name = entry.file_name().into_string().map_err(|_| Error::NotUtf8(path.clone()))?;
        if path.is_file() && name.starts_with("potbridge") {
            names.push(name);
        }
    }
    names.sort();
    let mut text = String::new();
    for name in names {
        let hash = Sha256::digest(fs::read(folder.join(&name))?);
        for byte in hash {
            write!(text, "{byte:02x}").map_err(|_| Error::NotUtf8(folder.to_owned()))?;
        }
        text.push_str(&format!("  {name}\n"));
    }
    Ok(text)
}
