//! The host that the checks ask.

use crate::artifacts::{Artifacts, program};
use crate::checks::host::{Isolation, LIMIT, not_answered, said};
use crate::checks::{self, folder};
use crate::install::paths::InstallPaths;
use potbridge_protocol::messages::from_host::Status;
use potbridge_protocol::{Code, Problem};
use potbridge_system::dirs::Dirs;
use potbridge_system::subprocess::ask;
use std::path::PathBuf;
use std::process::Command;

/// The host that the checks ask: the installed one, or else the one that came with this program.
pub(super) struct Host {
    /// `None` if there is neither.
    pub(super) program: Option<PathBuf>,
    /// Whether it is the installed one.
    pub(super) is_installed: bool,
    /// What it says of its version.
    pub(super) version: Result<String, Problem>,
}

impl Host {
    pub(super) fn find(paths: &InstallPaths) -> Self {
        let installed = paths.programs.join(program("potbridge"));
        let is_installed = installed.exists();
        let program = if is_installed {
            Some(installed)
        } else {
            Artifacts::find().ok().map(|artifacts| artifacts.host)
        };
        let version = program.as_deref().map_or_else(|| Err(missing()), checks::host::version);
        Self { program, is_installed, version }
    }

    /// Its program, if it answers.
    pub(super) fn answering(&self) -> Result<&PathBuf, Problem> {
        match (&self.version, &self.program) {
            (Ok(_), Some(program)) => Ok(program),
            (Err(problem), _) => Err(problem.clone()),
            (Ok(_), None) => Err(missing()),
        }
    }

    /// The state of everything, as `potbridge status --json` tells it.
    ///
    /// The command would make a token store, or close one to others. If it would, it is asked with a store of a moment, and
    /// what it says of tokens means nothing. It would make the runtime folder too.
    pub(super) fn status(&self, leaves_store: bool) -> Result<Status, Problem> {
        let program = self.answering()?;
        let mut command = Command::new(program);
        command.args(["status", "--json"]);
        let moment = Isolation::new(&[])?;
        if let Some(runtime) = runtime(&moment) {
            command.env("POTBRIDGE_RUNTIME_DIR", runtime);
        }
        if !leaves_store {
            command.env("POTBRIDGE_STATE_DIR", moment.state());
        }
        let answer = ask(&mut command, b"", LIMIT).map_err(|error| not_answered(program, &error))?;
        serde_json::from_slice(&answer.out).map_err(|_| {
            let (shown, said) = (program.display(), said(&answer.err));
            Problem::new(Code::HostFailed, format!("{shown} status --json ended with {}{said}", answer.how))
                .with_hint("potbridge-setup install")
        })
    }
}

/// Another runtime folder, if the command would make its own. A browser that is connected may use one of the others.
fn runtime(moment: &Isolation) -> Option<PathBuf> {
    let dirs = Dirs::of_environment().ok()?;
    if dirs.runtime.exists() || folder::takes_files(&dirs.runtime).is_err() {
        return None;
    }
    let others = dirs.runtime_candidates().into_iter().find(|other| other.exists());
    Some(others.unwrap_or_else(|| moment.runtime()))
}

fn missing() -> Problem {
    Problem::new(Code::HostMissing, "there is no potbridge to ask").with_hint("potbridge-setup install")
}
