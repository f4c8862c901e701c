//! Registers the host with one browser: each for itself, so that one that fails stops no other.

use crate::browsers::{self, Machine};
use crate::error::{Error, Result};
use crate::folders;
use crate::install::files::{FILE_MODE, PROGRAM_MODE, PlannedFile, WRITING};
use crate::install::flatpak_override;
use crate::outcome::{BrowserOutcome, Outcome};
use crate::receipts::{Receipts, RegistryReceipt};
use crate::registration::{Registration, Targets, registry};
use fs_err as fs;
use potbridge_browser::Family;
use potbridge_protocol::{Code, Problem};
use potbridge_system::browser::native_manifest::{self, NativeManifest};
use potbridge_system::regular_file;
use std::path::{Path, PathBuf};

/// Registers one host.
pub(crate) struct Registrar<'a> {
    /// The program `potbridge`.
    pub(crate) host: PathBuf,
    /// The ids of other extensions that may talk to it.
    pub(crate) ids: &'a [String],
    /// Whether the host is there for all users, who may have manifests of the machine.
    pub(crate) is_shared: bool,
    /// Whether root registers it for all users.
    pub(crate) for_all: bool,
    pub(crate) machine: &'a Machine,
    pub(crate) receipts: &'a mut Receipts,
    pub(crate) receipts_path: &'a Path,
}

impl Registrar<'_> {
    /// Registers every target, and adds what a person has to know of each.
    pub(crate) fn register_all(&mut self, targets: &Targets, notes: &mut Vec<String>) -> Vec<BrowserOutcome> {
        let mut all = Vec::new();
        for registration in &targets.registrations {
            let outcome = self.register(registration, notes);
            if outcome.is_registered() {
                notes.extend(
                    registration
                        .notes
                        .iter()
                        .filter(|note| !notes.contains(note))
                        .cloned()
                        .collect::<Vec<_>>(),
                );
            }
            all.push(BrowserOutcome {
                browser: registration.browser.clone(),
                family: registration.family,
                manifest: Some(registration.file.clone()),
                outcome,
            });
        }
        all.extend(targets.skipped.iter().map(|skipped| BrowserOutcome {
            browser: skipped.browser.clone(),
            family: browsers::by_id(skipped.id).map_or(Family::Chromium, |entry| entry.family),
            manifest: None,
            outcome: Outcome::Skipped { why: skipped.problem.clone() },
        }));
        all
    }

    /// Writes the manifest of a browser, and what else leads it to the host. Says what became of it.
    fn register(&mut self, registration: &Registration, notes: &mut Vec<String>) -> Outcome {
        if let Some(why) = self.served_by_system(registration) {
            return Outcome::Skipped { why };
        }
        let before = self.receipts.clone();
        let mut made = Vec::new();
        self.try_to(registration, &mut made, notes).unwrap_or_else(|error| {
            self.forget(&before, &made);
            Outcome::Failed { why: error.problem() }
        })
    }

    /// `made` are the files that were not there.
    fn try_to(
        &mut self,
        registration: &Registration,
        made: &mut Vec<PathBuf>,
        notes: &mut Vec<String>,
    ) -> Result<Outcome> {
        let file = self.manifest(registration)?;
        let wrapper = self.wrapper(registration)?;
        let planned = || wrapper.iter().chain([&file]);
        let keys = self.registry_values(registration)?;
        let mut is_new = true;
        let mut is_same = true;
        for one in planned() {
            if let (Some(folder), true) = (one.path.parent(), self.for_all) {
                folders::refuse_untrusted(folder, &self.machine.root)?;
            }
            let there = one.what_is_there(self.receipts)?;
            if there.is_none() {
                made.push(one.path.clone());
            }
            is_new &= there.is_none();
            is_same &= there.is_some_and(|bytes| one.is(&bytes));
        }
        for one in planned() {
            one.path.parent().into_iter().for_each(|folder| self.receipts.expect_folder(folder));
            self.receipts.expect(&one.path, &one.sha256);
        }
        self.receipts.expect_manifest(&file.path, &file.sha256, registration.family);
        for (key, _) in &keys {
            self.receipts.expect_registry_value(key.clone());
        }
        self.receipts.write(self.receipts_path)?;
        for one in planned() {
            if let Some(folder) = one.path.parent() {
                folders::make(folder, self.for_all)?;
                atomic_file::remove_leftovers(folder, &WRITING);
            }
            notes.extend(one.keep_changed(self.receipts)?);
            one.write()?;
        }
        // Last, so that no sandbox is open for a manifest that could not be written.
        if let Some(sandbox) = &registration.sandbox {
            flatpak_override::open(sandbox, self.machine, self.receipts, self.receipts_path)?;
        }
        if !keys.is_empty() {
            // Browsers there share a manifest, and each has keys that lead it there.
            is_new = keys.iter().any(|(_, there)| there.is_none());
        }
        for (RegistryReceipt { key, value, .. }, there) in &keys {
            is_same &= there.as_ref() == Some(value);
            if there.as_ref() != Some(value) {
                registry::write(key, value)?;
            }
        }
        for one in planned() {
            self.receipts.confirm(&one.path, &one.sha256);
        }
        self.receipts.write(self.receipts_path)?;
        Ok(match (is_new, is_same) {
            (true, _) => Outcome::Created,
            (false, true) => Outcome::Unchanged,
            (false, false) => Outcome::Updated,
        })
    }

    fn manifest(&self, registration: &Registration) -> Result<PlannedFile> {
        let host = registration.host(&self.host);
        let text = native_manifest::text(registration.family, &host, self.ids)?;
        Ok(PlannedFile::new(&registration.file, text.into_bytes(), FILE_MODE))
    }

    /// The keys of the registry that lead to the manifest, and what each leads to now. Windows alone has some.
    fn registry_values(
        &self,
        registration: &Registration,
    ) -> Result<Vec<(RegistryReceipt, Option<PathBuf>)>> {
        let receipt = |key: &String| {
            let there = registry::read(key)?;
            let is_ours = self.receipts.registry_values.iter().any(|known| known.key == *key);
            if !is_ours && there.as_ref().is_some_and(|value| *value != registration.file) {
                return Err(Error::InTheWay(Path::new(key).to_owned()));
            }
            let (key, value) = (key.clone(), registration.file.clone());
            Ok((RegistryReceipt { made: registry::missing(&key)?, key, value }, there))
        };
        registration.registry_keys.iter().map(receipt).collect()
    }

    /// What a browser in a sandbox starts in place of the host.
    fn wrapper(&self, registration: &Registration) -> Result<Option<PlannedFile>> {
        let Some(sandbox) = &registration.sandbox else { return Ok(None) };
        let text = sandbox.wrapper_text(&self.host)?;
        Ok(Some(PlannedFile::new(&sandbox.wrapper(), text.into_bytes(), PROGRAM_MODE)))
    }

    /// Takes back the files that were made, the new receipts of what was not, and the new folders that are empty.
    fn forget(&mut self, before: &Receipts, made: &[PathBuf]) {
        for path in made {
            // What stays keeps its receipt.
            let _ = fs::remove_file(path);
        }
        for folder in self.receipts.folders.iter().rev().filter(|folder| !before.folders.contains(folder)) {
            // One that is not empty, or was not made, stays.
            let _ = fs::remove_dir(&folder.path);
        }
        let is_there = |path: &Path| path.symlink_metadata().is_ok();
        self.receipts.folders.retain(|folder| before.folders.contains(folder) || is_there(&folder.path));
        self.receipts.files.retain(|file| before.of(&file.path).is_some() || is_there(&file.path));
        // Those that are in the file name too much, which does no harm.
        let _ = self.receipts.write(self.receipts_path);
    }

    /// Whether a manifest of the machine leads this browser to the same host already.
    fn served_by_system(&self, registration: &Registration) -> Option<Problem> {
        // The browser reads the user's own first, whatever it is.
        let has_own =
            self.receipts.of(&registration.file).is_some() || registration.file.symlink_metadata().is_ok();
        if !self.is_shared || registration.sandbox.is_some() || has_own {
            return None;
        }
        let entries = registration.ids.iter().filter_map(|id| browsers::by_id(id).ok());
        let folders = entries.map(|entry| entry.system_manifest_folders(self.machine)).collect::<Vec<_>>();
        let serves = |folder: &PathBuf| {
            let file = folder.join(native_manifest::file_name());
            let manifest =
                NativeManifest::read(&regular_file::read_to_string(&file).ok()?, registration.family)?;
            let has_all = self.ids.iter().all(|id| {
                native_manifest::family_of_id(id) != Some(registration.family) || manifest.ids.contains(id)
            });
            (manifest.host == self.host && has_all).then_some(file)
        };
        // One that reads none of them needs a manifest of the user's.
        let files: Option<Vec<PathBuf>> =
            folders.iter().map(|folders| folders.iter().find_map(serves)).collect();
        let file = files?.into_iter().next()?;
        let message = format!("registered for all users by {}", file.display());
        Some(Problem::new(Code::RegisteredForAll, message))
    }
}
