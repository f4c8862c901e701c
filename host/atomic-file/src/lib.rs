//! Replaces the content of a file in one step.
//!
//! At every moment a reader finds the old file or the new one, whole, even if the process is killed. The new bytes go
//! into a temporary file beside the real one, which is then renamed over it.
//!
//! What belongs to the file stays:
//!
//! - Symbolic links are followed. The real file behind them is replaced, the links stay links.
//! - The owner, the group and the mode stay. On Linux the access list, the other extended attributes (`user.*`, labels of
//!   `security.*`, and for root `trusted.*`) and the flags of `chattr` stay too. The system itself takes the capabilities
//!   of a program away when it is written, and so does this crate.
//! - If the file has the bytes already, nothing is written.
//!
//! A new file that root makes in another user's folder belongs to that user, unless everyone may write there. What root makes
//! to replace a file is root's until it has the owner of that file, so nobody else sees into it.
//!
//! # Writing in place
//!
//! Some files cannot be renamed over, or would lose something: a file that is a mount of its own (as containers have
//! them), a file in a folder that this user may not write, a file of another user, a file with an attribute that cannot
//! be copied, a file on a file system that refuses the rename for whatever reason but room, a file on a full disk whose new
//! bytes are not longer, and a file that has several names (hard links), which all get the new bytes. They are overwritten in place. So a file is also made where file
//! systems have neither hard links nor renames that spare an existing file. (One exception: a program with several names
//! that is running cannot be overwritten. It is renamed over, and its other names keep the old program.)
//!
//! A reader may then see, for a moment, the new bytes followed by the rest of the old ones. For the case that the process
//! or the machine is stopped at that moment, a journal with the old bytes and the new ones is kept beside the file until it
//! is written, with mode 0600. [`repair`] finishes the write: call it before the file is read, as [`replace`] does.
//! What somebody wrote since is never touched. If the folder takes no journal, it is kept in
//! [`Options::journal_folder`].
//!
//! What is left:
//!
//! - A journal that another user's killed writer left is 0600: this user may not open it, reads and writes the file without
//!   it, and says so in the log. If the file is torn, it stays so until its owner, root, or the next write.
//! - If neither folder takes a journal, the file is overwritten without one. A process that is killed in that millisecond
//!   leaves it torn. (If the file's folder is full, nothing is overwritten, unless the options say
//!   [`without_journal_if_full`](Options::without_journal_if_full).)
//! - A live writer locks its journal, and others wait for it. On a file system without locks (`flock`), programs that
//!   overwrite one file at once, without a lock of their own, may mix their bytes.
//! - If the file is a mount of a container's, and the journal in a folder of the container alone, it vanishes with the
//!   container.
//! - A journal is the business of the same crate. A file that stays torn because nobody calls [`repair`] stays torn.
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
mod journal;
mod links;
mod options;
mod original;
mod overwrite;
mod owner;
mod refusal;
mod repair;
mod replace;
mod snapshot;
mod sync;
mod target;
mod temporary;
mod torn;

pub use error::Error;
pub use journal::{LeftJournal, journals_in};
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
/// The folder of the file must exist. A write in place that was interrupted is finished first. If several programs replace the same file at once, the last one wins.
///
/// # Errors
///
/// See [`Error`]. The file then has its old content, unless the error says otherwise.
pub fn replace(path: &Path, bytes: &[u8], options: &Options) -> Result<Change, Error> {
    for _ in 0..ATTEMPTS {
        let target = Target::find(path)?;
        repair(&target, options)?;
        let snapshot = Snapshot::read(&target, usize::MAX)?;
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
