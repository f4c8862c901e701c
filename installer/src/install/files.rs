//! The files that `install` writes besides the configuration.

use crate::artifacts::{Artifacts, YT_DLP_PLUGIN, program};
use crate::error::{Error, Result};
use crate::install::paths::InstallPaths;
use crate::receipts::{FileState, Receipts, hash};
use crate::registration::Registration;
use atomic_file::Options;
use fs_err as fs;
use potbridge_browser::Family;
use potbridge_system::browser::{extension, native_manifest};
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

const PROGRAM_MODE: u32 = 0o755;
const FILE_MODE: u32 = 0o644;

/// A file that `install` will write.
pub(crate) struct PlannedFile {
    pub(crate) path: PathBuf,
    bytes: Vec<u8>,
    /// The SHA-256 of the bytes, in hexadecimal.
    pub(crate) sha256: String,
    /// `None`: an existing file keeps its mode.
    mode: Option<u32>,
}

impl PlannedFile {
    pub(super) fn new(path: &Path, bytes: Vec<u8>, mode: impl Into<Option<u32>>) -> Self {
        Self { path: path.to_owned(), sha256: hash(&bytes), bytes, mode: mode.into() }
    }

    /// Writes it in one step. Its folder must exist.
    pub(super) fn write(&self) -> Result<()> {
        let options = Options::new().durable();
        let options = self.mode.map_or(options.clone(), |mode| options.mode(mode));
        atomic_file::replace(&self.path, &self.bytes, &options)?;
        Ok(())
    }

    fn copy(from: &Path, to: &Path, mode: u32) -> Result<Self> {
        Ok(Self::new(to, fs::read(from)?, mode))
    }
}

/// The programs. A program of the same name that `install` did not make is not overwritten.
pub(super) fn programs(
    artifacts: &Artifacts,
    paths: &InstallPaths,
    receipts: &Receipts,
) -> Result<Vec<PlannedFile>> {
    let mut planned = Vec::new();
    for (name, from) in [("potbridge", &artifacts.host), ("potbridge-setup", &artifacts.setup)] {
        let to = paths.programs.join(program(name));
        let file = PlannedFile::copy(from, &to, PROGRAM_MODE)?;
        if receipts.of(&to).is_none() && fs::read(&to).is_ok_and(|existing| existing != file.bytes) {
            return Err(Error::InTheWay(to));
        }
        planned.push(file);
    }
    Ok(planned)
}

/// The extensions: a folder for each family, and Firefox's in one file, which potbridge's own browser takes.
pub(super) fn extensions(artifacts: &Artifacts, paths: &InstallPaths) -> Result<Vec<PlannedFile>> {
    let packed = paths.extensions().join(extension::PACKED_FOR_FIREFOX);
    let mut planned = vec![PlannedFile::copy(&artifacts.packed_for_firefox(), &packed, FILE_MODE)?];
    for family in Family::ALL {
        let (from, to) = (artifacts.extension(family), paths.extension(family));
        for entry in WalkDir::new(&from).sort_by_file_name() {
            // Its text names the path.
            let entry = entry.map_err(|error| Error::File(error.into()))?;
            if entry.file_type().is_file()
                && let Ok(name) = entry.path().strip_prefix(&from)
            {
                planned.push(PlannedFile::copy(entry.path(), &to.join(name), FILE_MODE)?);
            }
        }
    }
    Ok(planned)
}

/// The plugin for yt-dlp: for a later `install` of the installed program, and in yt-dlp's own folder.
///
/// It is put into yt-dlp's folder if `wanted`, or if an earlier `install` put it there and nobody changed it. So it is
/// as new as the program that it calls.
pub(super) fn yt_dlp_plugin(
    wanted: bool,
    artifacts: &Artifacts,
    paths: &InstallPaths,
    receipts: &Receipts,
) -> Result<Vec<PlannedFile>> {
    let copy = |to: &Path| PlannedFile::copy(&artifacts.yt_dlp_plugin, to, FILE_MODE);
    let mut planned = vec![copy(&paths.data.join(YT_DLP_PLUGIN))?];
    let installed = match receipts.of(&paths.yt_dlp_plugin) {
        Some(receipt) => receipt.state()? == FileState::AsMade,
        None => false,
    };
    if wanted || installed {
        planned.push(copy(&paths.yt_dlp_plugin)?);
    }
    Ok(planned)
}

/// The native manifests. `ids` are the other extensions that the host accepts.
pub(super) fn native_manifests(
    registrations: &[Registration],
    paths: &InstallPaths,
    ids: &[String],
) -> Result<Vec<PlannedFile>> {
    let host = paths.programs.join(program("potbridge"));
    let planned = |registration: &Registration| {
        let text = native_manifest::text(registration.family, &host, ids)?;
        Ok(PlannedFile::new(&registration.file, text.into_bytes(), FILE_MODE))
    };
    registrations.iter().map(planned).collect()
}
