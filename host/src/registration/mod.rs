//! Native manifests that lead to no program any more, and how they are led to this one again.
//!
//! The program may have been moved, or an update of the browser may have removed the file. Only those are looked at that
//! `install` wrote for this user, by its receipts.

mod manifest;
mod own_path;

use crate::config::Config;
use manifest::Found;
use own_path::OwnPath;
use potbridge_protocol::{Code, Problem};
use potbridge_system::browser::receipts::{self, Registrations};
use potbridge_system::dirs::Dirs;
use std::path::Path;

/// What was found.
#[derive(Debug, Default)]
pub struct Registration {
    /// The manifests that led nowhere, and lead to this program now.
    pub mended: Vec<Problem>,
    /// The manifests that lead nowhere.
    pub broken: Vec<Problem>,
}

/// What is to be done about a manifest that leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repair {
    /// Say so.
    Tell,
    /// Lead it to this program, if it is as potbridge wrote it.
    Mend,
}

/// Looks at the native manifests of this user. `started_by` is the one that the browser named which started this program.
///
/// Nothing is looked at if variables have moved potbridge's folders, as in tests and trials, or if the installation is
/// another user's, as it is for root under `sudo`.
#[must_use]
pub fn look(repair: Repair, started_by: Option<&Path>) -> Registration {
    let mut all = Registration::default();
    let Some(installed) = installed() else { return all };
    let own = OwnPath::find(started_by);
    for receipt in &installed.manifests {
        let found = Found::at(receipt, &installed.folders);
        let Some(lack) = &found.lack else { continue };
        let mended = match &own {
            Ok(own) if repair == Repair::Mend => {
                found.mend(own.path(), &extension_ids(), &mut || is_installed(&receipt.file))
            }
            Ok(own) => found.may_be_mended().map(|()| own.path().to_owned()),
            Err(why) => Err(why.clone()),
        };
        let file = receipt.file.display();
        let problem = match mended {
            Ok(own) if repair == Repair::Mend => {
                let (own, lack) = (own.display(), lack.past());
                let message = format!("the native manifest {file} leads to {own} now: it {lack}");
                log::warn!("{}: {message}", Code::RegistrationMended);
                all.mended.push(Problem::new(Code::RegistrationMended, message));
                continue;
            }
            Ok(own) => Problem::new(lack.code(), format!("the native manifest {file} {lack}"))
                .with_hint(format!("run `potbridge status`, which leads it to {}", own.display())),
            Err(why) => Problem::new(lack.code(), format!("the native manifest {file} {lack}; {why}"))
                .with_hint("run `potbridge-setup install`"),
        };
        log::warn!("{}: {}", problem.code, problem.message);
        all.broken.push(problem);
    }
    all
}

/// Whether the receipts name this native manifest still.
fn is_installed(file: &Path) -> bool {
    installed().is_some_and(|now| now.manifests.iter().any(|manifest| manifest.file == file))
}

/// What is installed for this user.
fn installed() -> Option<Registrations> {
    if Dirs::are_moved() {
        return None;
    }
    let receipts = receipts::of_user()?;
    if !is_own(&receipts) {
        return None;
    }
    Registrations::read(&receipts)
        .inspect_err(|error| log::warn!("{} cannot be read: {error}", receipts.display()))
        .ok()
}

/// Whether a file is there and belongs to the user of this process.
fn is_own(path: &Path) -> bool {
    let Ok(found) = path.metadata() else { return false };
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        found.uid() == rustix::process::geteuid().as_raw()
    }
    #[cfg(not(unix))]
    found.is_file()
}

/// The ids of other extensions that the configuration lets in.
fn extension_ids() -> Vec<String> {
    let config = Dirs::of_environment().ok().and_then(|dirs| Config::load(&dirs.config).ok());
    config.map(|config| config.extension_ids).unwrap_or_default()
}
