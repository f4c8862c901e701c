//! Everything that `install` will write, decided before anything is changed.

use crate::artifacts::Artifacts;
use crate::error::Result;
pub(crate) use crate::install::config::Wanted;
use crate::install::config::{self, Change};
use crate::install::files::{self, PlannedFile};
use crate::install::paths::InstallPaths;
use crate::install::yt_dlp::YtDlp;
use crate::receipts::{Addition, FileState, Receipts};
use crate::registration::Registration;
use fs_err as fs;
use std::path::{Path, PathBuf};

/// Everything that `install` will write.
pub(crate) struct InstallPlan {
    /// The native manifests come last. So none leads to a host that is not there.
    pub(crate) files: Vec<PlannedFile>,
    /// A person's configuration with additions.
    changed_config: Option<PlannedFile>,
    additions: Vec<Addition>,
    /// The sinks that were asked for, in words.
    pub(crate) sinks: Vec<String>,
    pub(crate) yt_dlp: YtDlp,
    /// Files of an earlier version's extension that this version does not have.
    stale: Vec<PathBuf>,
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
        registrations: &[Registration],
        receipts: &Receipts,
    ) -> Result<Self> {
        let mut files = files::programs(artifacts, paths, receipts)?;
        files.extend(files::extensions(artifacts, paths)?);
        files.extend(files::yt_dlp_plugin(yt_dlp_plugin, artifacts, paths, receipts)?);
        let config = config::plan(wanted, &paths.config, receipts)?;
        let (changed_config, additions) = match config.change {
            Change::Own(file) => {
                files.push(file);
                (None, Vec::new())
            }
            Change::Persons(file, additions) => (Some(file), additions),
            Change::None => (None, Vec::new()),
        };
        files.extend(files::native_manifests(registrations, paths, &config.extension_ids)?);
        let stale = stale(&files, paths, receipts);
        Ok(Self { files, changed_config, additions, sinks: config.sinks, yt_dlp: config.yt_dlp, stale })
    }

    /// Writes everything. Each file has its receipt before it is written.
    pub(crate) fn carry_out(&self, receipts: &mut Receipts, receipts_path: &Path) -> Result<()> {
        let folders = self.folders(receipts_path);
        for folder in &folders {
            receipts.expect_folder(folder);
        }
        // Only this folder is made before it has a receipt.
        if let Some(folder) = receipts_path.parent() {
            fs::create_dir_all(folder)?;
        }
        for file in &self.files {
            receipts.expect(&file.path, &file.sha256);
        }
        for addition in &self.additions {
            receipts.add(addition.clone());
        }
        receipts.write(receipts_path)?;

        for folder in &folders {
            fs::create_dir_all(folder)?;
        }
        for file in self.files.iter().chain(&self.changed_config) {
            file.write()?;
        }

        for file in &self.files {
            receipts.confirm(&file.path, &file.sha256);
        }
        receipts.write(receipts_path)?;
        self.remove_stale(receipts, receipts_path)
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
    let extensions = paths.extensions();
    receipts
        .files
        .iter()
        .map(|file| &file.path)
        .filter(|path| path.starts_with(&extensions))
        .filter(|path| !files.iter().any(|file| file.path == **path))
        .cloned()
        .collect()
}
