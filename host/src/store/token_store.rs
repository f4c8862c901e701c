//! The open store: tokens are put into it, and it can be cleared.

use super::aside::erase_damaged;
use super::error::StoreError;
use super::memory::{Unkept, View, lock};
use super::names;
use super::opening::Opened;
use super::place::{as_owner, followed, is_own};
use super::rows::{insert, is_refused};
use super::schema;
use super::tidy::{correct_times, empty_log, tidy};
use crate::config::StoreConfig;
use potbridge_protocol::{Capture, Problem, ShortText};
use potbridge_system::dirs::Dirs;
use rusqlite::Connection;
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How long a command waits for another process's lock.
const COMMAND: Duration = Duration::from_secs(2);

/// How long the answer to a browser may wait for it. After that what is new is kept in memory, and nobody waits for the next 2 s.
pub const SESSION: Duration = Duration::from_millis(250);

/// The open store.
///
/// It works whatever becomes of its file. A damaged one is set aside, and a new one is begun. While a file cannot be written,
/// what is new is kept in the memory of this process, over what can be read of the file.
pub struct TokenStore {
    /// Where the configuration says it is. Whose the folders on this way are decides with whose rights root works on it.
    pub(super) named: PathBuf,
    /// Where that leads to.
    pub(super) path: PathBuf,
    pub(super) runtime: PathBuf,
    /// How long another process's lock is waited for.
    pub(super) patience: Duration,
    /// The whole store, if the configuration keeps it in memory.
    pub(super) in_memory: Option<Connection>,
    pub(super) state: RefCell<State>,
    /// What is to be told of what was done to the file.
    pub(super) told: RefCell<Vec<Problem>>,
    pub(super) unkept: Arc<Mutex<Unkept>>,
}

/// What is open of a store.
#[derive(Default)]
pub(super) struct State {
    pub(super) opened: Option<Opened>,
    /// While the file cannot be used: what stands for it.
    pub(super) view: Option<View>,
    /// The file of this version's own, if the configured one is of a newer.
    pub(super) own_place: Option<PathBuf>,
}

impl State {
    /// Takes the file for what is used from now on.
    pub(super) fn replace(&mut self, opened: Opened) {
        self.opened = Some(opened);
        self.view = None;
    }
}

impl TokenStore {
    /// Opens the store that the configuration names, or makes it: mode 0600, in a folder of mode 0700.
    ///
    /// A file that cannot be used is no error: [`TokenStore::problems`] tells of it.
    ///
    /// # Errors
    /// [`StoreError`], if there is no memory for it.
    pub fn open(config: &StoreConfig, dirs: &Dirs) -> Result<Self, StoreError> {
        Self::open_within(config, dirs, COMMAND)
    }

    /// The same, with a limit for how long another process's lock is waited for.
    ///
    /// # Errors
    /// [`StoreError`], if there is no memory for it.
    pub fn open_within(config: &StoreConfig, dirs: &Dirs, patience: Duration) -> Result<Self, StoreError> {
        Self::at(&config.place(dirs), &dirs.runtime, patience)
    }

    pub(super) fn at(path: &Path, runtime: &Path, patience: Duration) -> Result<Self, StoreError> {
        let in_memory = path.as_os_str() == ":memory:";
        let owner = if in_memory { None } else { as_owner(path)? };
        let named = path.to_owned();
        let path = if in_memory { named.clone() } else { followed(path) };
        // A link of a user to what is not the user's is for root no more than that link.
        let path = if owner.is_some() && !is_own(&path) { named.clone() } else { path };
        let unkept = if in_memory { Arc::default() } else { Unkept::of(&path) };
        let failed = |error| StoreError::failed(&path, &error);
        let in_memory = in_memory.then(schema::in_memory).transpose().map_err(failed)?;
        let store = Self {
            named,
            path,
            runtime: runtime.to_owned(),
            patience,
            in_memory,
            state: RefCell::default(),
            told: RefCell::default(),
            unkept,
        };
        store.read(|_| Ok(()))?;
        Ok(store)
    }

    /// The file that is used.
    pub(super) fn place(&self) -> PathBuf {
        self.state.borrow().own_place.as_ref().unwrap_or(&self.path).clone()
    }

    /// Stores a token, and removes expired and superseded ones.
    ///
    /// A token that is stored already was seen again. A time in the future is taken for now. A token gets the video that its
    /// playback is known to play. Returns what the store knows of the token then.
    ///
    /// `None`: a token that YouTube refused is not stored. The player that uses it again is refused too, or will be.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn put(&mut self, capture: &Capture) -> Result<Option<Capture>, StoreError> {
        let capture = capture.clone();
        self.write(move |change| {
            correct_times(change, capture.captured_at)?;
            if is_refused(change, &capture.token)? {
                return Ok(None);
            }
            let mut capture = capture.clone();
            names::name(change, &mut capture)?;
            names::forget_other_names(change, &capture)?;
            let stored = insert(change, &capture)?;
            tidy(change)?;
            Ok(Some(stored))
        })
    }

    /// Removes the tokens of a profile's private windows, and what is left of them in the database's files.
    ///
    /// Returns whether there were any.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn remove_private(&mut self, profile: &ShortText) -> Result<bool, StoreError> {
        let _owner = if self.in_memory.is_none() { as_owner(&self.named)? } else { None };
        let profile = profile.clone();
        let removed = self.write(move |change| {
            let mut removed = 0;
            for table in ["capture", "playing"] {
                let sql = format!("DELETE FROM {table} WHERE private AND profile = ?1");
                removed += change.execute(&sql, [profile.as_str()])?;
            }
            Ok(removed)
        })?;
        if removed > 0 {
            self.empty_log();
        }
        // Who was to erase it may have been killed.
        if self.in_memory.is_none()
            && let Err(error) = erase_damaged(&self.place())
        {
            log::warn!("a removed token may be left beside {}: {error}", self.path.display());
        }
        Ok(removed > 0)
    }

    /// What is wrong with the store, although it works: it was set aside, it can only be read, or it is in memory alone.
    ///
    /// Each is in the log too.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = self.told.borrow().clone();
        problems.extend(lock(&self.unkept).error().map(|error| error.0.clone()));
        problems
    }

    /// Why what the file holds is not known to this process. `None` if it is.
    #[must_use]
    pub fn unread(&self) -> Option<StoreError> {
        let state = self.state.borrow();
        let unread = state.view.as_ref()?.unread.clone()?;
        Some(lock(&self.unkept).error().cloned().unwrap_or(unread))
    }

    /// Empties the log that is written ahead, since old pages lie in it. A copy in memory has none.
    pub(super) fn empty_log(&self) {
        let emptied = as_owner(&self.named).map(|_owner| match &self.state.borrow().opened {
            Some(opened) => empty_log(&opened.connection),
            None => Ok(()),
        });
        let error = match emptied {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        };
        log::warn!("a removed token may be left in {}: {error}", self.path.display());
    }
}

impl Drop for TokenStore {
    fn drop(&mut self) {
        // It was to be had when the store was opened; if not, nothing is open.
        let Ok(_owner) = as_owner(&self.named) else { return };
        let (some, may_try) = {
            let unkept = lock(&self.unkept);
            (!unkept.is_empty(), unkept.may_try() || unkept.may_try_alone())
        };
        // Why it cannot be written is in the log.
        if some
            && may_try
            && let Err(error) = self.keep()
        {
            log::debug!("not kept: {error}");
        }
        let path = self.place();
        if let Some(opened) = self.state.borrow_mut().opened.take()
            && !opened.stands(&path)
        {
            opened.abandon();
        }
    }
}
