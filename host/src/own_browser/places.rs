//! The files of potbridge's own browser.

use potbridge_system::dirs::{self, Dirs};
use std::io;
use std::path::PathBuf;

/// The folder with all files of the browser.
#[derive(Clone, Debug)]
pub(super) struct Places {
    folder: PathBuf,
}

impl Places {
    /// The places in the state folder. Nothing is made.
    pub(super) fn of(dirs: &Dirs) -> Self {
        Self { folder: dirs.state.join("browser") }
    }

    /// Makes the folder, its owner's alone.
    pub(super) fn make(&self) -> io::Result<()> {
        dirs::make_private(&self.folder)
    }

    /// Locked by all that have a request under way; written when one begins or ends.
    pub(super) fn in_use(&self) -> PathBuf {
        self.folder.join("in-use")
    }
}
