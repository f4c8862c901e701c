//! Replaces the content of a file in one step.
//!
//! At every moment a reader finds the old file or the new one, whole, even if the process is killed. The new bytes go
//! into a temporary file beside the real one, which is then renamed over it.
//!
//! What belongs to the file stays:
//!
//! - Symbolic links are followed. The real file behind them is replaced, the links stay links.
//! - The owner, the group and the mode stay. On Linux the POSIX access list stays too.
//! - If the file has the bytes already, nothing is written.
//!
//! Some files cannot be renamed over, or would get another owner: a file that is a mount of its own (as containers have
//! them), a file in a folder that this user may not write, a file of another user. Their bytes are overwritten in
//! place. In that one case a reader may see, for a moment, the new bytes followed by the rest of a longer old file. That
//! mixture stays if the machine stops at that moment.
//!
//! # Example
//!
//! ```
//! use atomic_file::{Change, Options, replace};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! let path = folder.path().join("settings.toml");
//! let options = Options::new().private().durable();
//! assert_eq!(replace(&path, b"colour = \"red\"\n", &options)?, Change::Written);
//! assert_eq!(replace(&path, b"colour = \"red\"\n", &options)?, Change::Unchanged);
//! # Ok(())
//! # }
//! ```
//!
//! # Read, change, write
//!
//! [`replace`] writes whatever was there before. If the new bytes depend on the old ones, read a [`Snapshot`] and give
//! the new bytes to [`Snapshot::replace`]. It writes nothing if the file was changed meanwhile:
//!
//! ```
//! use atomic_file::{Options, Snapshot, Swap, Target};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("list");
//! loop {
//!     let snapshot = Snapshot::read(&Target::find(&path)?, 1 << 20)?;
//!     let mut bytes = snapshot.bytes().to_vec();
//!     bytes.extend_from_slice(b"one more\n");
//!     if snapshot.replace(&bytes, &Options::new())? == Swap::Swapped {
//!         break;
//!     }
//! }
//! # Ok(())
//! # }
//! ```

mod attributes;
mod error;
mod in_place;
mod options;
mod original;
mod repair;
mod replace;
mod snapshot;
mod target;
mod temporary;

pub use error::Error;
pub use options::Options;
pub use original::Swap;
pub use repair::{Repaired, repair};
pub use snapshot::Snapshot;

pub use target::{Target, open_no_follow};
pub use temporary::remove_leftovers;

use std::path::Path;

/// How often [`replace`] starts again if another program changes the file in between.
const ATTEMPTS: usize = 20;

/// Whether [`replace`] wrote anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The file has the new bytes now.
    Written,
    /// The file had the bytes already. It was not written.
    Unchanged,
}

/// Gives the file at `path` the content `bytes`, and creates it if it is absent.
///
/// The folder of the file must exist. If several programs replace the same file at once, the last one wins.
///
/// # Errors
///
/// See [`Error`]. The file then has its old content, unless the error says otherwise.
pub fn replace(path: &Path, bytes: &[u8], options: &Options) -> Result<Change, Error> {
    for _ in 0..ATTEMPTS {
        let snapshot = Snapshot::read(&Target::find(path)?, usize::MAX)?;
        if snapshot.exists() && snapshot.bytes() == bytes {
            snapshot.set_mode(options)?;
            return Ok(Change::Unchanged);
        }
        match snapshot.replace(bytes, options)? {
            Swap::Swapped => return Ok(Change::Written),
            Swap::Stale => {}
        }
    }
    Err(Error::KeepsChanging { path: path.into() })
}
