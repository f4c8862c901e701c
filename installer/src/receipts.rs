//! What `install` made, so that `uninstall` removes that and nothing else.

use crate::error::{Error, Named as _, Result};
use crate::replace::replace;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// All receipts, in a file that is rewritten before and after something is made.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipts {
    /// Files that were made.
    #[serde(default, rename = "file")]
    pub files: Vec<FileReceipt>,
    /// Folders that were made; they go when they are empty.
    #[serde(default, rename = "folder")]
    pub folders: Vec<FolderReceipt>,
    /// What was added to a configuration that a person wrote.
    #[serde(default, rename = "addition")]
    pub additions: Vec<Addition>,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileReceipt {
    /// Absolute.
    pub path: PathBuf,
    /// The contents that it was given, in hexadecimal. While it is being replaced: the old ones
    /// and the new ones, since it may be left with either.
    pub sha256: Vec<String>,
}

/// One folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FolderReceipt {
    /// Absolute.
    pub path: PathBuf,
}

/// One thing added to a configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addition {
    /// The configuration file.
    pub config: PathBuf,
    /// The path of an env-file sink, where that was added.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub env_file: Option<String>,
    /// Whether the keyring was added as a sink.
    #[serde(default)]
    pub keyring: bool,
    /// An id in `extension_ids`, where that was added.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extension_id: Option<String>,
    /// yt-dlp's place, where that was added.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub yt_dlp: Option<String>,
    /// Whether the table that it stands in was added with it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub download_table: bool,
}

/// Whether a file is as it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// Byte for byte.
    AsMade,
    /// Somebody changed it.
    Changed,
    /// It is not there.
    Gone,
}

/// Where the receipts are, in a data folder.
#[must_use]
pub fn place(data: &Path) -> PathBuf {
    data.join("potbridge/receipts.toml")
}

impl Receipts {
    /// Reads them; none where there is no file.
    ///
    /// # Errors
    /// Where the file cannot be read or is not what this program wrote.
    pub fn read(path: &Path) -> Result<Self> {
        match fs::read_to_string(path) {
            Ok(text) => toml::from_str(&text)
                .map_err(|error| Error::content(path, format!("not a list of receipts: {error}"))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error).named("read", path),
        }
    }

    /// Writes them, whole. The folder must exist.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write(&self, path: &Path) -> Result<()> {
        let text = toml::to_string(self).map_err(|error| Error::content(path, error.to_string()))?;
        let head = "# What potbridge-setup made. `potbridge-setup uninstall` removes it by this list.\n";
        replace(path, format!("{head}{text}").as_bytes(), 0o600)
    }

    /// The receipt of a file.
    #[must_use]
    pub fn of(&self, path: &Path) -> Option<&FileReceipt> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Records that a file is about to get contents with this hash.
    pub fn expect(&mut self, path: &Path, sha256: &str) {
        match self.files.iter_mut().find(|file| file.path == path) {
            Some(file) if file.sha256.iter().any(|known| known == sha256) => {}
            Some(file) => file.sha256.push(sha256.to_owned()),
            None => self.files.push(FileReceipt { path: path.to_owned(), sha256: vec![sha256.to_owned()] }),
        }
    }

    /// Records that a file has contents with this hash, and no other any more.
    pub fn confirm(&mut self, path: &Path, sha256: &str) {
        if let Some(file) = self.files.iter_mut().find(|file| file.path == path) {
            file.sha256 = vec![sha256.to_owned()];
        }
    }

    /// Records the folders that must be made so that `folder` exists, outermost first.
    pub fn expect_folder(&mut self, folder: &Path) {
        let mut missing: Vec<_> = folder
            .ancestors()
            .take_while(|folder| !folder.exists())
            .map(|path| FolderReceipt { path: path.to_owned() })
            .filter(|receipt| !self.folders.contains(receipt))
            .collect();
        missing.reverse();
        self.folders.extend(missing);
    }

    /// Whether the table that yt-dlp's place stands in was added to this configuration.
    #[must_use]
    pub fn made_download_table(&self, config: &Path) -> bool {
        self.additions.iter().any(|addition| addition.config == config && addition.download_table)
    }

    /// Records an addition once.
    pub fn add(&mut self, addition: Addition) {
        if !self.additions.contains(&addition) {
            self.additions.push(addition);
        }
    }
}

impl FileReceipt {
    /// Looks at the file.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn condition(&self) -> Result<Condition> {
        match fs::read(&self.path) {
            Ok(bytes) if self.sha256.contains(&hash(&bytes)) => Ok(Condition::AsMade),
            Ok(_) => Ok(Condition::Changed),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Condition::Gone),
            Err(error) => Err(error).named("read", &self.path),
        }
    }
}

/// SHA-256 in hexadecimal.
#[must_use]
pub fn hash(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn receipts_come_back_as_they_were_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("receipts.toml");
        assert_eq!(Receipts::read(&path).unwrap(), Receipts::default());
        let mut receipts = Receipts::default();
        receipts.expect(Path::new("/a \"b\""), "12");
        receipts.folders.push(FolderReceipt { path: "/c".into() });
        receipts.add(Addition {
            config: "/d".into(),
            env_file: Some("/e".to_owned()),
            ..Addition::default()
        });
        receipts.write(&path).unwrap();
        assert_eq!(Receipts::read(&path).unwrap(), receipts);
    }

    #[test]
    fn while_a_file_is_replaced_both_contents_are_known() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let mut receipts = Receipts::default();
        receipts.expect(&path, &hash(b"old"));
        receipts.expect(&path, &hash(b"new"));
        for text in ["old", "new"] {
            fs::write(&path, text).unwrap();
            assert_eq!(receipts.files[0].condition().unwrap(), Condition::AsMade);
        }
        receipts.confirm(&path, &hash(b"new"));
        fs::write(&path, "old").unwrap();
        assert_eq!(receipts.files[0].condition().unwrap(), Condition::Changed);
        fs::remove_file(&path).unwrap();
        assert_eq!(receipts.files[0].condition().unwrap(), Condition::Gone);
    }

    #[test]
    fn only_folders_that_are_missing_are_recorded() {
        let folder = tempfile::tempdir().unwrap();
        let mut receipts = Receipts::default();
        receipts.expect_folder(&folder.path().join("a/b"));
        receipts.expect_folder(&folder.path().join("a/c"));
        let recorded: Vec<_> = receipts
            .folders
            .iter()
            .map(|receipt| receipt.path.strip_prefix(folder.path()).unwrap())
            .collect();
        assert_eq!(recorded, [Path::new("a"), Path::new("a/b"), Path::new("a/c")]);
    }

    #[test]
    fn a_file_that_is_no_list_of_receipts_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("receipts.toml");
        fs::write(&path, "file = 1").unwrap();
        let error = Receipts::read(&path).unwrap_err().to_string();
        assert!(error.contains("receipts.toml"), "{error}");
    }
}
