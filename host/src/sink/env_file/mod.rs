//! A `.env` file as a sink: sets variables in it and leaves every other byte as it is.
//!
//! The file is at every moment either the old or the new one, whole (but for the exception in replace.rs), whatever
//! is killed when; one writer at a time, across processes; and no change means no write.

mod error;
mod git;
mod lock;
mod place;
mod reader;
mod replace;
mod scan;
mod text;

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use zeroize::Zeroizing;

use super::{Change, Variable};
pub use error::{EnvFileError, Warning};
use git::Standing;
use lock::Lock;
use place::{Original, Place};
pub(crate) use reader::written;
pub use reader::{Reader, UnknownReader};
use replace::Outcome;

/// The size in bytes that no `.env` file may have or get. Real ones are a thousand times smaller.
pub const LARGEST: usize = 16 << 20;

/// How long to wait for another writer.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// How often to begin anew when somebody who does not take the lock changes the file in between.
const ATTEMPTS: usize = 20;

/// A `.env` file to write variables to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvFile {
    /// Where it is, or is to be. Symbolic links are followed and stay links.
    pub path: PathBuf,
    /// Whether to write even to a file that git tracks.
    pub allow_tracked: bool,
    /// Who reads it. Where nobody is named, only values are written that all readers take alike.
    pub reader: Option<Reader>,
}

/// What came of a [`EnvFile::set`] or [`EnvFile::clear`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// Whether anything was written.
    pub change: Change,
    /// What the user should know although all went well.
    pub warnings: Vec<Warning>,
}

impl EnvFile {
    /// Sets each variable, at every place where it is assigned, and adds a line for one that is assigned nowhere.
    /// A name is `[A-Za-z_][A-Za-z0-9_]*`; a value is letters, digits and `_.,:/@%+=-`, and what the [`Reader`] takes
    /// besides. A file that is absent is created with mode 0600, its folder is not. Where a name is given twice, the
    /// later value counts.
    ///
    /// # Errors
    ///
    /// See [`EnvFileError`]; the file is then as it was.
    pub fn set(&self, variables: &[Variable<'_>]) -> Result<Done, EnvFileError> {
        let mut written = Vec::with_capacity(variables.len());
        for variable in variables {
            check_name(variable.name)?;
            written.push(reader::written(variable, self.reader)?);
        }
        let variables: Vec<_> = variables
            .iter()
            .zip(&written)
            .map(|(variable, written)| Variable { name: variable.name, value: written })
            .collect();
        self.change(Purpose::Set, |old| text::set(old, &variables, self.reader))
    }

    /// Empties each variable at every place where it is assigned. Adds no line and creates no file.
    ///
    /// # Errors
    ///
    /// See [`EnvFileError`]; the file is then as it was. A file that git tracks is refused only where there is
    /// something to empty.
    pub fn clear(&self, names: &[&str]) -> Result<Done, EnvFileError> {
        names.iter().try_for_each(|name| check_name(name))?;
        self.change(Purpose::Clear, |old| text::clear(old, names, self.reader))
    }

    /// What each variable is assigned last, as [`EnvFile::set`] writes it: bare or quoted. One that is not assigned is
    /// left out; so are all of a file that is absent.
    ///
    /// # Errors
    ///
    /// See [`EnvFileError`].
    pub fn get(&self, names: &[&str]) -> Result<BTreeMap<String, Zeroizing<String>>, EnvFileError> {
        names.iter().try_for_each(|name| check_name(name))?;
        let original = Original::read(&Place::find(&self.path)?)?;
        Ok(original.map_or_else(BTreeMap::new, |original| text::get(&original.bytes, names, self.reader)))
    }

    fn change(
        &self,
        purpose: Purpose,
        edit: impl Fn(&[u8]) -> Result<Zeroizing<Vec<u8>>, text::TooLarge>,
    ) -> Result<Done, EnvFileError> {
        for _ in 0..ATTEMPTS {
            let place = Place::find(&self.path)?;
            let lock = match purpose {
                Purpose::Clear if !place.exists => return Ok(Done::unchanged(Vec::new())),
                _ => Lock::take(&place)?,
            };
            if Place::find(&self.path)? != place {
                continue;
            }
            let standing = git::standing(&place);
            if purpose == Purpose::Set {
                self.refuse_tracked(&place, &standing)?;
            }
            let original = Original::read(&place)?;
            if original.is_some() != place.exists {
                continue;
            }
            let old = original.as_ref().map_or(&[][..], |original| &original.bytes);
            let new =
                edit(old).map_err(|text::TooLarge| EnvFileError::TooLarge { path: place.path.clone() })?;
            if *new == *old {
                return Ok(Done::unchanged(warnings(&place, &standing)));
            }
            self.refuse_tracked(&place, &standing)?;
            match replace::replace(&place, &lock, original.as_ref(), &new)? {
                Outcome::Replaced => {
                    return Ok(Done { change: Change::Written, warnings: warnings(&place, &standing) });
                }
                Outcome::ChangedMeanwhile => {}
            }
        }
        Err(EnvFileError::Busy { path: self.path.clone() })
    }

    fn refuse_tracked(&self, place: &Place, standing: &Standing) -> Result<(), EnvFileError> {
        let path = place.path.clone();
        match standing {
            _ if self.allow_tracked => Ok(()),
            Standing::Tracked { repository } => {
                Err(EnvFileError::TrackedByGit { path, repository: repository.clone() })
            }
            Standing::Unknown { index, reason } => {
                Err(EnvFileError::GitUnreadable { path, index: index.clone(), reason: reason.clone() })
            }
            Standing::Outside | Standing::Ignored | Standing::NotIgnored { .. } => Ok(()),
        }
    }
}

impl Done {
    fn unchanged(warnings: Vec<Warning>) -> Self {
        Self { change: Change::Unchanged, warnings }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Set,
    Clear,
}

fn warnings(place: &Place, standing: &Standing) -> Vec<Warning> {
    match standing {
        Standing::NotIgnored { repository } => {
            vec![Warning::NotIgnoredByGit { path: place.path.clone(), repository: repository.clone() }]
        }
        _ => Vec::new(),
    }
}

/// Whether this is a variable's name to every reader: letters, digits and `_`, no digit first.
#[must_use]
pub fn is_variable_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn check_name(name: &str) -> Result<(), EnvFileError> {
    if is_variable_name(name) { Ok(()) } else { Err(EnvFileError::NameInvalid { name: name.into() }) }
}
