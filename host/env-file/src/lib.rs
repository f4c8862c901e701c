//! Changes values in a `.env` file and leaves every other byte as it is.
//!
//! Comments, blank lines, quotes, line ends, a byte order mark, text that is not UTF-8: all of it stays. So do the
//! file's links, owner, mode and access list. If the values are the same already, nothing is written.
//!
//! At every moment the file is the old one or the new one, whole, even if the process is killed. One program writes at
//! a time: the folder and the file are locked (`flock`), as far as they can be. See [`atomic_file`] for the one exception, files that are overwritten in
//! place.
//!
//! A `.env` file often holds secrets. If git tracks the file, or cannot be asked because its repository cannot be read,
//! nothing is put into it, unless that is allowed; values can always be taken out. If git or jj neither tracks nor ignores
//! the file, or another system of version control is there, a [`Warning`] says so. Values are in no error and in no `Debug` output, and copies of them in
//! memory are wiped.
//!
//! # Example
//!
//! ```
//! use env_file::{Change, EnvFile, Reader, Variable};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join(".env");
//! std::fs::write(&path, "# mine\nexport TOKEN=\"old\" # from the portal\nPORT=80\n")?;
//!
//! let file = EnvFile { reader: Some(Reader::Shell), ..EnvFile::new(&path) };
//! let edited = file.set(&[Variable { name: "TOKEN", value: "new; and longer" }])?;
//!
//! assert_eq!(edited.change, Change::Written);
//! assert_eq!(
//!     std::fs::read_to_string(&path)?,
//!     "# mine\nexport TOKEN='new; and longer' # from the portal\nPORT=80\n"
//! );
//! # Ok(())
//! # }
//! ```
//!
//! # The readers
//!
//! There is no standard for these files. Shells, docker, `docker compose`, node, npm's dotenv, python-dotenv and systemd
//! read quotes, backslashes and comments each in their own way. Without a [`Reader`] only values are written that all of
//! them read alike. With one, a value is quoted for it, or refused if that reader would not read it as it is.
//!
//! # Text alone
//!
//! [`assignments`] and [`last_value`] read such text, [`encode`] writes a value as it must stand in the file. They need
//! no file system: with `default-features = false` the crate consists of them.
//!
//! ```
//! assert_eq!(env_file::last_value(b"A=1\nexport A='b c' # note\n", "A", None), Some(&b"b c"[..]));
//! ```

mod assignments;
mod continued;
#[cfg(feature = "files")]
mod edit;
mod error;
#[cfg(feature = "files")]
mod file;
mod lines;
#[cfg(feature = "files")]
mod lock;
mod reader;
#[cfg(feature = "files")]
mod unnamed;
#[cfg(feature = "files")]
mod version_control;
#[cfg(feature = "files")]
mod warning;

pub use assignments::{Assignment, assignments, last_value};
#[cfg(feature = "files")]
pub use atomic_file::Repaired;
pub use error::Error;
#[cfg(feature = "files")]
pub use file::{Edited, EnvFile, LOCK_TIMEOUT};
pub use reader::{Reader, UnknownReader, encode};
#[cfg(feature = "files")]
pub use unnamed::{Unnamed, repair_unnamed};
#[cfg(feature = "files")]
pub use warning::Warning;

use std::fmt;

/// The most bytes that a `.env` file may have, or would have after a change.
///
/// Real files are a thousand times smaller.
pub const LARGEST: usize = 16 << 20;

/// A variable to set. Its `Debug` output does not show the value.
#[derive(Clone, Copy)]
pub struct Variable<'a> {
    /// The name: `[A-Za-z_][A-Za-z0-9_]*`.
    pub name: &'a str,
    /// The value, without quotes. It may be empty.
    pub value: &'a str,
}

impl fmt::Debug for Variable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Variable({})", self.name)
    }
}

/// Whether a file was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The file has the new values, and the disk has the file.
    Written,
    /// The file had the values already. It was not written.
    Unchanged,
}

/// Whether every reader takes `name` for the name of a variable: letters, digits and `_`, no digit first.
#[must_use]
pub fn is_variable_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
