//! The lock of the browser, and who holds it.
//!
//! Chromium's and Firefox's own locks are not enough: Chromium's says "in use on another computer" if a container's host
//! name has changed (156).

use super::places::Places;
use super::records;
use potbridge_system::file_lock::FileLock;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::time::Duration;

/// Who holds the lock, as it is written in the locked file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Holder {
    /// Its process.
    pub(super) pid: u32,
    pub(super) role: Role,
    /// Where that number counts: the inode of its PID namespace. Containers that share the state folder have others.
    pid_namespace: u64,
}

impl Holder {
    /// A process of this process's PID namespace.
    pub(super) fn new(pid: u32, role: Role) -> Self {
        Self { pid, role, pid_namespace: own_pid_namespace() }
    }

    /// Whether this process can name it by its number.
    pub(super) fn is_near(&self) -> bool {
        self.pid_namespace == own_pid_namespace()
    }
}

/// 0 if the system does not say.
pub(super) fn own_pid_namespace() -> u64 {
    fs::metadata("/proc/self/ns/pid").map_or(0, |namespace| namespace.ino())
}

/// What the holder of the lock does with the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// It watches over a browser that was started because somebody asked for a token.
    Watchdog,
    /// It is `potbridge browser run`.
    Run,
    /// It is `potbridge browser login`: a person has the profile open.
    Login,
}

impl Role {
    /// What it does, for people.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Watchdog => "runs, for whoever asks for a token",
            Self::Run => "runs in the foreground",
            Self::Login => "is open in a window, for a login",
        }
    }
}

/// How long another process inside the gate is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// The right to look at the lock.
///
/// Whoever looks whether the lock is held locks it for a moment. Meanwhile nobody may try to take it in earnest.
pub(super) struct Gate(#[expect(dead_code, reason = "held for its lock")] FileLock);

impl Gate {
    /// Waits until nobody else is inside, which takes milliseconds unless a process within is stopped.
    pub(super) fn enter(places: &Places) -> io::Result<Self> {
        places.make()?;
        let gate = places.gate();
        let held = || format!("another process holds the lock {}; `fuser` names it", gate.display());
        FileLock::take_within(&gate, PATIENCE)?
            .map(Self)
            .ok_or_else(|| io::Error::new(io::ErrorKind::ResourceBusy, held()))
    }

    /// Takes the lock; `None` if it is held.
    pub(super) fn take_lock(&self, places: &Places) -> io::Result<Option<FileLock>> {
        FileLock::try_take(&places.lock())
    }

    /// Who holds the lock; `None` if nobody does.
    pub(super) fn holder(&self, places: &Places) -> Option<Holder> {
        if !FileLock::is_held(&places.lock()) {
            return None;
        }
        records::read(&places.lock())
    }

    /// Writes into the locked file who holds it.
    pub(super) fn write_holder(&self, mut locked: &File, holder: Holder) -> io::Result<()> {
        locked.set_len(0)?;
        locked.seek(SeekFrom::Start(0))?;
        locked.write_all(&serde_json::to_vec(&holder)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use potbridge_system::dirs::Dirs;

    #[test]
    fn the_lock_has_one_holder_who_is_known() {
        let state = tempfile::tempdir().unwrap();
        let dirs = Dirs { config: "c".into(), state: state.path().to_owned(), runtime: "r".into() };
        let places = Places::of(&dirs);
        let gate = Gate::enter(&places).unwrap();
        assert_eq!(gate.holder(&places), None);
        let lock = gate.take_lock(&places).unwrap().unwrap();
        for holder in [Holder::new(123_456, Role::Login), Holder::new(7, Role::Run)] {
            gate.write_holder(lock.file(), holder).unwrap();
            assert_eq!(gate.holder(&places), Some(holder));
            assert!(gate.take_lock(&places).unwrap().is_none());
        }
        drop(lock);
        assert_eq!(gate.holder(&places), None);
        assert!(gate.take_lock(&places).unwrap().is_some());
    }
}
