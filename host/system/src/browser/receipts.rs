//! What the receipts of `install` say of native manifests. `potbridge-setup` writes them, and reads all of them.

use super::Family;
use serde::Deserialize;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// The file of the receipts, in the data folder of an installation.
#[must_use]
pub fn path(data: &Path) -> PathBuf {
    data.join("receipts.toml")
}

/// The native manifests that `install` wrote, and the folders that it made.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Registrations {
    /// The manifests.
    pub manifests: Vec<ManifestReceipt>,
    /// The folders, which `uninstall` removes if they are empty.
    pub folders: Vec<PathBuf>,
}

/// One native manifest.
#[derive(Debug, PartialEq, Eq)]
pub struct ManifestReceipt {
    /// The file.
    pub file: PathBuf,
    /// Who reads it.
    pub family: Family,
    /// The SHA-256 of what `install` wrote, in hexadecimal: of the old text too while it is being replaced.
    pub sha256: Vec<String>,
}

impl Registrations {
    /// Reads them. Without receipts there are none.
    ///
    /// # Errors
    /// The receipts cannot be read.
    pub fn read(receipts: &Path) -> io::Result<Self> {
        let text = match fs::read_to_string(receipts) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::default()),
            text => text?,
        };
        let read: Receipts = toml::from_str(&text).map_err(io::Error::other)?;
        let manifests = read.file.into_iter().filter_map(|file| {
            file.manifest.map(|family| ManifestReceipt { file: file.path, family, sha256: file.sha256 })
        });
        let folders = read.folder.into_iter().map(|folder| folder.path);
        Ok(Self { manifests: manifests.collect(), folders: folders.collect() })
    }
}

/// The parts of the receipts that are of use here.
#[derive(Deserialize)]
struct Receipts {
    #[serde(default)]
    file: Vec<Made>,
    #[serde(default)]
    folder: Vec<Made>,
}

#[derive(Deserialize)]
struct Made {
    path: PathBuf,
    #[serde(default)]
    sha256: Vec<String>,
    /// Of files that are native manifests.
    manifest: Option<Family>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn native_manifests_are_told_from_other_files() {
        let folder = tempfile::tempdir().unwrap();
        let path = path(folder.path());
        assert_eq!(Registrations::read(&path).unwrap(), Registrations::default());
        let text = "[[file]]\npath = \"/p/potbridge\"\nsha256 = [\"1\"]\n\
            [[file]]\npath = \"/m/host.json\"\nsha256 = [\"2\"]\nmanifest = \"firefox\"\n\
            [[folder]]\npath = \"/m\"\n[[addition]]\nconfig = \"/c\"\n";
        fs::write(&path, text).unwrap();
        let manifest = ManifestReceipt {
            file: "/m/host.json".into(),
            family: Family::Firefox,
            sha256: vec!["2".to_owned()],
        };
        let read = Registrations::read(&path).unwrap();
        assert_eq!(read, Registrations { manifests: vec![manifest], folders: vec!["/m".into()] });
        fs::write(&path, "file = 1").unwrap();
        assert!(Registrations::read(&path).is_err());
    }
}
