//! The paths of the configuration, the state and the runtime files.

use super::runtime::{self, NAME};
use std::io;
use std::path::{Path, PathBuf};

const CONFIG: &str = "POTBRIDGE_CONFIG";
const STATE: &str = "POTBRIDGE_STATE_DIR";
const RUNTIME: &str = "POTBRIDGE_RUNTIME_DIR";

/// The places of one potbridge.
///
/// `POTBRIDGE_CONFIG`, `POTBRIDGE_STATE_DIR` and `POTBRIDGE_RUNTIME_DIR` move them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dirs {
    /// The configuration file: `~/.config/potbridge/config.toml` on Linux.
    pub config: PathBuf,
    /// What is kept: the store. `~/.local/state/potbridge` on Linux.
    pub state: PathBuf,
    /// What lives as long as the login: who is connected. `$XDG_RUNTIME_DIR/potbridge` on Linux (`runtime.rs`).
    pub runtime: PathBuf,
}

/// The platform names no such folder.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this account has no {what} folder")]
pub struct NoDir {
    what: &'static str,
    variable: &'static str,
}

impl NoDir {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        format!("set {} to a folder", self.variable)
    }
}

impl Dirs {
    /// The places that this process's environment names, or else the platform.
    ///
    /// # Errors
    /// [`NoDir`] if neither the environment nor the platform names one.
    pub fn of_environment() -> Result<Self, NoDir> {
        let of = |variable: &'static str, what, platform: Option<PathBuf>| {
            named(variable).or(platform).ok_or(NoDir { what, variable })
        };
        let state =
            of(STATE, "state", dirs::state_dir().or_else(dirs::data_local_dir).map(|dir| dir.join(NAME)))?;
        Ok(Self {
            config: of(
                CONFIG,
                "configuration",
                dirs::config_dir().map(|dir| dir.join(NAME).join("config.toml")),
            )?,
            runtime: named(RUNTIME).unwrap_or_else(|| runtime::choose(&state)),
            state,
        })
    }

    /// Every folder in which the runtime files of a process of this user may be made, the own one first.
    ///
    /// Another process may have other variables, or find other folders usable. If `POTBRIDGE_RUNTIME_DIR` names one, it is
    /// the only one.
    #[must_use]
    pub fn runtime_candidates(&self) -> Vec<PathBuf> {
        let mut all = vec![self.runtime.clone()];
        if self.is_by_rule() {
            let candidates = runtime::candidates(&self.state).into_iter();
            all.extend(candidates.filter(|folder| *folder != self.runtime));
        }
        all
    }

    /// Does something in the first of the runtime folders in which that can be done.
    ///
    /// # Errors
    /// That of the own folder, if it can be done in none.
    pub fn in_first_runtime<T>(&self, mut act: impl FnMut(&Path) -> io::Result<T>) -> io::Result<T> {
        let mut own = None;
        for folder in self.runtime_candidates() {
            match act(&folder) {
                Ok(done) => return Ok(done),
                Err(error) => own = own.or(Some(error)),
            }
        }
        Err(own.unwrap_or_else(|| io::ErrorKind::NotFound.into()))
    }

    /// The folders in which runtime files of this user are to be looked for, the own one first. Another user's is none.
    #[must_use]
    pub fn runtime_places(&self) -> Vec<PathBuf> {
        let mut seen = Vec::new();
        let mut all = self.runtime_candidates();
        all.retain(|folder| {
            // Two variables may name one folder, through a link.
            let real = dunce::canonicalize(folder).unwrap_or_else(|_| folder.clone());
            let is_place = *folder == self.runtime || runtime::is_own(folder);
            let is_new = !seen.contains(&real);
            seen.push(real);
            is_place && is_new
        });
        all
    }

    /// The variable that this process lacks, if it lacks one by which the platform names the folder of the runtime files.
    ///
    /// A browser that has it may be connected in a folder that nobody can guess.
    #[must_use]
    pub fn lacking_variable(&self) -> Option<&'static str> {
        let variable = "XDG_RUNTIME_DIR";
        (cfg!(target_os = "linux") && self.is_by_rule() && named(variable).is_none()).then_some(variable)
    }

    /// Whether a variable has moved one of the places, as in tests and trials.
    #[must_use]
    pub fn are_moved() -> bool {
        [CONFIG, STATE, RUNTIME].into_iter().any(|variable| named(variable).is_some())
    }

    /// Variables by which another process has the same places, wherever it is started.
    ///
    /// # Errors
    /// A path is relative, and the system does not say to which folder.
    pub fn variables(&self) -> io::Result<Vec<(&'static str, PathBuf)>> {
        let mut all =
            vec![(CONFIG, std::path::absolute(&self.config)?), (STATE, std::path::absolute(&self.state)?)];
        // Otherwise the other process would look into this one place alone.
        if !self.is_by_rule() {
            all.push((RUNTIME, std::path::absolute(&self.runtime)?));
        }
        Ok(all)
    }

    /// Whether nobody has named the folder of the runtime files.
    fn is_by_rule(&self) -> bool {
        named(RUNTIME).is_none() && runtime::candidates(&self.state).contains(&self.runtime)
    }
}

/// The home folder of this user, as the environment or else the system names it.
#[must_use]
pub fn home() -> Option<PathBuf> {
    dirs::home_dir()
}

/// What a variable names, if it is set.
fn named(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).filter(|path| !path.is_empty()).map(PathBuf::from)
}
