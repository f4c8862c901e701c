//! Archives. The same files make the same bytes, whoever packs them, wherever and whenever.

pub mod deb;
pub mod tar;
pub mod zip;

use crate::error::{Error, Result};
use crate::files::files;
use fs_err as fs;
use std::path::Path;

/// When every file in an archive was last changed: 1980-01-01, the earliest time that a zip archive can say.
///
/// Seconds since 1970. GNU tar calls earlier ones implausible.
pub const TIME: u64 = 315_532_800;

/// One file of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its path in the archive, separated by `/`.
    pub name: String,
    /// What it holds.
    pub bytes: Vec<u8>,
    /// Whether it is a program.
    pub is_program: bool,
}

impl File {
    /// A file that is no program.
    #[must_use]
    pub fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), bytes: bytes.into(), is_program: false }
    }

    /// A program.
    #[must_use]
    pub fn program(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { is_program: true, ..Self::new(name, bytes) }
    }

    /// The same file in a folder of the archive.
    #[must_use]
    pub fn within(self, folder: &str) -> Self {
        Self { name: format!("{folder}/{}", self.name), ..self }
    }

    /// The mode that it is unpacked with.
    pub(crate) fn mode(&self) -> u32 {
        if self.is_program { 0o755 } else { 0o644 }
    }
}

/// The files of a folder, none of them a program.
///
/// # Errors
/// If one cannot be read.
pub fn of_folder(folder: &Path) -> Result<Vec<File>> {
    let mut found = Vec::new();
    for (path, name) in files(folder)? {
        let parts: Option<Vec<_>> = name.iter().map(|part| part.to_str()).collect();
        let name = parts.ok_or_else(|| Error::NotUtf8(path.clone()))?.join("/");
        found.push(File::new(name, fs::read(&path)?));
    }
    Ok(found)
}

/// The files in the order in which archives hold them.
fn sorted(files: &[File]) -> Vec<&File> {
    let mut files: Vec<_> = files.iter().collect();
    files.sort_by(|one, other| one.name.cmp(&other.name));
    files
}
