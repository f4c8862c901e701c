//! Sets the store's file aside, so that a new one can be begun.

use super::erase::erase;
use super::error::StoreError;
use super::locks::Gate;
use super::place::{Identity, beside, files, identity, tighten};
use super::rows::capture_of;
use super::schema::{self, Kind};
use super::{memory, photo};
use crate::config::STORE_FILE;
use potbridge_protocol::{Code, Problem};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What a store that is unfit is called until it is erased.
pub(super) const DAMAGED: &str = ".damaged";

/// What a store that this user may not read is called. One is kept, until `clear`.
pub(super) const UNREADABLE: &str = ".unreadable";

/// What another program's file is called. It is never replaced nor removed.
const FOREIGN: &str = ".other";

/// The shortest run of a token's characters by which a file is taken for one that holds tokens.
const LONG: usize = 100;

/// Whose a file is.
enum Whose {
    /// Potbridge's: a cache, of which nothing is worth to be kept with its tokens.
    Ours,
    /// Another program's, for all that can be told.
    Others,
    /// Nobody can tell.
    Unreadable,
}

/// Which file is set aside, and why.
pub(super) struct Aside<'a> {
    pub(super) path: &'a Path,
    /// The file that was found unfit. If another one stands there by now, another process was first.
    pub(super) found: Identity,
    /// What happened to it: "was damaged".
    pub(super) why: &'static str,
    /// Whether it is another program's.
    pub(super) foreign: bool,
}

impl Aside<'_> {
    /// Sets the file aside. Gives what is to be told of it; `None` if another process was first.
    ///
    /// One process at a time does so, since another one would set aside what the first one begins.
    pub(super) fn set(&self, runtime: &Path, limit: Duration) -> Result<Option<Problem>, StoreError> {
        let gate = Gate::take(self.path, runtime, limit).ok_or_else(|| StoreError::busy(self.path))?;
        self.set_within(&gate)
    }

    /// The same, for who holds the gate already.
    pub(super) fn set_within(&self, _gate: &Gate) -> Result<Option<Problem>, StoreError> {
        let path = self.path;
        if self.found.is_none() || identity(path) != self.found {
            return Ok(None);
        }
        let kept = photo::take(path).ok().flatten().filter(|photo| is_whole(photo));
        let whose = if self.foreign { Whose::Others } else { whose(path) };
        let to = match whose {
            Whose::Ours => beside(path, DAMAGED),
            Whose::Others => free(path),
            Whose::Unreadable => beside(path, UNREADABLE),
        };
        move_files(path, &to).map_err(|error| StoreError::of_system(path, &error))?;
        if let Some(kept) = kept {
            // Whoever has begun a new one meanwhile has it: the store is a cache.
            if let Err(error) = put_in_place(path, &kept) {
                log::warn!("what could be read of the token store is not in the new one: {error}");
            }
        }
        let renamed = format!("it was renamed to {}", to.display());
        let (why, done) = match whose {
            Whose::Ours => match erase_damaged(path) {
                Ok(()) => (self.why, "it was erased".to_owned()),
                Err(error) => (self.why, format!("{renamed}, since it cannot be erased ({error})")),
            },
            Whose::Others => ("is no token store of potbridge's", renamed),
            Whose::Unreadable => (self.why, renamed),
        };
        let message = format!("the token store {} {why}: {done}, and a new one was begun", path.display());
        log::error!("{}: {message}", Code::StoreSetAside);
        Ok(Some(Problem::new(Code::StoreSetAside, message)))
    }
}

/// Erases what was set aside and not erased, as by a process that was killed.
pub(super) fn erase_damaged(path: &Path) -> io::Result<()> {
    files(&beside(path, DAMAGED)).iter().map(|file| erase(file)).fold(Ok(()), Result::and)
}

/// Whose a file is that is no sound store. Who has misnamed the store's file must not lose what was in it.
fn whose(path: &Path) -> Whose {
    let content = match photo::read(path) {
        Ok(content) => content.unwrap_or_default(),
        // It is too large.
        Err(error) if error.kind() == io::ErrorKind::InvalidData => return Whose::Others,
        Err(_) => return Whose::Unreadable,
    };
    let is_marked = content.starts_with(b"SQLite format 3\0")
        && content.get(68..72).is_some_and(|id| id == schema::APPLICATION.to_be_bytes());
    // One that was begun under another name is another's for all that can be told, unless its head says whose it is.
    let has_our_name = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(STORE_FILE));
    let is_text = !content.contains(&0) && std::str::from_utf8(&content).is_ok();
    let in_token = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
    let has_token = || content.split(|byte| !in_token(byte)).any(|run| run.len() >= LONG);
    let is_empty = content.iter().all(|byte| *byte == 0);
    let is_ours = is_marked || is_empty || has_our_name && (photo::has_log(path) || !is_text && has_token());
    if is_ours { Whose::Ours } else { Whose::Others }
}

/// Whether it can be read to the end as a store of this version.
fn is_whole(photo: &[u8]) -> bool {
    let is_whole = |photo| {
        let database = memory::of_photo(photo)?;
        let sound: String = database.pragma_query_value(None, "quick_check", |row| row.get(0))?;
        if schema::kind(&database)? != Kind::Ours || sound != "ok" {
            return Ok(false);
        }
        let mut all = database.prepare("SELECT * FROM capture")?;
        let readable = all.query_map([], |row| Ok(capture_of(row).is_ok()))?;
        readable.collect::<rusqlite::Result<Vec<_>>>().map(|readable| readable.iter().all(|is| *is))
    };
    is_whole(photo).unwrap_or(false)
}

/// A name that is free for another program's file.
fn free(path: &Path) -> PathBuf {
    let names = (1_u32..).map(|at| if at == 1 { FOREIGN.to_owned() } else { format!("{FOREIGN}-{at}") });
    names.map(|name| beside(path, &name)).find(|path| !path.exists()).unwrap_or_else(|| path.to_owned())
}

/// The database last: as long as it stands there, nobody begins a new one, whose log these would be.
fn move_files(path: &Path, to: &Path) -> io::Result<()> {
    let [database, log, index] = files(path);
    let [new_database, new_log, new_index] = files(to);
    for (from, to) in [(log, new_log), (index, new_index), (database, new_database)] {
        match fs::rename(&from, &to) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => remove(&to)?,
            renamed => {
                renamed?;
                tighten(&to);
            }
        }
    }
    Ok(())
}

/// Makes a database of what was read, unless one is there.
fn put_in_place(path: &Path, content: &[u8]) -> io::Result<()> {
    let new = beside(path, ".new");
    remove(&new)?;
    let mut file = potbridge_system::dirs::open_private(&new)?;
    let put = file.write_all(content).and_then(|()| fs::hard_link(&new, path));
    put.and(remove(&new))
}

/// Removes a file, if there is one.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
