//! How it stands with the browser.

use super::crashes::Crashes;
use super::holder::{Gate, Role};
use super::idleness::last_use;
use super::places::Places;
use super::problems::{login_open, system, was_killed};
use super::records::{Running, failure};
use potbridge_protocol::Problem;
use potbridge_system::browser::Family;
use potbridge_system::clock;
use potbridge_system::dirs::Dirs;
use serde::Serialize;
use std::path::PathBuf;
use std::time::UNIX_EPOCH;

/// How it stands with the browser.
#[derive(Debug, Serialize)]
pub struct Status {
    /// Whether a process holds the browser's lock: it runs, is being started or ended, or a person has it open.
    pub running: bool,
    /// What that process does with the browser.
    pub role: Option<Role>,
    /// That process: the watchdog, `browser run` or `browser login`.
    pub watchdog_pid: Option<u32>,
    /// The family of the browser that runs.
    pub family: Option<Family>,
    /// Its program.
    pub program: Option<PathBuf>,
    /// Its first process.
    pub pid: Option<i32>,
    /// When it was started, in milliseconds since 1970.
    pub since: Option<u64>,
    /// What is given up, in words: its sandbox.
    pub given_up: Option<String>,
    /// Its profile.
    pub profile: Option<PathBuf>,
    /// When it was last needed, in milliseconds since 1970.
    pub last_use: Option<u64>,
    /// Why it does not run any more, if it should.
    pub failure: Option<Problem>,
    /// How often it ended by itself within the last hour.
    pub crashes: usize,
    /// What it printed.
    pub log: PathBuf,
}

/// How it stands with the browser.
///
/// # Errors
/// The system refuses to say.
pub fn status(dirs: &Dirs) -> Result<Status, Problem> {
    let places = Places::of(dirs);
    let holder = look(&places)?;
    let running = holder.and_then(|_| Running::read(&places));
    let (family, program, pid, since, given_up) = match running {
        Some(Running { pid, family, program, since, given_up, .. }) => {
            (Some(family), Some(program), Some(pid), Some(since), given_up)
        }
        None => (None, None, None, None, None),
    };
    let ms = |since: std::time::Duration| u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
    Ok(Status {
        running: holder.is_some(),
        role: holder.map(|holder| holder.role),
        watchdog_pid: holder.map(|holder| holder.pid),
        profile: family.map(|family| places.profile(family)),
        family,
        program,
        pid,
        since,
        given_up,
        last_use: last_use(&places).and_then(|at| at.duration_since(UNIX_EPOCH).ok()).map(ms),
        failure: failure_beside(&places, holder.map(|holder| holder.role)),
        crashes: Crashes::read(&places, clock::now_ms()).count(),
        log: places.log(),
    })
}

/// Why the browser that was started does not run any more. `None` while it runs, or if it ended as it should.
#[must_use]
pub fn failure_now(dirs: &Dirs) -> Option<Problem> {
    let places = Places::of(dirs);
    match look(&places) {
        Ok(holder) => failure_beside(&places, holder.map(|holder| holder.role)),
        Err(problem) => Some(problem),
    }
}

fn look(places: &Places) -> Result<Option<super::holder::Holder>, Problem> {
    let gate = Gate::enter(places).map_err(|error| system("its files", &error))?;
    Ok(gate.holder(places))
}

fn failure_beside(places: &Places, role: Option<Role>) -> Option<Problem> {
    match role {
        Some(Role::Login) => Some(login_open()),
        Some(Role::Watchdog | Role::Run) => None,
        None => failure(places).or_else(|| Running::read(places).map(|_| was_killed())),
    }
}
