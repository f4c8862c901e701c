use std::path::PathBuf;

/// Something the user should know although the file is as it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Warning {
    /// The file is in a git work tree, is not tracked, and no ignore rule covers it.
    #[error(
        "git does not ignore {} (in {}), so `git add .` would publish what is in it",
        path.display(), repository.display()
    )]
    NotIgnoredByGit {
        /// The real path.
        path: PathBuf,
        /// The top folder of the work tree.
        repository: PathBuf,
    },
}

impl Warning {
    /// The name of the warning, the same in every version.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotIgnoredByGit { .. } => "not-ignored-by-git",
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NotIgnoredByGit { .. } => Some("add it to .gitignore".into()),
        }
    }
}
