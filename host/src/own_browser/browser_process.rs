//! The browser's processes: started, waited for, and ended without a rest.

use super::display::DisplayServer;
use super::holder::own_pid_namespace;
use super::output::Output;
use super::places::Places;
use super::plan::Plan;
use super::problems::{failed, system};
use super::records::Running;
use super::unattended::UNATTENDED;
use super::{chromium, ended, firefox, home, scope, step};
use crate::config::Display;
use potbridge_protocol::Problem;
use potbridge_system::browser::Family;
use potbridge_system::clock;
use potbridge_system::dirs::{Dirs, open_private};
use potbridge_system::process_group::{ProcessGroup, is_so_within};
use rustix::process::{
    Pid, Signal, WaitOptions, WaitStatus, getpid, kill_process, set_child_subreaper, wait,
};
use std::fs::File;
use std::io;
use std::process::{Command, Stdio};
use std::time::Duration;

/// The page of a window that a person logs in by.
const LOGIN_PAGE: &str = "https://www.youtube.com/";

/// How long the browser's processes have to end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Graces {
    /// From SIGINT to SIGKILL. The browser writes its profile.
    pub(super) interrupted: Duration,
    /// From SIGKILL until nothing is left.
    pub(super) killed: Duration,
}

impl Default for Graces {
    fn default() -> Self {
        Self { interrupted: Duration::from_secs(10), killed: Duration::from_secs(5) }
    }
}

/// What the browser is started for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To play videos for token requests, on no screen.
    Tokens,
    /// For a person to log in, in a window.
    Login,
}

/// A browser that was started by this process.
pub(super) struct BrowserProcess {
    group: ProcessGroup,
    name: &'static str,
    /// How its first process ended, if it did.
    status: Option<WaitStatus>,
    has_ended: bool,
    output: Output,
    members: Members,
}

impl BrowserProcess {
    /// Starts the browser. The caller holds the lock, and nothing of an earlier browser is left.
    pub(super) fn start(
        plan: &Plan,
        places: &Places,
        dirs: &Dirs,
        purpose: Purpose,
    ) -> Result<Self, Problem> {
        let name = plan.family.display_name();
        // Processes that lose their parent are reaped here, and not by the first process of a container.
        if let Err(error) = set_child_subreaper(Some(getpid())) {
            log::warn!("processes that the browser leaves behind stay zombies: {error}");
        }
        let for_tokens = purpose == Purpose::Tokens;
        match plan.family {
            Family::Chromium => chromium::prepare(plan, places, for_tokens),
            Family::Firefox => firefox::prepare(plan, places, for_tokens),
        }
        .map_err(|error| system("its profile", &error))?;
        let members = Members(places.clone());
        let membership = members.join().map_err(|error| system("its files", &error))?;
        let (output, printed) = Output::begin(&places.log()).map_err(|error| system("its log", &error))?;
        let display = match (purpose, plan.config.display) {
            (Purpose::Tokens, Display::Xvfb) => Some(DisplayServer::start(places)?),
            _ => None,
        };
        let mut command = command(plan, places, dirs, purpose, display.as_ref())
            .map_err(|error| system("this program", &error))?;
        let started = printed.try_clone().and_then(|errors| {
            command.stdin(membership).stdout(printed).stderr(errors);
            ProcessGroup::start(&mut command)
        });
        // It holds the browser's side of the pipe, and its membership.
        drop(command);
        let (child, group) = started.map_err(|error| system(&plan.program.display().to_string(), &error))?;
        // It is reaped by `reap`.
        drop(child);
        Ok(Self { group, name, status: None, has_ended: false, output, members })
    }

    /// What is to be known of it by others.
    pub(super) fn record(&self, plan: &Plan) -> Running {
        Running {
            pid: self.group.leader().as_raw_nonzero().get(),
            pid_namespace: own_pid_namespace(),
            family: plan.family,
            program: plan.program.clone(),
            since: clock::now_ms(),
            given_up: plan.given_up.clone(),
        }
    }

    /// Whether its first process has ended.
    pub(super) fn has_ended(&mut self) -> bool {
        self.reap();
        self.has_ended
    }

    /// Why it ended by itself.
    pub(super) fn why(&self) -> Problem {
        ended::why(self.name, self.status, &self.output.last_lines())
    }

    /// Ends it, and waits until nothing is left of it.
    ///
    /// SIGINT goes to the first process alone, which ends the others: then the profile keeps the last cookies. SIGTERM
    /// would lose them (Chromium 156).
    pub(super) fn end(mut self, graces: Graces) {
        if !self.has_ended() {
            // It fails if it has ended meanwhile.
            let _ = kill_process(self.group.leader(), Signal::INT);
        }
        if !self.is_gone_within(graces.interrupted) {
            log::warn!("{} did not end on SIGINT and is killed", self.name);
            // If it is refused, what is left is told below.
            let _ = self.group.kill();
            if !self.is_gone_within(graces.killed) {
                log::warn!("processes of {} are left after SIGKILL", self.name);
            }
        }
        let group = self.group;
        self.wait_until(graces.killed, |this| group.has_ended() && this.members.are_gone());
    }

    /// Waits until its processes have ended. Its display server ends after them.
    fn is_gone_within(&mut self, limit: Duration) -> bool {
        self.wait_until(limit, |this| this.has_ended && this.group.has_ended())
    }

    fn wait_until(&mut self, limit: Duration, is_so: impl Fn(&Self) -> bool) -> bool {
        is_so_within(limit, || {
            self.reap();
            is_so(self)
        })
    }

    /// Reaps every child that has ended, of the browser or adopted.
    fn reap(&mut self) {
        while let Ok(Some((pid, status))) = wait(WaitOptions::NOHANG) {
            if pid == self.group.leader() {
                self.has_ended = true;
                self.status = Some(status);
            }
        }
    }
}

/// Everything that runs as part of the browser, which holds a lock by its standard input.
///
/// Browsers close what else they inherit in the processes that they start, and keep the standard streams.
struct Members(Places);

impl Members {
    /// A standard input by which a process becomes a member.
    fn join(&self) -> io::Result<File> {
        let file = open_private(&self.0.members())?;
        file.lock_shared()?;
        Ok(file)
    }

    fn are_gone(&self) -> bool {
        // A file that cannot be opened is nobody's standard input.
        open_private(&self.0.members()).is_ok_and(|file| file.try_lock().is_ok())
    }
}

/// Ends what is left of a browser whose watchdog was killed. The caller holds the lock.
///
/// The system has ended it by SIGINT, which takes a moment.
pub(super) fn end_leftovers(places: &Places, graces: Graces) -> Result<(), Problem> {
    let members = Members(places.clone());
    let gone_within = |limit: Duration| is_so_within(limit, || members.are_gone());
    if gone_within(Duration::ZERO) {
        return Ok(());
    }
    // While a member is left, its group's number is no other's. In another PID namespace it would be.
    let near = Running::read(places).filter(|running| running.pid_namespace == own_pid_namespace());
    let leader = near.and_then(|running| Pid::from_raw(running.pid));
    if let Some(leader) = leader {
        // It fails if that process has ended, and others of its group have not.
        let _ = kill_process(leader, Signal::INT);
    }
    if gone_within(graces.interrupted) {
        return Ok(());
    }
    if let Some(group) = leader.and_then(|leader| ProcessGroup::numbered(&leader.to_string()))
        && let Err(why) = group.kill()
    {
        log::warn!("what is left of potbridge's own browser {why}");
    }
    if gone_within(graces.killed) {
        return Ok(());
    }
    Err(failed("processes of an earlier browser of potbridge's own are left, and have its profile open")
        .with_hint(format!("end the processes whose standard input is {}", places.members().display())))
}

fn command(
    plan: &Plan,
    places: &Places,
    dirs: &Dirs,
    purpose: Purpose,
    display: Option<&DisplayServer>,
) -> io::Result<Command> {
    let profile = places.profile(plan.family);
    let arguments = match (plan.family, purpose) {
        (Family::Chromium, Purpose::Tokens) => chromium::arguments(plan, &profile),
        (Family::Chromium, Purpose::Login) => chromium::login_arguments(plan, &profile, LOGIN_PAGE),
        (Family::Firefox, Purpose::Tokens) => firefox::arguments(plan, &profile),
        (Family::Firefox, Purpose::Login) => firefox::login_arguments(plan, &profile, LOGIN_PAGE),
    };
    let mut words = scope::words();
    words.push(plan.program.clone().into());
    words.extend(arguments);
    let mut command = step::command(Signal::INT, &words[0], &words[1..])?;
    command.stdin(Stdio::null()).envs(dirs.variables()?);
    if plan.family == Family::Firefox {
        command.envs(home::moved(places));
    }
    match purpose {
        Purpose::Login => {
            command.env_remove(UNATTENDED);
        }
        Purpose::Tokens => {
            command.env(UNATTENDED, "1").env_remove("WAYLAND_DISPLAY").env_remove("DISPLAY");
            if let Some(display) = display {
                command.envs(display.environment());
            }
        }
    }
    Ok(command)
}
