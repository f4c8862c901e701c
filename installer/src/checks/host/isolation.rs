//! Folders of a moment, so that what a check starts neither reads nor writes what is this user's.

use crate::temporary_folder::TemporaryFolder;
use potbridge_protocol::{Code, Problem};
use std::ffi::OsString;
use std::path::PathBuf;

/// The name of such a folder begins so.
pub(crate) const OF_CHECK: &str = "potbridge-setup.";

/// Folders of potbridge for one check. They are removed with it.
#[derive(Debug)]
pub struct Isolation {
    folder: TemporaryFolder,
}

impl Isolation {
    /// New folders, with a configuration that knows these other extensions and no place for tokens.
    ///
    /// # Errors
    /// If there is no room for temporary files.
    pub fn new(extension_ids: &[String]) -> Result<Self, Problem> {
        let made = || -> std::io::Result<Self> {
            let folder = TemporaryFolder::new_in(&std::env::temp_dir(), OF_CHECK)?;
            let ids = toml_edit::Array::from_iter(extension_ids.iter().map(String::as_str));
            std::fs::write(folder.path().join("config.toml"), format!("extension_ids = {ids}\n"))?;
            Ok(Self { folder })
        };
        made().map_err(|error| {
            let message =
                format!("no temporary folder can be made in {}: {error}", std::env::temp_dir().display());
            Problem::new(Code::Io, message).with_hint("set TMPDIR to a folder that this user may write into")
        })
    }

    /// The variables by which potbridge finds these folders.
    #[must_use]
    pub fn variables(&self) -> [(&'static str, OsString); 3] {
        [
            ("POTBRIDGE_CONFIG", self.path("config.toml").into()),
            ("POTBRIDGE_STATE_DIR", self.state().into()),
            ("POTBRIDGE_RUNTIME_DIR", self.runtime().into()),
        ]
    }

    /// The state folder, which is not there yet.
    #[must_use]
    pub fn state(&self) -> PathBuf {
        self.path("state")
    }

    /// The configuration.
    #[must_use]
    pub fn config(&self) -> PathBuf {
        self.path("config.toml")
    }

    /// The runtime folder, which is not there yet.
    #[must_use]
    pub fn runtime(&self) -> PathBuf {
        self.path("run")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}
