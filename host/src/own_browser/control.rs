//! Starts and ends the browser, for whoever asks.

use super::browser_process::{BrowserProcess, Graces, Purpose, end_leftovers};
use super::crashes::Crashes;
use super::events::{self, Event};
use super::holder::{Gate, Holder, Role};
use super::idleness::want;
use super::places::Places;
use super::plan::Plan;
use super::problems::{failed, login_open, system};
use super::records::{Running, forget_failure};
use super::watch::Watch;
use super::watchdog;
use crate::config::BrowserConfig;
use potbridge_protocol::Problem;
use potbridge_system::clock;
use potbridge_system::dirs::Dirs;
use potbridge_system::file_lock::FileLock;
use rustix::process::{Pid, Signal, kill_process};
use std::env;
use std::io;
use std::process;
use std::thread;
use std::time::{Duration, Instant};

/// How often to look whether the holder of the lock has let it go.
const POLL: Duration = Duration::from_millis(20);

/// How long a watchdog may take to end with its browser.
const END: Duration = Duration::from_secs(30);

fn files(error: &io::Error) -> Problem {
    system("its files", error)
}

/// Has the browser run: see [`super::start`].
pub(super) fn start(config: &BrowserConfig, dirs: &Dirs) -> Result<(), Problem> {
    let places = Places::of(dirs);
    let gate = Gate::enter(&places).map_err(|error| files(&error))?;
    want(&places).map_err(|error| files(&error))?;
    let Some(lock) = gate.take_lock(&places).map_err(|error| files(&error))? else {
        return match gate.holder(&places) {
            Some(Holder { role: Role::Login, .. }) => Err(login_open()),
            _ => Ok(()),
        };
    };
    check(config, &places)?;
    forget_failure(&places);
    watchdog::start(&gate, lock, dirs).map_err(|error| system("its watchdog", &error))
}

/// What can be found out before the browser is started.
fn check(config: &BrowserConfig, places: &Places) -> Result<Plan, Problem> {
    let plan = Plan::of(config)?;
    let now = clock::now_ms();
    Crashes::read(places, now).too_many(places, now).map_or(Ok(plan), Err)
}

/// Runs the browser in this process until it is asked to end, or until nobody has needed it for `idle`.
///
/// `began` is told the plan when the lock is taken.
///
/// # Errors
/// It runs already, cannot be started, or ended too often.
pub fn run(
    config: &BrowserConfig,
    dirs: &Dirs,
    idle: Option<Duration>,
    began: impl FnOnce(&str, Option<&str>),
) -> Result<(), Problem> {
    let places = Places::of(dirs);
    let events = events::listen().map_err(|error| system("its signals", &error))?;
    let gate = Gate::enter(&places).map_err(|error| files(&error))?;
    let plan = check(config, &places)?;
    let lock = take(&gate, &places, Role::Run)?;
    forget_failure(&places);
    drop(gate);
    let what = format!(
        "{} ({}) with the profile {}",
        plan.family.display_name(),
        plan.program.display(),
        places.profile(plan.family).display()
    );
    began(&what, plan.given_up.as_deref());
    Watch { plan, places, dirs: dirs.clone(), lock, events, idle }.run()
}

/// Ends the browser, waits until nothing is left of it, and lets it be started again even if it crashed too often.
///
/// Says whether one ran.
///
/// # Errors
/// It does not end.
pub fn end(dirs: &Dirs) -> Result<bool, Problem> {
    let places = Places::of(dirs);
    let ended = end_holder(&places, |_| Ok(()))?;
    let gate = Gate::enter(&places).map_err(|error| files(&error))?;
    Crashes::forget(&places);
    let mut left = false;
    // A watchdog that was killed may have left something.
    if let Some(lock) = gate.take_lock(&places).map_err(|error| files(&error))? {
        left = Running::read(&places).is_some();
        end_leftovers(&places, Graces::default())?;
        Running::forget(&places);
        if !ended {
            forget_failure(&places);
        }
        drop(lock);
    }
    Ok(ended || left)
}

/// Asks the holder of the lock to end, if it may be, and waits until it has.
fn end_holder(places: &Places, may_end: impl Fn(&Holder) -> Result<(), Problem>) -> Result<bool, Problem> {
    let enter = || Gate::enter(places).map_err(|error| files(&error));
    let gate = enter()?;
    let Some(first) = gate.holder(places) else { return Ok(false) };
    may_end(&first)?;
    if !first.is_near() {
        return Err(failed(
            "potbridge's own browser runs in another container that has the same state folder",
        )
        .with_hint("end it there"));
    }
    if let Some(pid) = i32::try_from(first.pid).ok().and_then(Pid::from_raw) {
        // It gives the lock back within the gate alone. So it holds it, and no other process has its number. If it may not
        // be signalled, it does not end, which is said below.
        let _ = kill_process(pid, Signal::TERM);
    }
    drop(gate);
    let end = Instant::now() + END;
    while enter()?.holder(places) == Some(first) {
        if Instant::now() >= end {
            let why = format!("the process {}, which has the browser run, does not end", first.pid);
            return Err(failed(why).with_hint("kill it: the browser ends with it"));
        }
        thread::sleep(POLL);
    }
    Ok(true)
}

/// Opens the browser's profile in a window for a person, and waits until that is closed.
///
/// Ends the browser that was started for whoever asks, and no other.
///
/// # Errors
/// There is no screen, the browser cannot be started, or somebody has it open or runs it in the foreground.
pub fn login(config: &BrowserConfig, dirs: &Dirs, began: impl FnOnce(&str)) -> Result<(), Problem> {
    let has_screen =
        ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| env::var_os(name).is_some_and(|it| !it.is_empty()));
    if !has_screen {
        return Err(failed(
            "there is no screen to open a window on: neither DISPLAY nor WAYLAND_DISPLAY is set",
        )
        .with_hint("call it in a session with a screen, as by `ssh -X`"));
    }
    let places = Places::of(dirs);
    let events = events::listen().map_err(|error| system("its signals", &error))?;
    let plan = Plan::of(config)?;
    end_holder(&places, |holder| match holder.role {
        Role::Watchdog => Ok(()),
        Role::Run | Role::Login => Err(in_use_by(holder)),
    })?;
    let gate = Gate::enter(&places).map_err(|error| files(&error))?;
    let lock = take(&gate, &places, Role::Login)?;
    drop(gate);
    end_leftovers(&places, Graces::default())?;
    let mut browser = BrowserProcess::start(&plan, &places, dirs, Purpose::Login)?;
    browser.record(&plan).write(&places).map_err(|error| system("its record", &error))?;
    began(plan.family.display_name());
    while !browser.has_ended() {
        if events.recv() != Ok(Event::Child) {
            break;
        }
    }
    browser.end(Graces::default());
    let _gate = Gate::enter(&places);
    Running::forget(&places);
    drop(lock);
    Ok(())
}

/// Why the profile cannot be had: somebody has the lock.
fn in_use_by(holder: &Holder) -> Problem {
    match holder.role {
        Role::Login => login_open(),
        Role::Watchdog | Role::Run => {
            failed(format!("potbridge's own browser runs already, by process {}", holder.pid))
                .with_hint("`potbridge browser end` ends it")
        }
    }
}

/// Takes the lock for this process.
fn take(gate: &Gate, places: &Places, role: Role) -> Result<FileLock, Problem> {
    let Some(lock) = gate.take_lock(places).map_err(|error| files(&error))? else {
        return Err(match gate.holder(places) {
            Some(holder) => in_use_by(&holder),
            None => failed("potbridge's own browser runs already"),
        });
    };
    gate.write_holder(lock.file(), Holder::new(process::id(), role)).map_err(|error| files(&error))?;
    Ok(lock)
}
