//! Whether version control tracks or ignores a file.
//!
//! The repository is read directly. The program `git` may not be on the `PATH` of a program that a browser starts, and
//! it takes too long to run it at every write.

mod elsewhere;
mod excludes;
mod others;
mod repository;

use std::path::{Path, PathBuf};

use atomic_file::Target;
use others::Other;
use repository::Repository;
pub(crate) use repository::Unreadable;

/// Whether version control tracks or ignores a file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// The file is in no work tree.
    Outside,
    /// The file is in git's index, whether or not it exists.
    Tracked { repository: PathBuf },
    /// The file is not in git's index, and an ignore rule covers it.
    Ignored,
    /// The file is not in git's index, and `git add .` would put it there.
    NotIgnored { repository: PathBuf },
    /// No ignore rule covers the file, and the next command of jj puts it into the repository.
    NotIgnoredByJj { repository: PathBuf },
    /// The file is in the working copy of a system whose rules are not known here.
    Untold { system: &'static str, repository: PathBuf },
    /// A repository is there and cannot be read. Writing the file nonetheless could publish a secret.
    Unknown(Unreadable),
}

/// The status of the file at `target`, which need not exist.
pub(crate) fn status(target: &Target) -> Status {
    let around = around(target);
    if matches!(around, Status::Tracked { .. } | Status::Unknown(_)) {
        return around;
    }
    match elsewhere::tracking(target.path()) {
        Ok(None) => around,
        Ok(Some(repository)) => Status::Tracked { repository },
        Err(unreadable) => Status::Unknown(unreadable),
    }
}

/// The status by the nearest repository at or above the file. Of two in one folder git's counts, as for jj itself.
fn around(target: &Target) -> Status {
    for top in target.folder().ancestors() {
        match Repository::at(top) {
            Ok(Some(repository)) => return of_git(&repository, target.path()),
            Ok(None) => {}
            Err(unreadable) => return Status::Unknown(unreadable),
        }
        match Other::at(top) {
            Some(Other::Jj) => return of_jj(top, target.path()),
            Some(Other::Unfamiliar(system)) => return Status::Untold { system, repository: top.into() },
            None => {}
        }
    }
    Status::Outside
}

fn of_git(repository: &Repository, file: &Path) -> Status {
    let Some(path) = repository.path_of(file) else {
        return Status::Outside;
    };
    match repository.tracks(&path) {
        Err(unreadable) => Status::Unknown(unreadable),
        Ok(true) => Status::Tracked { repository: repository.work_tree.clone() },
        Ok(false) if excludes::cover(repository, &path) => Status::Ignored,
        Ok(false) => Status::NotIgnored { repository: repository.work_tree.clone() },
    }
}

/// Without a `.git` beside it. What jj tracks already only its own store tells; what no rule ignores it tracks soon.
fn of_jj(top: &Path, file: &Path) -> Status {
    let repository = Repository::of_jj(top);
    match repository.path_of(file) {
        Some(path) if excludes::cover(&repository, &path) => Status::Ignored,
        _ => Status::NotIgnoredByJj { repository: top.into() },
    }
}
