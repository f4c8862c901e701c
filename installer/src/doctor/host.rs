//! The host that the checks ask.

use crate::artifacts::{Artifacts, program};
use crate::checks::host::{Isolation, LIMIT, not_answered, said};
use crate::checks::{self, folder, quoted};
use crate::install::paths::InstallPaths;
use potbridge_protocol::messages::from_host::Status;
use potbridge_protocol::{Code, Problem};
use potbridge_system::dirs::Dirs;
use potbridge_system::regular_file;
use potbridge_system::subprocess::ask;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The largest file that is looked at as a token store, in bytes. One has some hundreds of KiB.
const MAX_STORE: u64 = 64 << 20;

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
    /// The command would make a token store, close one to others, or set one aside. If it would, it is asked with a store of a
    /// moment, and what it says of tokens means nothing. It would make the runtime folder too.
    pub(super) fn status(&self, config: &Path, leaves_store: bool) -> Result<Status, Problem> {
        let program = self.answering()?;
        let mut command = Command::new(program);
        command.args(["status", "--json"]);
        let moment = Isolation::new(&[])?;
        if let Some(runtime) = runtime(&moment) {
            command.env("POTBRIDGE_RUNTIME_DIR", runtime);
        }
        if !leaves_store {
            command.env("POTBRIDGE_STATE_DIR", moment.state());
            if without_store(config, &moment.config()) {
                command.env("POTBRIDGE_CONFIG", moment.config());
                let status = read(program, &mut command)?;
                return Ok(Status { config: config.display().to_string(), ..status });
            }
        }
        read(program, &mut command)
    }

    /// Whether the host would keep this token store. It is asked with a copy, since it would set an unfit one aside.
    pub(super) fn keeps(&self, store: &Path) -> Result<super::Store, Problem> {
        let Ok(program) = self.answering() else { return Ok(super::Store::There) };
        let failed = |error: io::Error| {
            let message = format!("the token store {} cannot be read: {error}", store.display());
            Problem::new(Code::StoreSetAside, message).with_hint(format!("chmod 600 {}", quoted(store)))
        };
        let found = store.metadata().map_err(failed)?;
        if !found.is_file() {
            // It says so, and changes nothing.
            return Ok(super::Store::There);
        }
        let unfit = || {
            let message = format!(
                "{} is no token store that this potbridge can use: potbridge sets it aside or erases it as soon as it runs",
                store.display()
            );
            let aside = PathBuf::from(format!("{}.old", store.display()));
            Problem::new(Code::StoreSetAside, message).with_hint(format!(
                "mv {} {}",
                quoted(store),
                quoted(&aside)
            ))
        };
        if found.len() == 0 {
            return Ok(super::Store::New);
        }
        if found.len() > MAX_STORE {
            return Err(unfit());
        }
        let moment = Isolation::new(&[])?;
        let copy = moment.state().join("tokens.db");
        copy_of(store, &copy).map_err(failed)?;
        let before = version_of(&copy).map_err(failed)?;
        let status =
            read(program, Command::new(program).args(["status", "--json"]).envs(moment.variables()))?;
        let is_set_aside = status.problems.iter().any(|problem| problem.code == Code::StoreSetAside);
        if is_set_aside || version_of(&copy).map_err(failed)? != before {
            return Err(unfit());
        }
        Ok(super::Store::There)
    }
}

/// What `status --json` says.
fn read(program: &Path, command: &mut Command) -> Result<Status, Problem> {
    let answer = ask(command, b"", LIMIT).map_err(|error| not_answered(program, &error))?;
    serde_json::from_slice(&answer.out).map_err(|_| {
        let (shown, said) = (program.display(), said(&answer.err));
        Problem::new(Code::HostFailed, format!("{shown} status --json ended with {}{said}", answer.how))
            .with_hint("potbridge-setup install")
    })
}

/// Writes a configuration without the place of the store, if it names one.
fn without_store(config: &Path, to: &Path) -> bool {
    let text = String::from_utf8(regular_file::read(config).unwrap_or_default()).unwrap_or_default();
    let Ok(mut document) = text.parse::<toml_edit::DocumentMut>() else { return false };
    let store = document.get_mut("store").and_then(toml_edit::Item::as_table_like_mut);
    store.and_then(|store| store.remove("path")).is_some() && std::fs::write(to, document.to_string()).is_ok()
}

/// Copies the database and its log, once more if another process changes them meanwhile.
fn copy_of(store: &Path, to: &Path) -> io::Result<()> {
    const ATTEMPTS: u32 = 5;
    let seen = |path: &Path| path.metadata().and_then(|found| Ok((found.len(), found.modified()?))).ok();
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder)?;
    }
    for _ in 0..ATTEMPTS {
        let before = (seen(store), seen(&beside(store)));
        std::fs::write(to, regular_file::read(store)?)?;
        if before.1.is_some() {
            std::fs::write(beside(to), regular_file::read(&beside(store))?)?;
        }
        if before == (seen(store), seen(&beside(store))) {
            break;
        }
    }
    Ok(())
}

/// The version of the tables in a database: as its first page has it, which may be in the log beside it alone.
fn version_of(database: &Path) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    regular_file::open(database)?.take(100).read_to_end(&mut head)?;
    let log = beside(database);
    let logged =
        if log.exists() { first_page_in(&regular_file::read(&log)?).map(<[u8]>::to_owned) } else { None };
    let head = logged.unwrap_or(head);
    Ok(head.get(60..64).unwrap_or_default().to_owned())
}

/// The newest first page in SQLite's log (<https://www.sqlite.org/fileformat2.html#walformat>): a head of 32 bytes, then
/// frames of 24 bytes and a page each. Frames of an earlier round have other salts than the head.
fn first_page_in(log: &[u8]) -> Option<&[u8]> {
    let (head, frames) = log.split_at_checked(32)?;
    let size = usize::try_from(u32::from_be_bytes(head.get(8..12)?.try_into().ok()?)).ok()?;
    let frames = frames.chunks_exact(size.checked_add(24)?);
    let is_of_round = |frame: &&[u8]| frame.get(8..16) == head.get(16..24);
    let first = frames.take_while(is_of_round).filter(|frame| frame.starts_with(&[0, 0, 0, 1])).last()?;
    first.get(24..)
}

fn beside(database: &Path) -> PathBuf {
    PathBuf::from(format!("{}-wal", database.display()))
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
