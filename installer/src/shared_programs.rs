//! Programs that all users of this machine have.

use crate::artifacts::Artifacts;
use crate::browsers::{Machine, System};
use potbridge_system::browser::extension::data_folder;
use std::path::{Path, PathBuf};

/// Who put the programs there that all users have. Then a user's `install` copies none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SharedPrograms {
    /// `install --system`.
    Installed,
    /// A package of the system, which also registers browsers, and updates and removes all of it.
    Package,
}

impl SharedPrograms {
    /// In the order in which they are found: what `install --system` made was asked for.
    const ALL: [Self; 2] = [Self::Installed, Self::Package];

    /// The folder of the programs. `None`: this kind of system has none.
    pub(crate) fn folder(self, machine: &Machine) -> Option<PathBuf> {
        match self {
            Self::Installed => Some(match of_windows(machine) {
                Some(folder) => folder,
                None => under(machine, "usr/local/bin"),
            }),
            Self::Package => (machine.system == System::Linux).then(|| under(machine, "usr/bin")),
        }
    }

    /// The folder of the receipts of `install --system`, and of what programs need besides.
    pub(crate) fn data(machine: &Machine) -> PathBuf {
        of_windows(machine).unwrap_or_else(|| data_folder(&under(machine, "usr/local/share")))
    }

    /// Who put programs into this folder for all users. `None`: they are somebody's own.
    pub(crate) fn of(programs: &Path, machine: &Machine) -> Option<Self> {
        let real = |folder: &Path| dunce::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
        let is_it = |one: &Self| one.folder(machine).is_some_and(|folder| real(&folder) == real(programs));
        Self::ALL.into_iter().find(is_it)
    }

    /// Those that are on this machine, with all their parts.
    pub(crate) fn find(machine: &Machine) -> Option<(Self, Artifacts)> {
        Self::ALL.into_iter().find_map(|one| {
            let programs = one.folder(machine)?;
            let beside = || (one == Self::Installed).then(|| Artifacts::in_folder(&programs)).flatten();
            Some((one, Artifacts::in_package(&programs).or_else(beside)?))
        })
    }
}

/// Windows has the programs and all else in one folder.
fn of_windows(machine: &Machine) -> Option<PathBuf> {
    machine.programs.first().filter(|_| machine.system == System::Windows).map(|folder| data_folder(folder))
}

/// A path of the machine.
pub(crate) fn under(machine: &Machine, path: &str) -> PathBuf {
    let mut whole = machine.root.clone();
    whole.extend(path.split('/'));
    whole
}
