//! The files that `install` writes besides the configuration and the native manifests.

use crate::artifacts::{Artifacts, YT_DLP_PLUGIN, program};
use crate::error::{Error, Result};
use crate::install::paths::InstallPaths;
use crate::reading::read;
use crate::receipts::{FileState, Receipts, hash};
use atomic_file::{Options, Snapshot, Swap};
use fs_err as fs;
use potbridge_browser::Family;
use potbridge_protocol::{Code, Problem};
use potbridge_system::browser::extension;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

pub(super) const PROGRAM_MODE: u32 = 0o755;
pub(super) const FILE_MODE: u32 = 0o644;

/// How every file is written. A killed `install` leaves a file of this name, which the next run removes.
pub(crate) const WRITING: Options = Options::new().durable().temporary_name(".potbridge-setup-", ".tmp");

/// A file that `install` will write.
pub(crate) struct PlannedFile {
    pub(crate) path: PathBuf,
    bytes: Vec<u8>,
    /// The SHA-256 of the bytes, in hexadecimal.
    pub(crate) sha256: String,
    /// `None`: an existing file keeps its mode.
    mode: Option<u32>,
    /// What it was made from. It is written if that is still there.
    read: Option<Snapshot>,
}

impl PlannedFile {
    pub(super) fn new(path: &Path, bytes: Vec<u8>, mode: impl Into<Option<u32>>) -> Self {
        Self { path: path.to_owned(), sha256: hash(&bytes), bytes, mode: mode.into(), read: None }
    }

    /// It was made from what is there, which nobody may have changed when it is written.
    pub(super) fn if_still(self, read: Option<Snapshot>) -> Self {
        Self { read, ..self }
    }

    /// Writes it in one step. Its folder must exist.
    pub(super) fn write(&self) -> Result<()> {
        let options = self.mode.map_or(WRITING, |mode| WRITING.mode(mode));
        match &self.read {
            Some(read) if read.exists() && read.bytes() == self.bytes => {}
            Some(read) => {
                if read.replace(&self.bytes, &options)? == Swap::Stale {
                    return Err(atomic_file::Error::KeepsChanging { path: self.path.clone() }.into());
                }
            }
            None => {
                atomic_file::replace(&self.path, &self.bytes, &options)?;
            }
        }
        Ok(())
    }

    /// Keeps beside it what somebody made of a file of `install`'s, in words.
    ///
    /// # Errors
    /// If the file cannot be read or copied.
    pub(super) fn keep_changed(&self, receipts: &Receipts) -> Result<Option<String>> {
        let Some(receipt) = receipts.of(&self.path) else { return Ok(None) };
        if receipt.state()? != FileState::Changed || !fs::symlink_metadata(&self.path)?.is_file() {
            return Ok(None);
        }
        // A torn file is nobody's work.
        if read(&self.path)?.is_none_or(|there| self.bytes.starts_with(&there)) {
            return Ok(None);
        }
        let name = |number: u32| match number {
            1 => format!("{}.old", self.path.display()),
            number => format!("{}.old-{number}", self.path.display()),
        };
        let free =
            (1..).map(|number| PathBuf::from(name(number))).find(|old| old.symlink_metadata().is_err());
        let Some(old) = free else { return Ok(None) };
        fs::copy(&self.path, &old)?;
        let (path, old) = (self.path.display(), old.display());
        Ok(Some(format!("{path} was changed since it was installed; what it was is {old} now")))
    }

    /// Refuses what is no file. `install` makes no links, and follows none.
    ///
    /// # Errors
    /// [`Error::InTheWay`].
    pub(super) fn refuse_link(&self) -> Result<()> {
        match fs::symlink_metadata(&self.path) {
            Ok(found) if !found.is_file() => Err(Error::InTheWay(self.path.clone())),
            _ => Ok(()),
        }
    }

    /// What is there now. `None` if nothing is.
    ///
    /// # Errors
    /// [`Error::InTheWay`] if `install` did not make it. A link is never `install`'s.
    pub(super) fn what_is_there(&self, receipts: &Receipts) -> Result<Option<Vec<u8>>> {
        match fs::symlink_metadata(&self.path) {
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
            Ok(found) if !found.is_file() => return Err(Error::InTheWay(self.path.clone())),
            Ok(_) => {}
        }
        let Some(there) = read(&self.path)? else { return Ok(None) };
        // Of a lost receipt the file itself is one.
        if receipts.of(&self.path).is_none() && there != self.bytes {
            return Err(Error::InTheWay(self.path.clone()));
        }
        Ok(Some(there))
    }

    /// Whether these are its bytes.
    pub(super) fn is(&self, bytes: &[u8]) -> bool {
        self.bytes == bytes
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
    if paths.is_shared {
        return Ok(Vec::new());
    }
    let mut planned = Vec::new();
    for (name, from) in [("potbridge", &artifacts.host), ("potbridge-setup", &artifacts.setup)] {
        let file = PlannedFile::copy(from, &paths.programs.join(program(name)), PROGRAM_MODE)?;
        file.what_is_there(receipts)?;
        refuse_damaged(from, &file, receipts)?;
        planned.push(file);
    }
    Ok(planned)
}

/// Refuses an installed program that would be installed from itself, and is not as it was made.
fn refuse_damaged(from: &Path, file: &PlannedFile, receipts: &Receipts) -> Result<()> {
    let is_itself = match (dunce::canonicalize(from), dunce::canonicalize(&file.path)) {
        (Ok(from), Ok(to)) => from == to,
        _ => false,
    };
    let Some(receipt) = receipts.of(&file.path).filter(|_| is_itself) else { return Ok(()) };
    if receipt.state()? != FileState::Changed {
        return Ok(());
    }
    let message = format!("{} is not as install made it: it was changed or damaged", file.path.display());
    let hint = "run `potbridge-setup install` of the unpacked archive, which has a whole one";
    Err(Error::Problem(Problem::new(Code::InstalledChanged, message).with_hint(hint)))
}

/// The extensions: a folder for each family, and Firefox's in one file, which potbridge's own browser takes.
pub(super) fn extensions(artifacts: &Artifacts, paths: &InstallPaths) -> Result<Vec<PlannedFile>> {
    if paths.is_shared {
        return Ok(Vec::new());
    }
    let packed = paths.extensions.join(extension::PACKED_FOR_FIREFOX);
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
    planned.iter().try_for_each(PlannedFile::refuse_link)?;
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
    let mut planned = Vec::new();
    if !paths.is_shared {
        let file = copy(&paths.data.join(YT_DLP_PLUGIN))?;
        file.refuse_link()?;
        planned.push(file);
    }
    let installed = match receipts.of(&paths.yt_dlp_plugin) {
        Some(receipt) => receipt.state()? == FileState::AsMade,
        None => false,
    };
    if wanted || installed {
        let file = copy(&paths.yt_dlp_plugin)?;
        file.what_is_there(receipts)?;
        planned.push(file);
    }
    Ok(planned)
}
