//! The process that watches over the browser, in a session of its own: it outlives whoever asked for the browser.

use super::events;
use super::holder::{Gate, Holder, Role};
use super::places::Places;
use super::plan::Plan;
use super::problems::system;
use super::records::keep_failure;
use super::watch::Watch;
use crate::config::Config;
use crate::error::Error;
use potbridge_protocol::Problem;
use potbridge_system::dirs::Dirs;
use potbridge_system::file_lock::FileLock;
use potbridge_system::own_program::own_program;
use potbridge_system::{log_file, process_group};
use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::os::fd::AsFd as _;
use std::os::unix::process::CommandExt as _;
use std::process::{Command, ExitCode, Stdio};
use std::thread;

/// The first argument that asks for the watchdog. It is no command of `potbridge --help`.
///
/// Its standard input is the locked file: so the lock passes from who starts it to it without a gap.
const ARGUMENT: &str = "own-browser-watchdog";

/// Starts the watchdog, and gives it the lock.
pub(super) fn start(gate: &Gate, lock: FileLock, dirs: &Dirs) -> io::Result<()> {
    let locked = lock.file().try_clone()?;
    let mut command = Command::new(own_program()?);
    command.arg0("potbridge").arg(ARGUMENT).current_dir("/");
    command.envs(dirs.variables()?);
    command.stdin(lock.into_file()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn()?;
    gate.write_holder(&locked, Holder::new(child.id(), Role::Watchdog))?;
    // It goes on by itself. This only keeps it from staying behind as a zombie.
    thread::spawn(move || child.wait());
    Ok(())
}

/// The watchdog itself.
pub struct WatchdogProcess(());

impl WatchdogProcess {
    /// Reads the argument `own-browser-watchdog`. Gives `None` for any other.
    #[must_use]
    pub fn asked_for(mut arguments: impl Iterator<Item = OsString>) -> Option<Self> {
        arguments.next().filter(|first| first == ARGUMENT)?;
        Some(Self(()))
    }

    /// Runs the browser until nobody needs it.
    #[must_use]
    pub fn watch(self) -> ExitCode {
        process_group::lead_session();
        // Whoever started it has named its folders.
        let Ok(dirs) = Dirs::of_environment() else { return ExitCode::FAILURE };
        log_file::begin(&dirs, "browser");
        let ended = match watch(&dirs) {
            // It keeps its own failure.
            Ok(watch) => watch.run(),
            Err(problem) => {
                log::error!("{}", problem.in_full());
                keep_failure(&Places::of(&dirs), &problem);
                Err(problem)
            }
        };
        if ended.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// The watch that this process was started for.
fn watch(dirs: &Dirs) -> Result<Watch, Problem> {
    let events = events::listen().map_err(|error| system("its signals", &error))?;
    let lock = io::stdin().as_fd().try_clone_to_owned().map(|file| FileLock::inherited(File::from(file)));
    let lock = lock.map_err(|error| system("its lock", &error))?;
    let config = Config::load(&dirs.config).map_err(|error| Error::from(error).problem())?;
    log_file::set_level(config.log_level);
    let plan = Plan::of(&config.browser)?;
    let idle = config.browser.idle;
    Ok(Watch { plan, places: Places::of(dirs), dirs: dirs.clone(), lock, events, idle })
}
