//! The open store: tokens are put into it, and it can be cleared.

use super::error::StoreError;
use super::refused::is_refused;
use super::rows::insert;
use super::tidy::{correct_times, tidy};
use super::{names, schema};
use crate::config::StoreConfig;
use potbridge_protocol::{Capture, Problem, ShortText};
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

    /// What is wrong with the store, although it works: it was set aside, it can only be read, or it is in memory alone.
    ///
    /// Each is in the log too.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        Vec::new()
    }

    pub(super) fn at(path: &Path) -> Result<Self, StoreError> {
        schema::open(path).map(|database| Self { database })
    }

    /// Stores a token, and removes expired and superseded ones.
    ///
    /// A token that is stored already was seen again. A time in the future is taken for now. A token gets the video that its
    /// playback is known to play. Returns what the store knows of the token then.
    ///
    /// `None`: a token that YouTube refused is not stored. The player that uses it again is refused too, or will be.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub fn put(&mut self, capture: &Capture) -> Result<Option<Capture>, StoreError> {
        let change = self.database.transaction_with_behavior(TransactionBehavior::Immediate)?;
        correct_times(&change, capture.captured_at)?;
        if is_refused(&change, &capture.token)? {
            return Ok(None);
        }
        let mut capture = capture.clone();
        names::name(&change, &mut capture)?;
        names::forget_other_names(&change, &capture)?;
        let stored = insert(&change, &capture)?;
        tidy(&change)?;
        change.commit()?;
        Ok(Some(stored))
    }

    /// Removes the tokens of a profile's private windows, and what is left of them in the database's files.
    ///
    /// Returns whether there were any.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub fn remove_private(&mut self, profile: &ShortText) -> Result<bool, StoreError> {
        let change = self.database.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut removed = 0;
        for table in ["capture", "playing"] {
            let sql = format!("DELETE FROM {table} WHERE private AND profile = ?1");
            removed += change.execute(&sql, [profile.as_str()])?;
        }
        change.commit()?;
        if removed > 0 {
            self.empty_log()?;
        }
        Ok(removed > 0)
    }

    /// Removes every token, and what is left of them in the database's files.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub fn clear(&mut self) -> Result<(), StoreError> {
        self.database.execute_batch(
            "DELETE FROM capture; DELETE FROM playing; DELETE FROM counters; DELETE FROM refused; DELETE FROM given;",
        )?;
        self.empty_log()
    }

    /// Empties the log that is written ahead, since old pages lie in it.
    pub(super) fn empty_log(&self) -> Result<(), StoreError> {
        self.database.pragma_update(None, "wal_checkpoint", "truncate")?;
        Ok(())
    }
}
