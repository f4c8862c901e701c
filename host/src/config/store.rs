//! `[store]`: where tokens are kept.

use super::path::absolute;
use super::raw::RawStore;
use potbridge_system::dirs::Dirs;
use std::path::PathBuf;

/// The path that keeps the store in memory.
const MEMORY: &str = ":memory:";

/// The name of the database in the state folder.
pub const FILE: &str = "tokens.db";

/// Where tokens are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoreConfig {
    /// The database, or `:memory:` to keep it inside the host.
    ///
    /// By default it is `tokens.db` in the state folder.
    pub path: Option<PathBuf>,
}

impl StoreConfig {
    /// The database, or `:memory:`.
    #[must_use]
    pub fn place(&self, dirs: &Dirs) -> PathBuf {
        self.path.clone().unwrap_or_else(|| dirs.state.join(FILE))
    }

    /// Whether there is a database. There is none in a file before the first token.
    #[must_use]
    pub fn exists(&self, dirs: &Dirs) -> bool {
        !self.is_in_memory() && self.place(dirs).exists()
    }

    /// Whether it is kept inside the host, where no other process can read it.
    #[must_use]
    pub fn is_in_memory(&self) -> bool {
        self.path.as_ref().is_some_and(|path| path.as_os_str() == MEMORY)
    }
}

impl RawStore {
    /// The store that is meant.
    pub(super) fn resolve(self) -> Result<StoreConfig, String> {
        let path = self
            .path
            .map(|path| if path.as_os_str() == MEMORY { Ok(path) } else { absolute(path, "of the store") })
            .transpose()?;
        Ok(StoreConfig { path })
    }
}
