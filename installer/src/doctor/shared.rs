//! An installation for all users, which a user without one of their own uses.

use super::row::{Part, Row};
use crate::artifacts::Artifacts;
use crate::browsers::Machine;
use crate::error::Error;
use crate::install::paths::InstallPaths;
use crate::receipts::{self, Receipts};
use crate::shared_programs::SharedPrograms;
use potbridge_system::regular_file;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

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
        let (kind, artifacts) = SharedPrograms::find(machine)?;
        let data = (kind == SharedPrograms::Installed).then(|| SharedPrograms::data(machine));
        Some(Self { artifacts, data })
    }

    /// The paths of a user of it.
    pub(super) fn paths(&self, own: InstallPaths) -> InstallPaths {
        own.of_shared(&self.artifacts)
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
        self.data.as_ref()?;
        let file = self.receipts_path();
        match regular_file::open(&file) {
            Err(error) if matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::NotFound) => None,
            _ => Some(Receipts::read(&file)),
        }
    }

    /// Where they are, or would be.
    pub(super) fn receipts_path(&self) -> PathBuf {
        receipts::path(self.data.as_deref().unwrap_or(Path::new("")))
    }

    /// That it is there.
    pub(super) fn is_there(&self, name: &str) -> Row {
        let message = format!("potbridge is installed for all users: {}", self.artifacts.host.display());
        Row::ok(Part::Installation, name, message)
    }
}
