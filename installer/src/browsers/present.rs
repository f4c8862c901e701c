//! Which browsers are on a machine.

use crate::browsers::machine::Machine;
use crate::browsers::packaging::{Packaging, flatpak_places, snap_commands};
use crate::browsers::table::{self, Entry};
use crate::error::Result;
use std::path::{Path, PathBuf};

/// A browser that is on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its row in the table.
    pub entry: &'static Entry,
    /// The absolute path of its program.
    pub program: PathBuf,
    /// How it was packaged.
    pub packaging: Packaging,
}

/// The browsers that are on this machine, in the table's order. One that is there in several packagings is there
/// several times.
///
/// # Errors
/// If the user has no home folder.
pub fn present() -> Result<Vec<Found>> {
    Ok(Machine::this()?.present())
}

impl Machine {
    /// The browsers that are on it, in the table's order.
    #[must_use]
    pub fn present(&self) -> Vec<Found> {
        table::all().iter().flat_map(|entry| self.find(entry)).collect()
    }

    /// Every packaging of a browser that is on it. A native one is first.
    #[must_use]
    pub fn find(&self, entry: &'static Entry) -> Vec<Found> {
        let Some(places) = entry.on(self.system) else { return Vec::new() };
        let on_path = places.programs.iter().filter_map(|name| self.which(name));
        let placed = places.places.iter().flat_map(|pattern| self.expand(pattern));
        let registered = places.app_path.iter().filter_map(|name| self.app_paths.get(name).cloned());
        let mut found: Vec<Found> = Vec::new();
        let mut add = |program: PathBuf, packaging: Packaging| {
            if found.iter().all(|one| one.packaging != packaging) {
                found.push(Found { entry, program, packaging });
            }
        };
        for program in on_path.chain(placed.chain(registered).filter(|program| is_program(program))) {
            if let Some(packaging) = Packaging::of(&program, self) {
                add(program, packaging);
            }
        }
        if let Some(snap) = &places.snap {
            for command in snap_commands(&snap.name, self).filter(|path| path.symlink_metadata().is_ok()) {
                add(command, Packaging::Snap);
            }
        }
        if let Some(flatpak) = &places.flatpak {
            for (command, folder) in flatpak_places(&flatpak.app, self) {
                if command.symlink_metadata().is_ok() || folder.is_dir() {
                    add(command, Packaging::Flatpak { app: flatpak.app.clone() });
                }
            }
        }
        found.sort_by_key(|one| !one.packaging.is_native());
        found
    }

    /// The folder of a browser's profiles, if there is one.
    ///
    /// If no program of that browser is found, it is somewhere else than this program looks, or was removed.
    #[must_use]
    pub fn profile_of(&self, entry: &Entry) -> Option<PathBuf> {
        entry.profile_folders(self).into_iter().find(|folder| folder.is_dir())
    }

    /// A program of this name on PATH.
    #[must_use]
    pub fn which(&self, name: &str) -> Option<PathBuf> {
        which::which_in(name, Some(&self.path), &self.home).ok()
    }
}

impl Entry {
    /// Finds it on this machine, preferably one without a sandbox.
    #[must_use]
    pub fn find(&'static self) -> Option<Found> {
        Machine::this().ok()?.find(self).into_iter().next()
    }
}

fn is_program(path: &Path) -> bool {
    // An absolute path is only asked whether it can be run.
    which::which_in(path, None::<&Path>, "/").is_ok()
}
