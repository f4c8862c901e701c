//! How the store is read and changed: in its file, or, while that cannot be used, in memory.

use super::aside::Aside;
use super::cleared::Cleared;
use super::error::StoreError;
use super::locks::Gate;
use super::memory::{Change, Unkept, View, lock, transact};
use super::opening::{self, Unopened};
use super::place::{Identity, as_owner, beside, identity};
use super::schema::{self, Kind, SCHEMA};
use super::token_store::{State, TokenStore};
use super::trouble::Trouble;
use potbridge_protocol::{Code, Problem};
use rusqlite::{Connection, ErrorCode};
use std::sync::{Arc, MutexGuard};

/// How often another file is begun or opened for one use: another process may set it aside meanwhile, or a second time.
const ATTEMPTS: u32 = 5;

/// Why the file was not used.
enum Unused {
    /// It is to be opened alone.
    Alone,
    Hindered(StoreError),
}

impl TokenStore {
    /// Asks the store something.
    pub(super) fn read<T>(&self, act: impl Fn(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        if let Some(database) = &self.in_memory {
            return act(database).map_err(|error| StoreError::failed(&self.path, &error));
        }
        let _owner = as_owner(&self.named)?;
        if lock(&self.unkept).may_try() {
            match self.in_file(&act) {
                Ok(done) => return Ok(done),
                Err(unused) => self.note_unused(unused),
            }
        }
        self.in_view(&act)
    }

    /// Changes the store. What cannot be written is kept in memory, and written with the next change that can be.
    pub(super) fn write<T>(
        &self,
        act: impl Fn(&Connection) -> rusqlite::Result<T> + Send + Sync + 'static,
    ) -> Result<T, StoreError> {
        if let Some(database) = &self.in_memory {
            return transact(database, act).map_err(|error| StoreError::failed(&self.path, &error));
        }
        let _owner = as_owner(&self.named)?;
        let whole = |database: &Connection| transact(database, &act);
        if let Some(done) = self.in_file_or_alone(&whole) {
            return Ok(done);
        }
        let done = self.in_view(&whole)?;
        let mut unkept = self.unkept();
        let change: Change = Arc::new(move |database| act(database).map(drop));
        unkept.add(change);
        if let Some(view) = &mut self.state.borrow_mut().view {
            view.has_newest(&unkept);
        }
        Ok(done)
    }

    /// Writes what could not be written before.
    ///
    /// # Errors
    /// Why it still cannot be.
    pub fn keep(&self) -> Result<(), StoreError> {
        if self.in_memory.is_some() {
            return Ok(());
        }
        let _owner = as_owner(&self.named)?;
        if self.unkept().is_empty() {
            return Ok(());
        }
        let none = |_: &Connection| Ok(());
        match self.in_file(&none) {
            Ok(()) => return Ok(()),
            Err(unused) => self.note_unused(unused),
        }
        if lock(&self.unkept).may_try_alone() && self.alone(&none).is_ok() {
            return Ok(());
        }
        lock(&self.unkept).error().cloned().map_or(Ok(()), Err)
    }

    /// Does something in the file, if it can be used now.
    fn in_file_or_alone<T>(&self, act: &dyn Fn(&Connection) -> rusqlite::Result<T>) -> Option<T> {
        if lock(&self.unkept).may_try() {
            match self.in_file(act) {
                Ok(done) => return Some(done),
                Err(unused) => self.note_unused(unused),
            }
        }
        if !lock(&self.unkept).may_try_alone() {
            return None;
        }
        self.alone(act).map_err(|error| lock(&self.unkept).hinder(error)).ok()
    }

    /// Does something in the file, as every process does, after what could not be written before.
    ///
    /// If it is damaged, it is set aside, and the same is done in the new one. If another process set it aside meanwhile, too.
    pub(super) fn in_file_at_once<T>(
        &self,
        act: &dyn Fn(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        match self.in_file(act) {
            Err(Unused::Alone) => {
                lock(&self.unkept).go_alone(&self.place());
                self.alone(act)
            }
            Err(Unused::Hindered(error)) => Err(error),
            Ok(done) => Ok(done),
        }
    }

    fn in_file<T>(&self, act: &dyn Fn(&Connection) -> rusqlite::Result<T>) -> Result<T, Unused> {
        for _ in 0..ATTEMPTS {
            let path = self.place();
            let open = self.state.borrow_mut().opened.take();
            let opened = match open {
                Some(opened) if opened.stands(&path) => opened,
                stale => {
                    if let Some(stale) = stale {
                        stale.abandon();
                    }
                    match opening::open(&path, self.patience, self.syncs()) {
                        Ok(opened) => opened,
                        Err(Unopened(trouble, found)) => {
                            self.settle(trouble, found, None)?;
                            continue;
                        }
                    }
                }
            };
            let result = self.after_unkept(&opened.connection, act);
            // What was done in a file that was set aside meanwhile was done in vain.
            if !opened.stands(&path) {
                opened.abandon();
                continue;
            }
            match result {
                Ok(done) => {
                    self.state.borrow_mut().replace(opened);
                    lock(&self.unkept).free(&path);
                    return Ok(done);
                }
                Err(error) => {
                    let (trouble, found) = (trouble(&opened.connection, &path, &error), opened.identity);
                    opened.abandon();
                    self.settle(trouble, found, None)?;
                }
            }
        }
        Err(Unused::Hindered(StoreError::busy(&self.path)))
    }

    /// Does something in the file, opened for this one use.
    fn alone<T>(&self, act: &dyn Fn(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        for _ in 0..ATTEMPTS {
            let path = self.place();
            let gate =
                Gate::take(&path, &self.runtime, self.patience).ok_or_else(|| StoreError::busy(&path))?;
            let found = identity(&path);
            let result = match opening::open_alone(&path, self.syncs()) {
                Ok(database) => self
                    .after_unkept(&database, act)
                    .map_err(|error| (trouble(&database, &path, &error), found.or(identity(&path)))),
                Err(trouble) => Err((trouble, found.or(identity(&path)))),
            };
            match result {
                Ok(done) => {
                    lock(&self.unkept).go_alone(&path);
                    return Ok(done);
                }
                Err((trouble, found)) => match self.settle(trouble, found, Some(&gate)) {
                    Ok(()) => {}
                    Err(Unused::Hindered(error)) => return Err(error),
                    Err(Unused::Alone) => return Err(StoreError::busy(&path)),
                },
            }
        }
        Err(StoreError::busy(&self.path))
    }

    /// Writes what could not be written before, and does something then.
    fn after_unkept<T>(
        &self,
        database: &Connection,
        act: &dyn Fn(&Connection) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let (changes, cleared) = {
            let unkept = self.unkept();
            (unkept.changes(), unkept.cleared())
        };
        // Asked within each change: who clears makes the mark first, and empties the file then.
        let is_cleared = || Cleared::of(&self.path, &self.runtime).is_after(cleared);
        for (_, change) in &changes {
            match transact(database, |database| if is_cleared() { Ok(()) } else { change(database) }) {
                Err(error) if is_of_statement(&error) && is_ours(database) => {
                    log::warn!("a change of the token store is lost: {error}");
                }
                done => done?,
            }
        }
        let done = act(database)?;
        if let Some((last, _)) = changes.last() {
            lock(&self.unkept).forget(*last);
        }
        Ok(done)
    }

    /// Whether the file system is taken to sync files.
    fn syncs(&self) -> bool {
        !lock(&self.unkept).unsynced
    }

    /// Does something in what could be read of the file, with what could not be written into it.
    fn in_view<T>(&self, act: &dyn Fn(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        let path = self.place();
        let failed = |error| StoreError::failed(&path, &error);
        let mut state = self.state.borrow_mut();
        let State { view, .. } = &mut *state;
        let unkept = self.unkept();
        let view = match view {
            Some(view) if view.is_fresh(&path, &unkept) => view,
            view => view.insert(View::of(&path, &unkept).map_err(failed)?),
        };
        drop(unkept);
        act(&view.connection).map_err(failed)
    }

    /// What this process could not write since the store was last cleared.
    fn unkept(&self) -> MutexGuard<'_, Unkept> {
        let mut unkept = lock(&self.unkept);
        unkept.drop_cleared(Cleared::of(&self.path, &self.runtime));
        unkept
    }

    fn note_unused(&self, unused: Unused) {
        let mut unkept = lock(&self.unkept);
        match unused {
            Unused::Alone => unkept.go_alone(&self.place()),
            Unused::Hindered(error) => unkept.hinder(error),
        }
    }

    /// Does about a trouble what can be done, so that the same can be tried again.
    fn settle(&self, trouble: Trouble, found: Identity, gate: Option<&Gate>) -> Result<(), Unused> {
        let path = self.place();
        let aside = |why, foreign| {
            let aside = Aside { path: &path, found, why, foreign };
            let told = match gate {
                Some(gate) => aside.set_within(gate),
                None => aside.set(&self.runtime, self.patience),
            };
            told.map(|told| self.told.borrow_mut().extend(told)).map_err(Unused::Hindered)
        };
        match trouble {
            Trouble::Unfit(why) => aside(why, false),
            Trouble::Foreign => aside("", true),
            Trouble::Newer => {
                let own = beside(&self.path, &format!(".schema-{SCHEMA}"));
                let message = format!(
                    "the token store {} was made by a newer potbridge, so this one uses {}",
                    self.path.display(),
                    own.display()
                );
                log::warn!("{}: {message}", Code::StoreNewer);
                let problem = Problem::new(Code::StoreNewer, message).with_hint("update this potbridge");
                self.told.borrow_mut().push(problem);
                self.state.borrow_mut().own_place = Some(own);
                Ok(())
            }
            Trouble::Unsynced(error) => {
                let mut unkept = lock(&self.unkept);
                if std::mem::replace(&mut unkept.unsynced, true) {
                    return Err(Unused::Hindered(error));
                }
                log::warn!(
                    "{} is on a file system that syncs no file: a power cut may damage it",
                    path.display()
                );
                Ok(())
            }
            Trouble::Alone => Err(Unused::Alone),
            Trouble::Hindered(error) => Err(Unused::Hindered(error)),
        }
    }
}

/// What an error of an open database means. A missing table is an error of the statement.
fn trouble(database: &Connection, path: &std::path::Path, error: &rusqlite::Error) -> Trouble {
    if !is_of_statement(error) {
        return Trouble::of(path, error);
    }
    match schema::kind(database) {
        Ok(Kind::Ours) => Trouble::of(path, error),
        Ok(Kind::Newer) => Trouble::Newer,
        Ok(_) => Trouble::Unfit("lacked tables"),
        Err(error) => Trouble::of(path, &error),
    }
}

fn is_of_statement(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::Unknown | ErrorCode::ConstraintViolation | ErrorCode::TypeMismatch)
    )
}

fn is_ours(database: &Connection) -> bool {
    matches!(schema::kind(database), Ok(Kind::Ours))
}
