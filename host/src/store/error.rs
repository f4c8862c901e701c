//! Why the store cannot be used.

use super::owner;
use potbridge_protocol::{Code, Problem};
use std::io;
use std::path::Path;

/// The token store cannot be used as it is meant to be: what happened, to which file, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.message)]
pub struct StoreError(pub(super) Problem);

/// What is to be done if only the user can help.
const ELSEWHERE: &str = "or name another file: potbridge config set store.path PATH";

impl StoreError {
    pub(super) fn new(code: Code, path: &Path, what: &str) -> Self {
        Self(Problem::new(code, format!("the token store {} {what}", path.display())))
    }

    pub(super) fn with_hint(self, hint: impl Into<String>) -> Self {
        Self(self.0.with_hint(hint))
    }

    /// What the system says of the store's file, or of one beside it.
    pub(super) fn of_system(path: &Path, error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull => Self::full(path, "no space is left"),
            io::ErrorKind::QuotaExceeded => Self::full(path, "the quota of this user is used up"),
            io::ErrorKind::ReadOnlyFilesystem => {
                Self::new(Code::StoreReadOnly, path, &format!("cannot be written: {error}"))
                    .with_hint(format!("mount it so that it can be written, {ELSEWHERE}"))
            }
            io::ErrorKind::PermissionDenied => {
                let hint = owner::give_back(path)
                    .unwrap_or_else(|| format!("let this user write there, {ELSEWHERE}"));
                Self::new(Code::PermissionDenied, path, &format!("cannot be opened: {error}")).with_hint(hint)
            }
            _ => Self::new(Code::StoreUnavailable, path, &format!("cannot be opened: {error}"))
                .with_hint(format!("let this user write there, {ELSEWHERE}")),
        }
    }

    pub(super) fn full(path: &Path, why: &str) -> Self {
        Self(Problem::new(Code::DiskFull, format!("{why} for the token store {}", path.display())))
            .with_hint("free some space there: nothing else is to be done")
    }

    pub(super) fn busy(path: &Path) -> Self {
        Self::new(Code::Busy, path, "is locked by another program")
            .with_hint("end the program that has it open, if it hangs")
    }

    pub(super) fn not_a_file(path: &Path, what: &str) -> Self {
        Self::new(Code::NotARegularFile, path, &format!("is {what}"))
            .with_hint("name a file: potbridge config set store.path PATH")
    }

    /// What SQLite says, if nothing truer is known.
    pub(super) fn failed(path: &Path, error: &rusqlite::Error) -> Self {
        Self::new(Code::StoreUnavailable, path, &format!("failed: {error}"))
            .with_hint(format!("see what the system's log says of that disk, {ELSEWHERE}"))
    }

    /// Root cannot have the rights of the user whose folder the store is in.
    #[cfg(unix)]
    pub(super) fn others(path: &Path, error: &io::Error) -> Self {
        let what = format!("is in a folder of another user's, and root cannot use it as that user: {error}");
        Self::new(Code::PermissionDenied, path, &what).with_hint("run potbridge as that user, without sudo")
    }

    /// The code for programs.
    #[must_use]
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }
}
