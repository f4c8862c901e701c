//! The source that potbridge is built from.

use crate::error::{Error, Result};
use crate::metadata::Metadata;
use std::path::{Path, PathBuf};

/// A clone of the source, and the folder where cargo builds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    /// The folder that holds `Cargo.toml`.
    pub root: PathBuf,
    /// The folder that cargo builds into.
    pub target: PathBuf,
}

impl Workspace {
    /// The workspace that this crate was built in.
    ///
    /// # Errors
    /// If the source is no longer there, or cargo cannot be run.
    pub fn find() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
        let root = root.filter(|root| root.join("Cargo.toml").is_file()).ok_or_else(|| Error::Missing {
            what: "the source that this program was built from".to_owned(),
            hint: "run this with `cargo` in a clone of the source".to_owned(),
        })?;
        Ok(Self { root: root.to_owned(), target: Metadata::of_workspace(root)?.target_directory })
    }
}
