use std::path::PathBuf;

use strum::VariantNames as _;

/// Something the user should know although the file is as it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
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
    /// The file is in a working copy of jj, and no ignore rule covers it.
    #[error(
        "jj does not ignore {} (in {}), so its next command takes what is in it into the repository",
        path.display(), repository.display()
    )]
    NotIgnoredByJj {
        /// The real path.
        path: PathBuf,
        /// The top folder of the working copy.
        repository: PathBuf,
    },
    /// The file is in a working copy of a system whose rules this crate does not know.
    #[error(
        "{} is in a working copy of {system} ({}), and whether that tracks or ignores the file is not known",
        path.display(), repository.display()
    )]
    IgnoreUnknown {
        /// The real path.
        path: PathBuf,
        /// The name of the system.
        system: &'static str,
        /// The top folder of the working copy.
        repository: PathBuf,
    },
    /// Another program kept the file or its folder locked for the whole timeout. The file was written nonetheless.
    #[error(
        "another program keeps {} locked (flock); {} was written after waiting in vain",
        locked.display(), path.display()
    )]
    LockHeld {
        /// The real path.
        path: PathBuf,
        /// The folder of the file, or the file.
        locked: PathBuf,
    },
    /// The file system has no locks. The file was written without one.
    #[error(
        "neither {} nor its folder can be locked (flock); if two programs change it at the same instant, one change may \
         be lost",
        path.display()
    )]
    NotLocked {
        /// The real path.
        path: PathBuf,
    },
}

impl Warning {
    /// The code of every kind of warning.
    pub const CODES: &[&str] = Self::VARIANTS;

    /// The name of the warning, the same in every version.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.into()
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NotIgnoredByGit { .. } => Some("add it to .gitignore".into()),
            Self::NotIgnoredByJj { .. } => {
                Some("add it to .gitignore, and run `jj file untrack` on it if jj has it already".into())
            }
            Self::IgnoreUnknown { system, .. } => {
                Some(format!("see that {system} does not keep it, then set `allow_tracked = true`"))
            }
            Self::LockHeld { locked, .. } => Some(format!(
                "see who holds it with `fuser -v {}`, and let that program lock another file",
                locked.display()
            )),
            Self::NotLocked { .. } => {
                Some("keep the file on a file system with locks, or let one program write it".into())
            }
        }
    }
}
