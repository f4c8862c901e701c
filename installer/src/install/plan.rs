//! What `install` will write besides the native manifests, decided before anything is changed.

use crate::artifacts::Artifacts;
use crate::error::{Error, Result};
use crate::folders::{self, refuse_untrusted};
pub(crate) use crate::install::config::Wanted;
use crate::install::config::{self, Change, OnDemand, PlannedConfig};
use crate::install::files::{self, PlannedFile, WRITING};
use crate::install::paths::InstallPaths;
use crate::install::programs::Programs;
use crate::receipts::{Addition, FileState, Receipts};
use fs_err as fs;
use std::path::{Path, PathBuf};

/// What `install` will write besides the native manifests.
pub(crate) struct InstallPlan {
    files: Vec<PlannedFile>,
    /// For all users: what is `/` to them.
    for_all: Option<PathBuf>,
    /// A person's configuration with additions.
    changed_config: Option<PlannedFile>,
    additions: Vec<Addition>,
    /// What becomes of the configuration. `None` for all users: each has one of their own.
    pub(crate) config: Option<ConfigPlan>,
    /// The ids of other extensions that the host accepts.
    pub(crate) extension_ids: Vec<String>,
    /// Files of an earlier version's extension that this version does not have.
    stale: Vec<PathBuf>,
}

/// What the configuration says afterwards.
pub(crate) struct ConfigPlan {
    /// The sinks that were asked for, in words.
    pub(crate) sinks: Vec<String>,
    /// Whether there is a sink.
    pub(crate) has_a_sink: bool,
    pub(crate) programs: Programs,
    /// What becomes of the consent that programs may have videos opened, if it was asked for.
    pub(crate) on_demand: Option<OnDemand>,
}

impl InstallPlan {
    /// Decides what to write.
    ///
    /// # Errors
    /// If a file cannot be read, a file is in the way, or the configuration is invalid.
    pub(crate) fn new(
        wanted: &Wanted<'_>,
        yt_dlp_plugin: bool,
        paths: &InstallPaths,
        artifacts: &Artifacts,
        receipts: &Receipts,
        root: &Path,
    ) -> Result<Self> {
        let mut files = files::programs(artifacts, paths, receipts)?;
        files.extend(files::extensions(artifacts, paths)?);
        files.extend(files::yt_dlp_plugin(yt_dlp_plugin, artifacts, paths, receipts)?);
        let mut this = Self {
            stale: Vec::new(),
            changed_config: None,
            additions: Vec::new(),
            config: None,
            extension_ids: wanted.extension_ids.to_vec(),
            for_all: paths.own.is_none().then(|| root.to_owned()),
            files,
        };
        if let Some(own) = &paths.own {
            let mut config = config::plan(wanted, &own.config, receipts)?;
            this.extension_ids = std::mem::take(&mut config.extension_ids);
            match config.change {
                Change::Own(file) => this.files.push(file),
                Change::Persons(file, additions) => {
                    (this.changed_config, this.additions) = (Some(file), additions);
                }
                Change::None => {}
            }
            let PlannedConfig { sinks, has_a_sink, programs, on_demand, .. } = config;
            this.config = Some(ConfigPlan { sinks, has_a_sink, programs, on_demand });
        }
        this.stale = stale(&this.files, paths, receipts);
        Ok(this)
    }

    /// Whether it writes this file.
    pub(crate) fn writes(&self, path: &Path) -> bool {
        self.files.iter().any(|file| file.path == path)
    }

    /// Writes everything. Each file has its receipt before it is written.
    /// Returns what the person has to know.
    pub(crate) fn carry_out(&mut self, receipts: &mut Receipts, receipts_path: &Path) -> Result<Vec<String>> {
        let folders = self.folders(receipts_path);
        if let Some(root) = &self.for_all {
            folders.iter().try_for_each(|folder| refuse_untrusted(folder, root))?;
            if receipts_path.is_symlink() {
                return Err(Error::InTheWay(receipts_path.to_owned()));
            }
        }
        let for_all = self.for_all.is_some();
        let mut notes = Vec::new();
        for folder in &folders {
            receipts.expect_folder(folder);
        }
        for file in &self.files {
            receipts.expect(&file.path, &file.sha256);
        }
        for addition in &self.additions {
            receipts.add(addition.clone());
        }
        receipts.begin(receipts_path, for_all)?;

        for folder in &folders {
            folders::make(folder, for_all)?;
            atomic_file::remove_leftovers(folder, &WRITING);
        }
        for file in &self.files {
            notes.extend(file.keep_changed(receipts)?);
            file.write()?;
        }
        self.write_changed_config()?;

        for file in &self.files {
            receipts.confirm(&file.path, &file.sha256);
        }
        receipts.write(receipts_path)?;
        self.remove_stale(receipts, receipts_path)?;
        Ok(notes)
    }

    /// Writes a person's configuration. The browser asks whether programs may have videos opened if that alone was to be added and
    /// cannot be.
    fn write_changed_config(&mut self) -> Result<()> {
        let Some(file) = &self.changed_config else { return Ok(()) };
        match (file.write(), &mut self.config) {
            (Err(_), Some(config)) if self.additions.iter().all(|addition| addition.on_demand) => {
                config.on_demand = Some(OnDemand::NotWritten);
                Ok(())
            }
            (written, _) => written,
        }
    }

    fn remove_stale(&self, receipts: &mut Receipts, receipts_path: &Path) -> Result<()> {
        for path in &self.stale {
            if let Some(receipt) = receipts.of(path)
                && receipt.state()? == FileState::AsMade
            {
                fs::remove_file(path)?;
            }
        }
        receipts.files.retain(|file| !self.stale.contains(&file.path));
        receipts.write(receipts_path)
    }

    /// The folders of the files and of the receipts.
    fn folders(&self, receipts: &Path) -> Vec<PathBuf> {
        let paths = self.files.iter().map(|file| file.path.as_path());
        let mut folders: Vec<_> =
            paths.chain([receipts]).filter_map(Path::parent).map(Path::to_owned).collect();
        folders.sort();
        folders.dedup();
        folders
    }
}

fn stale(files: &[PlannedFile], paths: &InstallPaths, receipts: &Receipts) -> Vec<PathBuf> {
    receipts
        .files
        .iter()
        .map(|file| &file.path)
        .filter(|path| path.starts_with(&paths.extensions))
        .filter(|path| !files.iter().any(|file| file.path == **path))
        .cloned()
        .collect()
}
