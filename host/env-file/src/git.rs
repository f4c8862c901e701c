//! Whether git tracks or ignores a file.
//!
//! The repository is read directly. The program `git` may not be on the `PATH` of a program that a browser starts, and
//! it takes too long to run it at every write.

mod excludes;
mod repository;

use std::path::PathBuf;

use atomic_file::Target;
use repository::Repository;

/// Whether git tracks or ignores a file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum GitStatus {
    /// The file is in no repository's work tree.
    Outside,
    /// The file is in the index, whether or not it exists.
    Tracked { repository: PathBuf },
    /// The file is not in the index, and an ignore rule covers it.
    Ignored,
    /// The file is not in the index, and `git add .` would put it there.
    NotIgnored { repository: PathBuf },
    /// The index exists and cannot be read. Writing the file nonetheless could publish a secret.
    Unknown { index: PathBuf, reason: String },
}

/// The git status of the file at `target`, which need not exist.
pub(crate) fn status(target: &Target) -> GitStatus {
    let Some(repository) = Repository::around(target.folder()) else {
        return GitStatus::Outside;
    };
    let Some(path) = repository.path_of(target.path()) else {
        return GitStatus::Outside;
    };
    match repository.tracks(&path) {
        Err(reason) => GitStatus::Unknown { index: repository.index(), reason },
        Ok(true) => GitStatus::Tracked { repository: repository.work_tree },
        Ok(false) if excludes::cover(&repository, &path) => GitStatus::Ignored,
        Ok(false) => GitStatus::NotIgnored { repository: repository.work_tree },
    }
}
