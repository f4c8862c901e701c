//! The journals of files that nobody names any more.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use atomic_file::{LeftJournal, Repaired, Target, journals_in};

use crate::{EnvFile, Error, file::OPTIONS};

/// A write in place that was interrupted, to a file that is not named. See [`repair_unnamed`].
#[derive(Debug)]
pub struct Unnamed {
    /// The file. `None` if the writer was stopped before it began to write it.
    pub file: Option<PathBuf>,
    /// The journal of the write.
    pub journal: PathBuf,
    /// Whether the journal is gone.
    pub removed: Result<(), Error>,
    /// Whether the file is whole. It may be gone, or of somebody else by now.
    pub repaired: Result<Repaired, Error>,
}

/// Finishes the interrupted writes whose journals are in `folder`, an [`EnvFile::journal_folder`], and removes the journals,
/// whose values nobody would remove otherwise. Those of the `named` files stay: [`EnvFile::repair`] needs them.
///
/// A file that cannot be finished keeps what it has. It waits for nobody: the journals of live writers stay.
///
/// # Errors
///
/// If the folder or a journal in it cannot be read. What was done for each journal is in its [`Unnamed`].
pub fn repair_unnamed(folder: &Path, named: &[&EnvFile]) -> Result<Vec<Unnamed>, Error> {
    let left = journals_in(folder, &OPTIONS)?;
    let unnamed = left.into_iter().filter(|left| !left.file().is_some_and(|file| is_named(file, named)));
    Ok(unnamed.filter_map(|left| repair(folder, &left)).collect())
}

/// `None` if somebody is writing the file.
fn repair(folder: &Path, left: &LeftJournal) -> Option<Unnamed> {
    let repaired = left.file().map_or(Ok(Repaired::Nothing), |path| {
        let journal_folder = Some(folder.into());
        EnvFile { lock_timeout: Duration::ZERO, journal_folder, ..EnvFile::new(path) }.repair()
    });
    if matches!(repaired, Err(Error::Busy { .. })) {
        return None;
    }
    let (file, journal) = (left.file().map(Path::to_path_buf), left.path().into());
    Some(Unnamed { file, journal, removed: left.remove().map_err(Error::from), repaired })
}

fn is_named(file: &Path, named: &[&EnvFile]) -> bool {
    named.iter().any(|one| match Target::find(&one.path) {
        Ok(target) => target.path() == file,
        // Its folder may come back, for instance with its mount. Links in it cannot be followed now.
        Err(_) => one.path.file_name() == file.file_name(),
    })
}
