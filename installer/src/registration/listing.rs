//! Every browser of the table, with what is here of it and whether it is registered.

use super::sandboxes::Skipped;
use super::scope::Scope;
use super::state::{self, ManifestState};
use super::targets::{Wanted, for_browsers};
use crate::browsers::{self, Entry, Found, Machine, Packaging};
use potbridge_browser::Family;
use potbridge_protocol::Problem;
use potbridge_system::browser::native_manifest;
use serde::Serialize;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// A browser in one packaging, or one that is not here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Its id.
    pub id: &'static str,
    /// Its name for people.
    pub name: &'static str,
    /// Which manifest it reads.
    pub family: Family,
    /// Its program. `None`: none was found.
    pub program: Option<PathBuf>,
    /// How it was packaged. `None`: no program was found.
    pub packaging: Option<Packaging>,
    /// The folder of its profiles, if there is one.
    pub profile: Option<PathBuf>,
    /// Where it looks for the native manifest, and what stands there.
    pub manifests: Vec<Manifest>,
    /// Why `install` does not register it by itself.
    pub problem: Option<Problem>,
}

/// A place where a browser looks for the native manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Manifest {
    /// The file.
    pub file: PathBuf,
    /// Windows: the keys whose default values lead to it. Empty elsewhere.
    pub registry_keys: Vec<String>,
    /// Whether it is for every user of the machine.
    pub of_machine: bool,
    /// What stands there.
    #[serde(flatten)]
    pub state: ManifestState,
}

impl Row {
    /// Whether the browser is on this machine.
    #[must_use]
    pub fn is_here(&self) -> bool {
        self.program.is_some()
    }

    /// Whether a manifest leads the browser to a host that is there.
    #[must_use]
    pub fn is_registered(&self) -> bool {
        self.that_count().any(|manifest| matches!(manifest.state, ManifestState::Registered { .. }))
    }

    /// The manifests that the browser reads: the user's own if something stands there, otherwise the machine's.
    pub fn that_count(&self) -> impl Iterator<Item = &Manifest> {
        let has_own = self.manifests.iter().any(|one| !one.of_machine && one.state != ManifestState::Missing);
        self.manifests.iter().filter(move |one| one.of_machine != has_own)
    }
}

/// Whether nothing is there. What this user may not look at may be there.
fn is_missing(file: &Path) -> bool {
    file.symlink_metadata()
        .is_err_and(|error| matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory))
}

/// A row for each browser of the table in each packaging that is here.
#[must_use]
pub fn rows(machine: &Machine) -> Vec<Row> {
    let known = browsers::all().iter().filter(|entry| entry.on(machine.system).is_some());
    known
        .flat_map(|entry| {
            let found = machine.find(entry);
            if found.is_empty() {
                return vec![row(entry, None, machine)];
            }
            found.into_iter().map(|found| row(entry, Some(found), machine)).collect()
        })
        .collect()
}

fn row(entry: &'static Entry, found: Option<Found>, machine: &Machine) -> Row {
    let packaging = found.as_ref().map(|found| found.packaging.clone());
    let wanted = [Wanted { entry, packaging: packaging.clone().unwrap_or(Packaging::Native) }];
    // Where the manifest of a flatpak goes is only known if its sandbox is to be opened.
    let opened = for_browsers(&wanted, Scope::User, true, machine);
    let as_is = for_browsers(&wanted, Scope::User, false, machine);
    let of_user = opened.registrations.into_iter().map(|one| (one.file, one.registry_keys, false));
    let of_machine =
        // The desktop's portal, by which a snap starts a host, reads the machine's too.
        entry
            .system_manifest_folders(machine)
            .into_iter()
            .filter(|_| !matches!(wanted[0].packaging, Packaging::Flatpak { .. }));
    let of_machine = of_machine
        .map(|folder| folder.join(native_manifest::file_name()))
        // It is listed if somebody put it there. `install` puts the user's own.
        .filter(|file| !is_missing(file))
        .map(|file| (file, Vec::new(), true));
    let row = Row {
        id: &entry.id,
        name: &entry.name,
        family: entry.family,
        program: found.map(|found| found.program),
        packaging,
        profile: machine.profile_of(entry),
        manifests: of_user
            .chain(of_machine)
            .map(|(file, registry_keys, of_machine)| Manifest {
                state: state::of(&file, &registry_keys, entry.family),
                file,
                registry_keys,
                of_machine,
            })
            .collect(),
        problem: as_is.skipped.into_iter().next().map(|Skipped { problem, .. }| problem),
    };
    // A sandbox that was opened on purpose is no trouble any more.
    if row.is_registered() { Row { problem: None, ..row } } else { row }
}
