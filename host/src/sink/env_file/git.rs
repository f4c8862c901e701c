//! How a file stands with git. Reads the repository itself: the program `git` may not be on the browser's `PATH`, and
//! is too slow to ask at every token.

mod excludes;
mod repository;

use std::path::PathBuf;

use super::place::Place;
use repository::Repository;

/// How a file stands with git.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// In no repository's work tree.
    Outside,
    /// In the index, whether or not the file is there.
    Tracked { repository: PathBuf },
    /// Not in the index, and covered by an ignore rule.
    Ignored,
    /// Not in the index, and `git add .` would put it there.
    NotIgnored { repository: PathBuf },
    /// The index is there and cannot be read. To write nonetheless could publish a token.
    Unknown { index: PathBuf, reason: String },
}

/// How the file at `place`, which need not exist, stands with the repository it is in.
pub(super) fn standing(place: &Place) -> Standing {
    let Some(repository) = Repository::around(&place.folder) else {
        return Standing::Outside;
    };
    let Some(path) = repository.path_of(&place.path) else {
        return Standing::Outside;
    };
    match repository.tracks(&path) {
        Err(reason) => Standing::Unknown { index: repository.index(), reason },
        Ok(true) => Standing::Tracked { repository: repository.work_tree },
        Ok(false) if excludes::cover(&repository, &path) => Standing::Ignored,
        Ok(false) => Standing::NotIgnored { repository: repository.work_tree },
    }
}
