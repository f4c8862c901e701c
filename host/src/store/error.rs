//! Why the store cannot be used.

use std::path::PathBuf;

/// The token store cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Its file or folder cannot be made.
    #[error("the token store {} cannot be opened: {source}", path.display())]
    Unopened {
        /// The database.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A later version of potbridge made it.
    #[error("the token store {} was made by a newer potbridge", path.display())]
    Newer {
        /// The database.
        path: PathBuf,
    },
    /// SQLite reported an error.
    #[error("the token store {} failed: {source}", path.display())]
    Failed {
        /// The database.
        path: PathBuf,
        /// What SQLite said.
        source: rusqlite::Error,
    },
}

impl StoreError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Unopened { .. } => {
                "let this user write there, or name another file: potbridge config set store.path PATH"
            }
            Self::Newer { .. } => "update this potbridge",
            Self::Failed { .. } => {
                "if the file is damaged, delete it: potbridge makes a new one, and tokens come again"
            }
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(source: rusqlite::Error) -> Self {
        Self::Failed { path: PathBuf::new(), source }
    }
}
