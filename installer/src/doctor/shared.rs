//! An installation for all users, which a user without one of their own uses.

use super::row::{Part, Row};
use crate::artifacts::Artifacts;
use crate::browsers::{Machine, System};
use crate::error::Error;
use crate::install::paths::InstallPaths;
use crate::receipts::{self, Receipts};
use crate::registration::Scope;
use std::io::ErrorKind;
use std::path::PathBuf;

/// An installation for all users.
pub(super) struct Shared {
    artifacts: Artifacts,
    /// The folder of its receipts. `None` if it is a package of the system.
    data: Option<PathBuf>,
}

impl Shared {
    /// Finds it, unless this user has an installation of their own.
    pub(super) fn find(own: &InstallPaths, receipts: Option<&Receipts>, machine: &Machine) -> Option<Self> {
        let host = own.host();
        if host.symlink_metadata().is_ok() || receipts.is_some_and(|receipts| receipts.of(&host).is_some()) {
            return None;
        }
        let of_all = InstallPaths::find(Scope::System, machine).ok()?;
        let installed =
            Artifacts::in_package(&of_all.programs).or_else(|| Artifacts::in_folder(&of_all.programs));
        if let Some(artifacts) = installed {
            return Some(Self { artifacts, data: Some(of_all.data) });
        }
        let packages = machine.expand("/usr/bin").into_iter().filter(|_| machine.system == System::Linux);
        let artifacts = packages.filter_map(|programs| Artifacts::in_package(&programs)).next()?;
        Some(Self { artifacts, data: None })
    }

    /// The paths of a user of it.
    pub(super) fn paths(&self, own: InstallPaths) -> InstallPaths {
        let programs = self.artifacts.host.parent().map_or_else(|| own.programs.clone(), Into::into);
        InstallPaths { programs, extensions: self.artifacts.extensions.clone(), is_shared: true, ..own }
    }

    /// What mends it.
    pub(super) fn fix_by(&self) -> &'static str {
        match self.data {
            Some(_) => "sudo potbridge-setup install --system",
            None => "install the system's package of potbridge again",
        }
    }

    /// Its receipts. `None` if it has none, or none that this user may read.
    pub(super) fn receipts(&self) -> Option<Result<Receipts, Error>> {
        let file = receipts::path(self.data.as_ref()?);
        match std::fs::File::open(&file) {
            Err(error) if matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::NotFound) => None,
            _ => Some(Receipts::read(&file)),
        }
    }

    /// That it is there.
    pub(super) fn is_there(&self, name: &str) -> Row {
        let message = format!("potbridge is installed for all users: {}", self.artifacts.host.display());
        Row::ok(Part::Installation, name, message)
    }
}
