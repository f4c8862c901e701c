//! What the receipts of `install` say of native manifests. `potbridge-setup` writes them, and reads all of them.

use super::Family;
use super::extension::data_folder;
use crate::regular_file;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use toml::de::DeTable;

/// The file of the receipts, in the data folder of an installation.
#[must_use]
pub fn path(data: &Path) -> PathBuf {
    data.join("receipts.toml")
}

/// The file of the receipts of this user's own installation. `None`: there is no home folder.
///
/// On Linux it is in the home folder, wherever `XDG_DATA_HOME` leads: neither a browser that the desktop starts nor an
/// `uninstall` in another shell need know that variable.
#[must_use]
pub fn of_user() -> Option<PathBuf> {
    let platform = if cfg!(any(windows, target_os = "macos")) {
        dirs::data_dir()?
    } else {
        dirs::home_dir()?.join(".local").join("share")
    };
    Some(path(&data_folder(&platform)))
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
    /// Reads them. Without receipts there are none, and none that stay if `uninstall` removes them now.
    ///
    /// # Errors
    /// The receipts cannot be read.
    pub fn read(receipts: &Path) -> io::Result<Self> {
        let text = match regular_file::read_to_string(receipts) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::default()),
            text => text?,
        };
        let table = DeTable::parse(&text).map_err(io::Error::other)?;
        if table.get_ref().get("removing").and_then(|value| value.get_ref().as_bool()) == Some(true) {
            return Ok(Self::default());
        }
        let manifests = tables(table.get_ref(), "file").filter_map(|file| {
            let family =
                Family::ALL.into_iter().find(|family| said(file, "manifest") == Some(family.name()))?;
            let sha256 = file.get("sha256")?.get_ref().as_array()?.iter();
            let sha256 = sha256.filter_map(|hash| hash.get_ref().as_str().map(str::to_owned)).collect();
            Some(ManifestReceipt { file: said(file, "path")?.into(), family, sha256 })
        });
        let folders =
            tables(table.get_ref(), "folder").filter_map(|folder| Some(said(folder, "path")?.into()));
        Ok(Self { manifests: manifests.collect(), folders: folders.collect() })
    }
}

/// The tables of an array of tables.
fn tables<'a>(all: &'a DeTable<'a>, key: &str) -> impl Iterator<Item = &'a DeTable<'a>> {
    let array = all.get(key).and_then(|value| value.get_ref().as_array());
    array.into_iter().flat_map(|array| array.iter()).filter_map(|value| value.get_ref().as_table())
}

fn said<'a>(table: &'a DeTable<'a>, key: &str) -> Option<&'a str> {
    table.get(key)?.get_ref().as_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

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
        fs::write(&path, format!("removing = true\n{text}")).unwrap();
        assert_eq!(Registrations::read(&path).unwrap(), Registrations::default());
        fs::write(&path, "file = ").unwrap();
        assert!(Registrations::read(&path).is_err());
    }
}
