//! Changes a text that somebody else may be writing at the same time. Neither loses what the other wrote.

use crate::error::Result;
use crate::install::files::WRITING;
use atomic_file::{Snapshot, Swap, Target};
use std::io;
use std::path::Path;

/// How often it starts again if somebody writes the file in between.
const ATTEMPTS: usize = 20;

/// Gives an existing file the text that `change` makes of its own, again if somebody wrote it meanwhile.
///
/// It stays if `change` gives `None`. Returns whether it was written.
///
/// # Errors
/// If the file cannot be read or written, is not UTF-8, or `change` fails.
pub(crate) fn edit(path: &Path, change: impl Fn(&str) -> Result<Option<String>>) -> Result<bool> {
    for _ in 0..ATTEMPTS {
        let target = Target::find(path)?;
        atomic_file::repair(&target, &WRITING)?;
        let snapshot = Snapshot::read(&target, usize::MAX)?;
        if !snapshot.exists() {
            return Ok(false);
        }
        let text = std::str::from_utf8(snapshot.bytes()).map_err(|error| {
            io::Error::new(io::ErrorKind::InvalidData, format!("{}: {error}", path.display()))
        })?;
        let Some(new) = change(text)? else { return Ok(false) };
        if snapshot.replace(new.as_bytes(), &WRITING)? == Swap::Swapped {
            return Ok(true);
        }
    }
    Err(atomic_file::Error::KeepsChanging { path: path.into() }.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn what_somebody_writes_meanwhile_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        std::fs::write(&path, "a\n").unwrap();
        let first = Cell::new(true);
        let with_an_end = |text: &str| {
            if first.take() {
                std::fs::write(&path, "a\nb\n").unwrap();
            }
            Ok(Some(format!("{text}end\n")))
        };
        assert!(edit(&path, with_an_end).unwrap());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "a\nb\nend\n");
    }
}
