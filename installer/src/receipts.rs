//! The list of what `install` made. `uninstall` removes that and nothing else.

use crate::checks::host::OF_CHECK;
use crate::config_file::{Config, DownloadKey};
use crate::error::{Error, Result};
use crate::folders;
use crate::reading::{read, read_text};
use crate::registration::permission::Permission;
use crate::temporary_folder::{TemporaryFolder, remove_leftovers};
use atomic_file::Options;
use fs_err as fs;
use potbridge_browser::Family;
use potbridge_system::browser::native_manifest::NativeManifest;
pub use potbridge_system::browser::receipts::path;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::io;
use std::path::{Path, PathBuf};

/// How the file is written.
const FILE: Options = Options::new().mode(0o600).durable().temporary_name(".potbridge-setup-", ".tmp");

/// All receipts. Their file is written before and after something is made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipts {
    /// Whether `uninstall` removes them now. Then the host brings back no native manifest.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub removing: bool,
    /// This user's configuration of the host, by the variables that `install` knew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config: Option<PathBuf>,
    /// This user's state folder of the host, by the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<PathBuf>,
    /// Files that were made.
    #[serde(default, rename = "file")]
    pub files: Vec<FileReceipt>,
    /// Folders that were made. `uninstall` removes those that are empty.
    #[serde(default, rename = "folder")]
    pub folders: Vec<FolderReceipt>,
    /// What was added to a person's configuration.
    #[serde(default, rename = "addition")]
    pub additions: Vec<Addition>,
    /// Values of the registry that were set. Windows alone.
    #[serde(default, rename = "registry_value", skip_serializing_if = "Vec::is_empty")]
    pub registry_values: Vec<RegistryReceipt>,
    /// Permissions that a flatpak was given.
    #[serde(default, rename = "flatpak_override", skip_serializing_if = "Vec::is_empty")]
    pub flatpak_overrides: Vec<FlatpakReceipt>,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileReceipt {
    /// Absolute.
    pub path: PathBuf,
    /// The SHA-256 of its contents, in hexadecimal.
    ///
    /// While the file is being replaced, both the old and the new one.
    pub sha256: Vec<String>,
    /// The browsers that read it, if it is a native manifest. The host may have written it anew since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manifest: Option<Family>,
}

/// The default value of a key of the registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistryReceipt {
    /// The whole key: `HKCU\Software\…`, or `HKLM\Software\…` if it was made for all users.
    pub key: String,
    /// The path of a native manifest.
    pub value: PathBuf,
    /// The keys that were made for it, the outermost first. `uninstall` removes those that are empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub made: Vec<String>,
}

/// A permission of a flatpak that it had not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlatpakReceipt {
    /// The flatpak's id: `org.mozilla.firefox`.
    pub app: String,
    /// flatpak's file of what this user allows the application.
    pub file: PathBuf,
    /// Its text before. `None`: there was no such file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// Its text afterwards. `None`: that is not known, since `install` was killed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// The permissions that were added.
    pub permissions: Vec<Permission>,
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
    /// The path of an added env-file sink.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub env_file: Option<String>,
    /// Whether a keyring sink was added.
    #[serde(default)]
    pub keyring: bool,
    /// An added id in `extension_ids`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extension_id: Option<String>,
    /// An added value of `[download]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub download: Option<DownloadReceipt>,
    /// Whether `allow = true` was added to `[on_demand]`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub on_demand: bool,
}

/// One value that was added to `[download]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DownloadReceipt {
    /// Its key.
    pub key: DownloadKey,
    /// The value.
    pub value: String,
    /// Whether the table `download` was added with it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub with_table: bool,
}

/// How many folders above the receipts may have been missing when they were made: `~/.local/share/potbridge` and above.
const DEEPEST: usize = 4;

/// The name of folders that are not yet in their place begins so.
const UNFINISHED: &str = ".potbridge-setup-";

/// The state of a file that was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileState {
    /// It has the contents that it was given.
    AsMade,
    /// It has other contents.
    Changed,
    /// It does not exist.
    Missing,
}

impl Receipts {
    /// Reads the file. If it does not exist, there are no receipts.
    ///
    /// # Errors
    /// If the file cannot be read or is not a list of receipts.
    pub fn read(path: &Path) -> Result<Self> {
        match read_text(path)? {
            Some(text) => toml::from_str(&text).map_err(|error| {
                Error::receipts(
                    path,
                    format!("this is not a list of receipts: {}", error.to_string().trim_end()),
                )
            }),
            None => Ok(Self::default()),
        }
    }

    /// Writes the file in one step. Its folder must exist.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&self, path: &Path) -> Result<()> {
        let text = toml::to_string(self).map_err(|error| Error::receipts(path, error.to_string()))?;
        let head = "# What potbridge-setup made. `potbridge-setup uninstall` removes it by this list.\n";
        atomic_file::replace(path, format!("{head}{text}").as_bytes(), &FILE)?;
        Ok(())
    }

    /// Writes the file, and makes its folders with it in one step: a folder has its receipt as soon as it is there.
    ///
    /// # Errors
    /// If something cannot be made.
    pub(crate) fn begin(&self, path: &Path, for_all: bool) -> Result<()> {
        let folder = path.parent().unwrap_or(path);
        let missing: Vec<&Path> = folder.ancestors().take_while(|folder| !folder.exists()).collect();
        let Some((first, above)) = missing.last().and_then(|first| Some((*first, first.parent()?))) else {
            return self.write(path);
        };
        let made = TemporaryFolder::new_in(above, UNFINISHED)?;
        let inside = |path: &Path| made.path().join(path.strip_prefix(first).unwrap_or(Path::new("")));
        folders::make(&inside(folder), for_all)?;
        self.write(&inside(path))?;
        like_other_folders(made.path())?;
        folders::open_up(made.path(), for_all)?;
        fs::rename(made.path(), first)?;
        made.keep();
        Ok(())
    }

    /// Removes the folders that killed runs left: those not yet in their place, and those of a check.
    pub(crate) fn sweep(path: &Path) {
        for folder in path.ancestors().skip(1).filter(|folder| folder.is_dir()).take(DEEPEST) {
            remove_leftovers(folder, UNFINISHED);
        }
        remove_leftovers(&std::env::temp_dir(), OF_CHECK);
    }

    /// Drops the receipts of files that are gone and that nothing needs. There is nothing of them to remove.
    ///
    /// # Errors
    /// If the receipts cannot be written.
    pub(crate) fn drop_gone(&mut self, needed: &[PathBuf], path: &Path) -> Result<()> {
        let before = self.files.len();
        self.files.retain(|file| {
            needed.contains(&file.path) || !file.state().is_ok_and(|state| state == FileState::Missing)
        });
        if self.files.len() == before { Ok(()) } else { self.write(path) }
    }

    /// The receipt of a file.
    #[must_use]
    pub fn of(&self, path: &Path) -> Option<&FileReceipt> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Records that a file will get contents with this SHA-256.
    pub fn expect(&mut self, path: &Path, sha256: &str) {
        match self.files.iter_mut().find(|file| file.path == path) {
            Some(file) if file.sha256.iter().any(|known| known == sha256) => {}
            Some(file) => file.sha256.push(sha256.to_owned()),
            None => self.files.push(FileReceipt {
                path: path.to_owned(),
                sha256: vec![sha256.to_owned()],
                manifest: None,
            }),
        }
    }

    /// Records that a file will be a native manifest for the browsers of a family.
    pub fn expect_manifest(&mut self, path: &Path, sha256: &str, family: Family) {
        self.expect(path, sha256);
        if let Some(file) = self.files.iter_mut().find(|file| file.path == path) {
            file.manifest = Some(family);
        }
    }

    /// Records that a file has contents with this SHA-256 and no others.
    pub fn confirm(&mut self, path: &Path, sha256: &str) {
        if let Some(file) = self.files.iter_mut().find(|file| file.path == path) {
            file.sha256 = vec![sha256.to_owned()];
        }
    }

    /// Records the folders that must be made for `folder`, the outermost first.
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

    /// Records that a key of the registry will lead to a native manifest.
    pub fn expect_registry_value(&mut self, new: RegistryReceipt) {
        match self.registry_values.iter_mut().find(|known| known.key == new.key) {
            Some(known) => known.value = new.value,
            None => self.registry_values.push(new),
        }
    }

    /// Whether the table `download` was added to this configuration.
    #[must_use]
    pub fn made_download_table(&self, config: &Path) -> bool {
        let added = self.additions.iter().filter(|addition| addition.config == config);
        added.flat_map(|addition| &addition.download).any(|download| download.with_table)
    }

    /// Records an addition once.
    pub fn add(&mut self, addition: Addition) {
        if !self.additions.contains(&addition) {
            self.additions.push(addition);
        }
    }
}

impl FileReceipt {
    /// Compares the file with the receipt.
    ///
    /// A native manifest that the host wrote anew is as made, and so is a configuration in which `potbridge serve` noted that
    /// programs may have videos opened. Somebody's link is not, wherever it leads.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn state(&self) -> Result<FileState> {
        match fs::symlink_metadata(&self.path) {
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Ok(FileState::Missing);
            }
            Err(error) => return Err(error.into()),
            Ok(found) if !found.is_file() => return Ok(FileState::Changed),
            Ok(_) => {}
        }
        let Some(bytes) = read(&self.path)? else { return Ok(FileState::Missing) };
        let is_ours = self.sha256.contains(&hash(&bytes))
            || self.is_manifest_as_written(&bytes)
            || self.is_configuration_with_consent(&bytes);
        Ok(if is_ours { FileState::AsMade } else { FileState::Changed })
    }

    fn is_configuration_with_consent(&self, bytes: &[u8]) -> bool {
        let text = std::str::from_utf8(bytes).unwrap_or_default();
        let Ok(mut config) = Config::parse(&self.path, text) else { return false };
        config.remove_on_demand_allow() && self.sha256.contains(&hash(config.text().as_bytes()))
    }

    fn is_manifest_as_written(&self, bytes: &[u8]) -> bool {
        let (Some(family), Ok(text)) = (self.manifest, std::str::from_utf8(bytes)) else { return false };
        NativeManifest::read(text, family).is_some_and(|manifest| manifest.is_as_written(text))
    }
}

/// Gives a temporary folder, which is this user's alone, the mode that a folder has.
fn like_other_folders(folder: &Path) -> Result<()> {
    let like = folder.join(".mode");
    fs::create_dir(&like)?;
    let permissions = fs::metadata(&like)?.permissions();
    fs::remove_dir(&like)?;
    fs::set_permissions(folder, permissions)?;
    Ok(())
}

/// The SHA-256 of bytes, in hexadecimal.
#[must_use]
pub fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_receipts_can_be_read() {
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
    fn the_host_reads_which_files_are_native_manifests() {
        use potbridge_system::browser::receipts::{ManifestReceipt, Registrations};
        let folder = tempfile::tempdir().unwrap();
        let path = path(folder.path());
        let mut receipts = Receipts::default();
        receipts.expect(Path::new("/a"), "12");
        receipts.folders.push(FolderReceipt { path: "/c".into() });
        let mut manifests = Vec::new();
        for (file, family) in [("/m/\"x\"", Family::Chromium), ("/m/y", Family::Firefox)] {
            receipts.expect_manifest(Path::new(file), "34", family);
            manifests.push(ManifestReceipt { file: file.into(), family, sha256: vec!["34".to_owned()] });
        }
        receipts.write(&path).unwrap();
        assert_eq!(
            Registrations::read(&path).unwrap(),
            Registrations { manifests, folders: vec!["/c".into()] }
        );
        receipts.removing = true;
        receipts.write(&path).unwrap();
        assert_eq!(Receipts::read(&path).unwrap(), receipts);
        assert_eq!(Registrations::read(&path).unwrap(), Registrations::default());
    }

    #[test]
    fn a_file_that_is_being_replaced_has_two_hashes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let mut receipts = Receipts::default();
        receipts.expect(&path, &hash(b"old"));
        receipts.expect(&path, &hash(b"new"));
        for text in ["old", "new"] {
            fs::write(&path, text).unwrap();
            assert_eq!(receipts.files[0].state().unwrap(), FileState::AsMade);
        }
        receipts.confirm(&path, &hash(b"new"));
        fs::write(&path, "old").unwrap();
        assert_eq!(receipts.files[0].state().unwrap(), FileState::Changed);
        fs::remove_file(&path).unwrap();
        assert_eq!(receipts.files[0].state().unwrap(), FileState::Missing);
    }

    #[test]
    fn only_missing_folders_are_recorded() {
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
    fn a_file_without_receipts_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("receipts.toml");
        fs::write(&path, "file = 1").unwrap();
        let error = Receipts::read(&path).unwrap_err().to_string();
        assert!(error.contains("receipts.toml"), "{error}");
    }
}
