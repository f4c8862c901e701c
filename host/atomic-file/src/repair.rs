//! What is done about a write in place that was interrupted.

use crate::{
    Error, Options, Target,
    journal::{Found, Journal},
    original::Original,
    overwrite::{self, NotWritten},
    owner,
    torn::is_torn,
};

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
/// The journal tells the old bytes and the new ones. If the file holds a part of each, it gets the new ones. If it holds
/// either of them whole, or anything else, it stays as it is: then the write had not begun or was done, or another program
/// wrote the file since. The journal is removed.
///
/// A journal that this user may not open is left to its owner and root, and the log (crate `log`) names it.
///
/// # Errors
///
/// If a journal cannot be read or removed, or if the file cannot be written. The journal stays then, and the next repair
/// tries again.
pub fn repair(target: &Target, options: &Options) -> Result<Repaired, Error> {
    let mut repaired = Repaired::Nothing;
    for found in Journal::find(target, options)? {
        match finish(target, &found) {
            Ok(Repaired::Finished) => repaired = Repaired::Finished,
            Ok(_) if repaired == Repaired::Nothing => repaired = Repaired::Whole,
            Ok(_) => {}
            Err(error) => {
                found.journal.leave();
                return Err(error);
            }
        }
        found.journal.remove()?;
    }
    Ok(repaired)
}

fn finish(target: &Target, found: &Found) -> Result<Repaired, Error> {
    let Some((old, new)) = found.old_and_new() else { return Ok(Repaired::Whole) };
    let limit = old.unwrap_or_default().len().max(new.len());
    let file = match Original::read(target.path(), limit) {
        Ok(Some(file)) => file,
        // It was never made, or somebody put something else there.
        Ok(None) | Err(Error::TooLarge { .. } | Error::NotARegularFile { .. }) => return Ok(Repaired::Whole),
        Err(error) => return Err(error),
    };
    // What root alone may read goes into no file that somebody else has put there since.
    if owner::is_of_root_alone(&found.metadata, &file.metadata) || !is_torn(&file.bytes, old, new) {
        return Ok(Repaired::Whole);
    }
    let failed = |error| Error::io(error, "finish an interrupted write to", target.path());
    let open = overwrite::open(target.path()).map_err(failed)?;
    if !file.is_still(&open.metadata().map_err(failed)?) {
        return Err(Error::KeepsChanging { path: target.path().into() });
    }
    match overwrite::write(&open, &file.bytes, new) {
        Ok(()) => Ok(Repaired::Finished),
        Err(NotWritten::AsItWas(error) | NotWritten::Torn(error) | NotWritten::WithoutMode(error)) => {
            Err(failed(error))
        }
    }
}
