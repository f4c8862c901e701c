//! One native manifest: what is wrong with it, and how it is written anew.

use atomic_file::{Options, Snapshot, Swap, Target};
use potbridge_protocol::Code;
use potbridge_system::browser::native_manifest::{self, NativeManifest};
use potbridge_system::browser::receipts::ManifestReceipt;
use potbridge_system::digest::sha256;
use potbridge_system::regular_file;
use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

const OPTIONS: Options = Options::new().durable();

/// The most bytes that a manifest may have. Real ones have 400.
const LARGEST: usize = 1 << 20;

/// A manifest of the receipts, as it is now.
pub(super) struct Found<'a> {
    receipt: &'a ManifestReceipt,
    text: Option<String>,
    manifest: Option<NativeManifest>,
    /// The folder to be made for it.
    missing_folder: Option<&'a Path>,
    /// The folders that `install` made, so that `uninstall` removes them.
    made: &'a [PathBuf],
    /// Why the browser finds no program by it.
    pub(super) lack: Option<Lack>,
}

/// Why a browser finds no program by a manifest.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Lack {
    /// It is not there.
    Gone,
    /// It is none that a browser takes.
    Invalid,
    /// It leads to no program that can be run.
    NoProgram(PathBuf),
}

impl Lack {
    /// How it was, now that it is mended.
    pub(super) fn past(&self) -> String {
        match self {
            Self::NoProgram(path) => format!("led to {}, where no program can be run", path.display()),
            other => other.to_string(),
        }
    }

    pub(super) fn code(&self) -> Code {
        match self {
            Self::Gone => Code::NotRegistered,
            Self::Invalid => Code::ManifestInvalid,
            Self::NoProgram(_) => Code::HostMissing,
        }
    }
}

impl fmt::Display for Lack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gone => f.write_str("was removed"),
            Self::Invalid => f.write_str("is none that a browser takes"),
            Self::NoProgram(path) => write!(f, "leads to {}, where no program can be run", path.display()),
        }
    }
}

impl<'a> Found<'a> {
    /// Looks at it. `made` are the folders that `install` made.
    pub(super) fn at(receipt: &'a ManifestReceipt, made: &'a [PathBuf]) -> Self {
        let folder = receipt.file.parent();
        let missing_folder = folder.filter(|folder| !folder.exists());
        let mut found = Self { receipt, text: None, manifest: None, missing_folder, made, lack: None };
        found.text = match regular_file::read_to_string(&receipt.file) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                // A browser that was removed needs none.
                let has_browser = folder.and_then(Path::parent).is_some_and(Path::exists);
                found.lack = has_browser.then_some(Lack::Gone);
                return found;
            }
            Err(error) if error.kind() == ErrorKind::InvalidData => None,
            // Nobody knows what it says.
            Err(_) => return found,
        };
        found.manifest = found.text.as_ref().and_then(|text| NativeManifest::read(text, receipt.family));
        found.lack = match &found.manifest {
            None => Some(Lack::Invalid),
            Some(manifest) if is_lacking(&manifest.host) => Some(Lack::NoProgram(manifest.host.clone())),
            Some(_) => None,
        };
        found
    }

    /// Whether it may be written anew, or why not.
    pub(super) fn may_be_mended(&self) -> Result<(), String> {
        // Its program is a script in the sandbox.
        if self.receipt.file.iter().any(|part| part == ".var") {
            return Err("it is that of a sandbox".to_owned());
        }
        if self.receipt.file.is_symlink() {
            return Err("it is a link that somebody made".to_owned());
        }
        if let Some(folder) = self.missing_folder.filter(|folder| !self.is_made(folder)) {
            return Err(format!("the folder {} was removed", folder.display()));
        }
        match (&self.text, &self.manifest) {
            (None, _) if self.lack == Some(Lack::Gone) => Ok(()),
            (Some(text), Some(manifest)) if manifest.is_as_written(text) => Ok(()),
            // As an earlier version wrote it.
            (Some(text), Some(_)) if self.receipt.sha256.contains(&sha256(text.as_bytes())) => Ok(()),
            _ => Err("somebody else wrote or changed it".to_owned()),
        }
    }

    fn is_made(&self, folder: &Path) -> bool {
        self.made.iter().any(|made| made == folder)
    }

    /// Leads it to this program. Its ids stay, and one that was removed gets those of the configuration.
    ///
    /// `is_installed` says whether the receipts name it still. `uninstall` may remove it at the same time: it writes the
    /// receipts first, so asking before and after the file is written tells.
    pub(super) fn mend(
        &self,
        own: &Path,
        ids: &[String],
        is_installed: &mut dyn FnMut() -> bool,
    ) -> Result<PathBuf, String> {
        self.may_be_mended()?;
        if !is_installed() {
            return Err(UNINSTALLED.to_owned());
        }
        let ids = self.manifest.as_ref().map_or(ids, |manifest| &manifest.ids);
        let text = native_manifest::text(self.receipt.family, own, ids).map_err(|error| error.to_string())?;
        if let Some(folder) = self.missing_folder {
            fs::create_dir(folder).map_err(|error| format!("its folder cannot be made: {error}"))?;
        }
        let written = Target::find(&self.receipt.file).and_then(|target| {
            let snapshot = Snapshot::read(&target, LARGEST)?;
            if snapshot.bytes() != self.text.as_deref().unwrap_or_default().as_bytes() {
                return Ok(Swap::Stale);
            }
            snapshot.replace(text.as_bytes(), &OPTIONS)
        });
        match written {
            Ok(Swap::Swapped) if is_installed() => Ok(own.to_owned()),
            Ok(Swap::Swapped) => {
                self.take_back(&text);
                Err(UNINSTALLED.to_owned())
            }
            Ok(Swap::Stale) => Err("another program writes it now".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Removes what was written after `uninstall` had looked, and the folders that it could not remove because of that.
    fn take_back(&self, text: &str) {
        let file = &self.receipt.file;
        if regular_file::read_to_string(file).is_ok_and(|there| there == text) {
            let _gone = fs::remove_file(file);
        }
        for folder in file.ancestors().skip(1).take_while(|folder| self.is_made(folder)) {
            // A folder that is not empty stays.
            let _kept = fs::remove_dir(folder);
        }
    }
}

/// Why a manifest that `uninstall` removes at the same time is not mended.
const UNINSTALLED: &str = "it is being uninstalled";

/// Whether no program can be run by this path, as far as that can be told.
fn is_lacking(program: &Path) -> bool {
    match program.metadata() {
        Ok(found) => !found.is_file() || !may_be_run(program),
        Err(error) => matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory),
    }
}

#[cfg(unix)]
fn may_be_run(program: &Path) -> bool {
    use rustix::fs::{Access, access};
    // Not either if its file system is mounted `noexec`.
    access(program, Access::EXEC_OK).is_ok()
}

#[cfg(not(unix))]
fn may_be_run(_: &Path) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use potbridge_system::browser::Family;

    #[test]
    fn a_manifest_that_is_uninstalled_meanwhile_does_not_come_back() {
        for (answers, stays) in [([true, true], true), ([true, false], false), ([false, false], false)] {
            let home = tempfile::tempdir().unwrap();
            let folder = home.path().join("hosts");
            let file = folder.join("host.json");
            let receipt = ManifestReceipt { file, family: Family::Firefox, sha256: Vec::new() };
            let made = [folder.clone()];
            let found = Found::at(&receipt, &made);
            assert_eq!(found.lack, Some(Lack::Gone));
            let mut answers = answers.into_iter();
            let mended = found.mend(Path::new("/p/potbridge"), &[], &mut || answers.next().unwrap());
            assert_eq!((mended.is_ok(), folder.exists()), (stays, stays), "{mended:?}");
        }
    }
}
