//! Removes every token from the store and from what was set aside of it, in any case that leaves a way.

use super::aside::{DAMAGED, UNREADABLE};
use super::cleared::Cleared;
use super::erase::erase;
use super::error::StoreError;
use super::locks::Gate;
use super::memory::{lock, of_photo, transact};
use super::photo;
use super::place::{as_owner, files};
use super::tidy::empty_log;
use super::token_store::TokenStore;
use potbridge_protocol::Code;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

const EMPTY: &str =
    "DELETE FROM capture; DELETE FROM playing; DELETE FROM counters; DELETE FROM refused; DELETE FROM given;";

impl TokenStore {
    /// Removes every token, and what is left of them in the database's files and in those that were set aside.
    ///
    /// A store that cannot be emptied is removed: a locked or damaged one, or one on a full disk. Every process that has it
    /// open sees that, and opens the one that is begun then.
    ///
    /// # Errors
    /// A file still holds a token: which, and why.
    pub fn clear(&mut self) -> Result<(), StoreError> {
        if let Some(database) = &self.in_memory {
            return database.execute_batch(EMPTY).map_err(|error| StoreError::failed(&self.path, &error));
        }
        let _owner = as_owner(&self.named)?;
        // First, so that no process writes then what it kept in memory.
        let marked = Cleared::mark(&self.path, &self.runtime).map_err(|error| unmarked(&self.path, &error));
        lock(&self.unkept).forget(u64::MAX);
        self.state.borrow_mut().view = None;
        let emptied = self.in_file_at_once(&|database| {
            transact(database, |database| database.execute_batch(EMPTY))?;
            empty_log(database)
        });
        let store = emptied.or_else(|error| {
            self.close();
            log::warn!("{}: {error}; so it is removed", error.code());
            self.destroy(&self.place())
        });
        // A newer potbridge begins its own anew.
        let is_newer = self.place() != self.path;
        let newer = if is_newer { self.destroy(&self.path) } else { Ok(()) };
        if is_newer {
            self.close();
        }
        store.and(newer).and(remove_copies(&self.path)).and(marked)
    }

    /// Leaves the database, since it is removed.
    fn close(&self) {
        if let Some(opened) = self.state.borrow_mut().opened.take() {
            opened.abandon();
        }
    }

    /// Removes a database.
    fn destroy(&self, path: &Path) -> Result<(), StoreError> {
        // If another process holds the gate, it sets the file aside, and that is removed after it.
        let _gate = Gate::take(path, &self.runtime, self.patience);
        let [database, log, index] = files(path);
        let removed = [log, index, database].iter().map(|file| erase(file)).fold(Ok(()), Result::and);
        match removed {
            Err(error) if holds_tokens(path) => Err(still(path, &error)),
            _ => Ok(()),
        }
    }
}

/// Whether a store that cannot be removed has a token, as far as can be told.
fn holds_tokens(path: &Path) -> bool {
    let count = |content: &[u8]| {
        of_photo(content)?.query_row("SELECT count(*) FROM capture", [], |row| row.get::<_, u32>(0))
    };
    match photo::take(path) {
        Ok(None) => false,
        Ok(Some(content)) if content.is_empty() => false,
        Ok(Some(content)) => count(&content).map_or(true, |count| count > 0),
        Err(_) => true,
    }
}

/// Removes what was set aside, and what potbridge of other versions has beside the store.
fn remove_copies(path: &Path) -> Result<(), StoreError> {
    let mut left = Ok(());
    for copy in copies(path) {
        if let Err(error) = erase(&copy) {
            left = left.and(Err(still(&copy, &error)));
        }
    }
    left
}

fn copies(path: &Path) -> Vec<PathBuf> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name().and_then(|name| name.to_str())) else {
        return Vec::new();
    };
    let is_copy = |file: &str| {
        let more = file.strip_prefix(name);
        more.is_some_and(|more| {
            [DAMAGED, UNREADABLE, ".schema-", ".new"].iter().any(|kind| more.starts_with(kind))
        })
    };
    // A folder that cannot be listed has no copy of this user's.
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.file_name().to_str().is_some_and(is_copy))
        .map(|entry| entry.path())
        .collect()
}

fn unmarked(path: &Path, error: &io::Error) -> StoreError {
    let mut unmarked = StoreError::of_system(path, error);
    unmarked.0.message = format!(
        "tokens that a browser's host keeps in memory may come back into the token store {}: it cannot be told of this ({error})",
        path.display()
    );
    unmarked
}

fn still(path: &Path, error: &io::Error) -> StoreError {
    let of_system = StoreError::of_system(path, error);
    let code = match of_system.code() {
        Code::DiskFull => Code::StoreUnavailable,
        code => code,
    };
    let mut still = of_system;
    still.0.code = code;
    still.0.message = format!("{} still holds tokens, since it cannot be removed: {error}", path.display());
    still
}
