use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use atomic_file::{Options, Repaired, Snapshot, Swap, Target};
use zeroize::Zeroizing;

use crate::{
    Change, Error, LARGEST, Reader, Variable, Warning, edit, is_variable_name, last_value,
    lock::{Lack, Lock},
    reader,
    version_control::{self, Status, Unreadable},
};

/// How long [`EnvFile::new`] waits for another program that is writing.
pub const LOCK_TIMEOUT: Duration = Duration::from_secs(10);

/// How often to start again if a program that does not take the lock changes the file in between.
const ATTEMPTS: usize = 20;

/// The temporary file has a name that the usual ignore rules `.env.*`, `.env*` and `*.env` cover.
pub(crate) const OPTIONS: Options =
    Options::new().private().durable().temporary_name(".env.env-file-", ".env");

/// A `.env` file whose variables can be set, read and emptied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvFile {
    /// Where the file is, or is to be. Symbolic links are followed and stay links.
    pub path: PathBuf,
    /// Whether to write even if version control tracks the file, or may do so.
    pub allow_tracked: bool,
    /// Who reads the file. `None` writes only values that all readers read alike.
    pub reader: Option<Reader>,
    /// How long to wait for another program that is writing, or that keeps the folder or the file locked.
    ///
    /// If it is zero, [`Error::Busy`] comes at once. Otherwise the folder and the file are each waited for so long, and if only
    /// one of the two can be locked then, that is enough. One that is overwriting the file in place is waited for after that,
    /// also by [`get`](Self::get): nobody may read or write the half of it.
    pub lock_timeout: Duration,
    /// Where the journal of a write in place may be if the folder of the file takes none. See
    /// [`atomic_file::Options::journal_folder`].
    pub journal_folder: Option<PathBuf>,
}

/// The result of [`EnvFile::set`] and [`EnvFile::clear`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// Whether the file was written.
    pub change: Change,
    /// What the user should know although the values are as they were asked for.
    pub warnings: Vec<Warning>,
}

impl EnvFile {
    /// The file at `path`: no reader is named, a tracked file is refused, and the wait is [`LOCK_TIMEOUT`].
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            allow_tracked: false,
            reader: None,
            lock_timeout: LOCK_TIMEOUT,
            journal_folder: None,
        }
    }

    /// Sets each variable wherever it is assigned. A variable that is assigned nowhere gets a line of its own.
    ///
    /// A name is `[A-Za-z_][A-Za-z0-9_]*`. A value is letters, digits and `_.,:/@%+=-`, and whatever else the
    /// [`Reader`] reads as it is. An absent file is created with mode 0600, an absent folder is not. If a name is given
    /// twice, the later value counts. Empty values alone are written even if git tracks the file: they publish nothing.
    ///
    /// # Errors
    ///
    /// See [`Error`]. The file is then as it was, unless the message says otherwise.
    pub fn set(&self, variables: &[Variable<'_>]) -> Result<Edited, Error> {
        let mut encoded = Vec::with_capacity(variables.len());
        for variable in variables {
            check_name(variable.name)?;
            encoded.push(reader::encode(variable, self.reader)?);
        }
        let variables: Vec<_> = variables
            .iter()
            .zip(&encoded)
            .map(|(variable, value)| Variable { name: variable.name, value })
            .collect();
        let purpose = if variables.iter().all(|variable| variable.value.is_empty()) {
            Purpose::SetEmpty
        } else {
            Purpose::Set
        };
        self.edit(purpose, |old| edit::set(old, &variables, self.reader))
    }

    /// Empties each variable wherever it is assigned. Adds no line and creates no file.
    ///
    /// It needs no room on the disk: the file is overwritten in place then. If no folder has the room for a journal either, it
    /// is written without one, and a process that is killed in that millisecond leaves it torn.
    ///
    /// # Errors
    ///
    /// See [`Error`]. The file is then as it was, unless the message says otherwise. A file that git tracks is not refused:
    /// nothing is put into it.
    pub fn clear(&self, names: &[&str]) -> Result<Edited, Error> {
        names.iter().try_for_each(|name| check_name(name))?;
        self.edit(Purpose::Clear, |old| edit::clear(old, names, self.reader))
    }

    /// The value that each variable is assigned last, without its quotes.
    ///
    /// A variable that is assigned nowhere is left out. An absent file assigns none.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub fn get(&self, names: &[&str]) -> Result<BTreeMap<String, Zeroizing<String>>, Error> {
        names.iter().try_for_each(|name| check_name(name))?;
        let target = Target::find(&self.path)?;
        // Otherwise the value could be one half of the old one and one half of the new one.
        atomic_file::repair(&target, &self.options())?;
        let snapshot = read(&target)?;
        let found = names.iter().filter_map(|&name| {
            let value = last_value(snapshot.bytes(), name, self.reader)?;
            Some((name.to_owned(), Zeroizing::new(String::from_utf8_lossy(value).into_owned())))
        });
        Ok(found.collect())
    }

    /// Finishes a write in place that was interrupted, for instance because the process was killed.
    ///
    /// [`set`](Self::set), [`clear`](Self::clear) and [`get`](Self::get) do that too. Call it when a program starts, so that
    /// those who read the file by themselves do not wait for the next of these.
    ///
    /// # Errors
    ///
    /// See [`Error`]. The next call tries again.
    pub fn repair(&self) -> Result<Repaired, Error> {
        let target = match Target::find(&self.path) {
            Err(atomic_file::Error::FolderMissing { .. }) => return Ok(Repaired::Nothing),
            found => found?,
        };
        let _lock = Lock::take(&target, self.lock_timeout)?;
        Ok(atomic_file::repair(&target, &self.options())?)
    }

    fn options(&self) -> Options {
        let options = OPTIONS.patience(self.lock_timeout);
        match &self.journal_folder {
            Some(folder) => options.journal_folder(folder),
            None => options,
        }
    }

    fn edit(
        &self,
        purpose: Purpose,
        edit: impl Fn(&[u8]) -> Result<Zeroizing<Vec<u8>>, edit::TooLarge>,
    ) -> Result<Edited, Error> {
        let options = match purpose {
            // A value that is to go does so, also on a full disk.
            Purpose::Clear => self.options().without_journal_if_full(),
            Purpose::Set | Purpose::SetEmpty => self.options(),
        };
        for _ in 0..ATTEMPTS {
            let target = Target::find(&self.path)?;
            let lock = Lock::take(&target, self.lock_timeout)?;
            if Target::find(&self.path)? != target {
                continue;
            }
            let status = version_control::status(&target);
            if purpose == Purpose::Set {
                self.check_untracked(&target, &status)?;
            }
            atomic_file::repair(&target, &options)?;
            let snapshot = read(&target)?;
            if snapshot.exists() != target.exists() {
                continue;
            }
            let new = edit(snapshot.bytes())
                .map_err(|edit::TooLarge| Error::TooLarge { path: target.path().into() })?;
            let nothing_there = purpose == Purpose::Clear && !target.exists();
            let mut warnings = if nothing_there { Vec::new() } else { self.warnings(&target, status) };
            let unchanged = *new == *snapshot.bytes();
            // With the folder locked no other writer is alive. What a killed one left holds values.
            if lock.holds_folder() && (!unchanged || purpose == Purpose::Clear) {
                atomic_file::remove_leftovers(target.folder(), &options);
            }
            if unchanged {
                return Ok(Edited { change: Change::Unchanged, warnings });
            }
            match snapshot.replace(&new, &options)? {
                Swap::Swapped => {
                    warnings.extend(lock.lack.map(|lack| warning_of(lack, &target)));
                    return Ok(Edited { change: Change::Written, warnings });
                }
                Swap::Stale => {}
            }
        }
        Err(Error::Busy { path: self.path.clone() })
    }

    fn check_untracked(&self, target: &Target, status: &Status) -> Result<(), Error> {
        let path = target.path().to_path_buf();
        match status {
            _ if self.allow_tracked => Ok(()),
            Status::Tracked { repository } => {
                Err(Error::TrackedByGit { path, repository: repository.clone() })
            }
            Status::Unknown(Unreadable { at, reason }) => {
                Err(Error::GitUnreadable { path, at: at.clone(), reason: reason.clone() })
            }
            _ => Ok(()),
        }
    }

    fn warnings(&self, target: &Target, status: Status) -> Vec<Warning> {
        let path = target.path().to_path_buf();
        match status {
            Status::NotIgnored { repository } => vec![Warning::NotIgnoredByGit { path, repository }],
            Status::NotIgnoredByJj { repository } => vec![Warning::NotIgnoredByJj { path, repository }],
            Status::Untold { system, repository } if !self.allow_tracked => {
                vec![Warning::IgnoreUnknown { path, system, repository }]
            }
            Status::Untold { .. }
            | Status::Outside
            | Status::Tracked { .. }
            | Status::Ignored
            | Status::Unknown(_) => Vec::new(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Set,
    SetEmpty,
    Clear,
}

fn check_name(name: &str) -> Result<(), Error> {
    if is_variable_name(name) { Ok(()) } else { Err(Error::NameInvalid { name: name.into() }) }
}

fn read(target: &Target) -> Result<Snapshot, Error> {
    let snapshot = Snapshot::read(target, LARGEST)?;
    let bytes = snapshot.bytes();
    let what = if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        "UTF-16"
    } else if bytes.contains(&0) {
        "NUL bytes"
    } else {
        return Ok(snapshot);
    };
    Err(Error::NotText { path: target.path().into(), what })
}

fn warning_of(lack: Lack, target: &Target) -> Warning {
    let path = target.path().to_path_buf();
    match lack {
        Lack::Folder => Warning::LockHeld { path, locked: target.folder().into() },
        Lack::File => Warning::LockHeld { locked: path.clone(), path },
        Lack::Both => Warning::NotLocked { path },
    }
}
