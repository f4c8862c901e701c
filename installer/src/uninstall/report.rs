//! What `uninstall` tells the person, and with `--json` a program.

use crate::error::Error;
use potbridge_protocol::{Code, Problem};
use serde::Serialize;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// What became of the installed things.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Report {
    pub(crate) removed: Vec<PathBuf>,
    /// Configurations and flatpaks without what was added to them.
    pub(crate) changed: Vec<PathBuf>,
    /// What is not `install`'s any more.
    pub(crate) left: Vec<Left>,
    /// What could not be removed. It has its receipt still.
    pub(crate) failed: Vec<Left>,
    pub(crate) notes: Vec<String>,
}

/// A file that stays, and why.
#[derive(Debug, Serialize)]
pub(crate) struct Left {
    path: PathBuf,
    #[serde(flatten)]
    why: Problem,
}

impl Left {
    /// Somebody changed it.
    pub(super) fn changed(path: &Path) -> Self {
        Self::new(path, Problem::new(Code::InstalledChanged, "it was changed"))
    }

    /// It makes no sense, and something of `install`'s is in it.
    pub(super) fn broken(path: &Path, what: &str) -> Self {
        let message = format!("install had added {what}, and the file cannot be read");
        Self::new(path, Problem::new(Code::ConfigInvalid, message).with_hint("remove that by hand"))
    }

    /// The system refused.
    pub(super) fn failed(path: &Path, error: &Error) -> Self {
        Self::new(path, error.problem())
    }

    fn new(path: &Path, why: Problem) -> Self {
        Self { path: path.to_owned(), why }
    }
}

impl Report {
    /// Writes what was removed, and what stays.
    pub(crate) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        if !self.removed.is_empty() {
            writeln!(out, "removed {} files", self.removed.len())?;
        }
        for file in &self.changed {
            writeln!(out, "removed from {} what install had added", file.display())?;
        }
        for Left { path, why } in &self.left {
            writeln!(out, "left {}: {}", path.display(), why.in_full())?;
        }
        for Left { path, why } in &self.failed {
            writeln!(out, "not removed: {}: {}", path.display(), why.in_full())?;
        }
        for note in &self.notes {
            writeln!(out, "{note}")?;
        }
        Ok(())
    }

    /// Whether it says already what became of a file.
    pub(super) fn names(&self, path: &Path) -> bool {
        self.left.iter().chain(&self.failed).any(|one| one.path == path)
    }

    /// What ends the command with another code than 0.
    pub(crate) fn problem(&self) -> Option<Problem> {
        let first = self.failed.first()?;
        let message = format!("{} of the installed things could not be removed", self.failed.len());
        let hint = "do what its line says, and run `potbridge-setup uninstall` again";
        Some(Problem::new(first.why.code, message).with_hint(hint))
    }
}
