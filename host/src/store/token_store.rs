//! The open store: tokens are put into it, and it can be cleared.

use super::error::StoreError;
use super::rows::{insert, join, played, tidy};
use super::schema;
use crate::config::StoreConfig;
use potbridge_protocol::Capture;
use potbridge_system::dirs::Dirs;
use rusqlite::{Connection, TransactionBehavior};
use std::path::Path;

/// The open store.
pub struct TokenStore {
    pub(super) database: Connection,
}

impl TokenStore {
    /// Opens the store that the configuration names, or makes it: mode 0600, in a folder of mode 0700.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn open(config: &StoreConfig, dirs: &Dirs) -> Result<Self, StoreError> {
        let path = config.place(dirs);
        Self::at(&path).map_err(|error| match error {
            StoreError::Failed { source, .. } => StoreError::Failed { path, source },
            other => other,
        })
    }

    pub(super) fn at(path: &Path) -> Result<Self, StoreError> {
        schema::open(path).map(|database| Self { database })
    }

    /// Stores a token, and removes expired and superseded ones.
    ///
    /// A token that is stored already was seen again. A time in the future is taken for now. A token without a video gets
    /// the video that its playback is known to play.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub fn put(&mut self, capture: &Capture) -> Result<(), StoreError> {
        let change = self.database.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut capture = capture.clone();
        if capture.binding.video_id.is_none()
            && let Some(video_id) = played(&change, &capture)?
        {
            join(&mut capture, video_id);
        }
        insert(&change, &capture)?;
        tidy(&change)?;
        Ok(change.commit()?)
    }

    /// Removes every token, and what is left of them in the database's files.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub fn clear(&mut self) -> Result<(), StoreError> {
        self.database.execute_batch("DELETE FROM capture; DELETE FROM playing; DELETE FROM counters;")?;
        self.database.pragma_update(None, "wal_checkpoint", "truncate")?;
        Ok(())
    }
}
