//! What `uninstall` will remove. Everything is read before the first removal.

use super::additions;
use super::report::{Left, Report};
use crate::edit::edit;
use crate::error::{Error, Result};
use crate::install::files::WRITING;
use crate::install::flatpak_override;
use crate::receipts::{Addition, FileReceipt, FileState, FlatpakReceipt, Receipts, RegistryReceipt};
use crate::registration::registry;
use fs_err as fs;
use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// What `uninstall` will remove.
pub(crate) struct UninstallPlan {
    /// In the order in which they were made.
    files: Vec<FileReceipt>,
    configs: Vec<(PathBuf, Vec<Addition>)>,
    flatpaks: Vec<FlatpakReceipt>,
    registry_values: Vec<RegistryReceipt>,
    folders: Vec<PathBuf>,
    /// The folders of everything, where a killed run may have left a file.
    swept: BTreeSet<PathBuf>,
    receipts_path: PathBuf,
    /// The configuration and the state folder of the receipts.
    dirs: (Option<PathBuf>, Option<PathBuf>),
    report: Report,
    /// The receipts of what could not be looked at.
    kept: Receipts,
}

impl UninstallPlan {
    /// Reads everything that the receipts name. The files `purged` are removed also if somebody changed them.
    pub(crate) fn new(receipts: Receipts, receipts_path: &Path, purged: &[PathBuf]) -> Self {
        let mut this = Self {
            files: Vec::new(),
            configs: Vec::new(),
            flatpaks: Vec::new(),
            registry_values: Vec::new(),
            folders: receipts.folders.iter().map(|folder| folder.path.clone()).collect(),
            swept: places_written(&receipts, receipts_path),
            receipts_path: receipts_path.to_owned(),
            dirs: (receipts.config.clone(), receipts.state.clone()),
            report: Report::default(),
            kept: Receipts::default(),
        };
        for file in receipts.files {
            match file.state() {
                Ok(FileState::AsMade) => this.files.push(file),
                Ok(FileState::Changed) if purged.contains(&file.path) && is_file(&file.path) => {
                    this.files.push(file);
                }
                Ok(FileState::Changed) => this.report.left.push(Left::changed(&file.path)),
                Ok(FileState::Missing) => {}
                Err(error) => {
                    this.report.failed.push(Left::failed(&file.path, &error));
                    this.kept.files.push(file);
                }
            }
        }
        this.add_configs(&receipts.additions);
        this.add_registry_values(receipts.registry_values);
        for flatpak in receipts.flatpak_overrides {
            match flatpak_override::closed(&flatpak) {
                Ok(Some(_)) => this.flatpaks.push(flatpak),
                Ok(None) => {}
                // Nothing of `install`'s is in it.
                Err(Error::NoFile(file)) => this.report.left.push(Left::changed(&file)),
                Err(error) => {
                    this.report.failed.push(Left::failed(&flatpak.file, &error));
                    this.kept.flatpak_overrides.push(flatpak);
                }
            }
        }
        this
    }

    fn add_registry_values(&mut self, all: Vec<RegistryReceipt>) {
        for value in all {
            let key = Path::new(&value.key);
            match registry::read(&value.key) {
                Ok(Some(there)) if there != value.value => self.report.left.push(Left::changed(key)),
                // The keys that were made for it may be there without it.
                Ok(_) => self.registry_values.push(value),
                Err(error) => {
                    self.report.failed.push(Left::failed(key, &error));
                    self.kept.registry_values.push(value);
                }
            }
        }
    }

    fn add_configs(&mut self, all: &[Addition]) {
        let mut seen: Vec<&Path> = Vec::new();
        for config in all.iter().map(|addition| addition.config.as_path()) {
            if seen.contains(&config) {
                continue;
            }
            seen.push(config);
            let own: Vec<_> = all.iter().filter(|addition| addition.config == config).cloned().collect();
            match additions::are_in(config, &own) {
                Ok(true) => self.configs.push((config.to_owned(), own)),
                Ok(false) => {}
                // A person mends it, and no further run could do more.
                Err(error) if additions::is_broken(&error) => {
                    let words: Vec<_> = own.iter().map(additions::in_words).collect();
                    self.report.left.push(Left::broken(config, &words.join(", ")));
                }
                Err(error) => {
                    self.report.failed.push(Left::failed(config, &error));
                    self.kept.additions.extend(own);
                }
            }
        }
    }

    /// Removes everything that can be removed. What cannot keeps its receipt, so that the command can be run again.
    ///
    /// # Errors
    /// If the receipts cannot be written.
    pub(crate) fn carry_out(mut self) -> Result<Report> {
        for value in std::mem::take(&mut self.registry_values) {
            let key = PathBuf::from(&value.key);
            match registry::delete(&value.key, &value.made) {
                Ok(()) => self.report.changed.push(key),
                Err(error) => {
                    self.report.failed.push(Left::failed(&key, &error));
                    self.kept.registry_values.push(value);
                }
            }
        }
        // The native manifests were made last. Without them no browser starts a host that is being removed.
        for file in std::mem::take(&mut self.files).into_iter().rev() {
            match remove_installed(&file.path) {
                Ok(()) => self.report.removed.push(file.path),
                Err(error) => {
                    self.report.failed.push(Left::failed(&file.path, &error));
                    self.kept.files.push(file);
                }
            }
        }
        for (config, own) in std::mem::take(&mut self.configs) {
            match edit(&config, |text| additions::without(&config, text, &own)) {
                Ok(true) => self.report.changed.push(config),
                Ok(false) => {}
                Err(error) => {
                    self.report.failed.push(Left::failed(&config, &error));
                    self.kept.additions.extend(own);
                }
            }
        }
        for flatpak in std::mem::take(&mut self.flatpaks) {
            match flatpak_override::close(&flatpak) {
                Ok(()) => self.report.changed.push(flatpak.file),
                Err(error) => {
                    self.report.failed.push(Left::failed(&flatpak.file, &error));
                    self.kept.flatpak_overrides.push(flatpak);
                }
            }
        }
        self.end()
    }

    fn end(mut self) -> Result<Report> {
        for folder in &self.swept {
            atomic_file::remove_leftovers(folder, &WRITING);
        }
        if self.kept == Receipts::default() {
            remove_file(&self.receipts_path)?;
        } else {
            (self.kept.config, self.kept.state) = self.dirs;
            self.kept.folders = self
                .folders
                .iter()
                .map(|path| crate::receipts::FolderReceipt { path: path.clone() })
                .collect();
            self.kept.write(&self.receipts_path)?;
        }
        // Of a run that was killed before it could write the receipts.
        let own = self.receipts_path.parent().map(Path::to_owned);
        for folder in self.folders.iter().rev().chain(&own) {
            // A folder that is not empty stays.
            let _kept = fs::remove_dir(folder);
        }
        Ok(self.report)
    }
}

/// The folders that an `install` wrote into.
fn places_written(receipts: &Receipts, receipts_path: &Path) -> BTreeSet<PathBuf> {
    let files = receipts.files.iter().map(|file| file.path.as_path());
    let configs = receipts.additions.iter().map(|addition| addition.config.as_path());
    let flatpaks = receipts.flatpak_overrides.iter().map(|flatpak| flatpak.file.as_path());
    let all = files.chain(configs).chain(flatpaks).chain([receipts_path]);
    let folders = receipts.folders.iter().map(|folder| folder.path.as_path());
    all.filter_map(Path::parent).chain(folders).map(Path::to_owned).collect()
}

/// Whether it is a file, and no link to one.
fn is_file(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|found| found.is_file())
}

/// The same as [`remove_file`]; but if it is this program, Windows lets it go only when it has ended. Until then it is out of the
/// way, so that its folder can be removed.
#[cfg(windows)]
fn remove_installed(path: &Path) -> Result<()> {
    let is_this_one = || {
        let this = std::env::current_exe().and_then(dunce::canonicalize);
        matches!((this, dunce::canonicalize(path)), (Ok(this), Ok(path)) if this == path)
    };
    match path.parent() {
        Some(folder) if is_this_one() => self_replace::self_delete_outside_path(folder).map_err(Error::File),
        _ => remove_file(path),
    }
}

#[cfg(not(windows))]
fn remove_installed(path: &Path) -> Result<()> {
    remove_file(path)
}

fn remove_file(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(Error::File(error)),
        _ => Ok(()),
    }
}
