//! Watches over the browser: starts it, restarts it after a crash, and ends it.

use super::browser_process::{BrowserProcess, Graces, Purpose, end_leftovers};
use super::crashes::Crashes;
use super::events::Event;
use super::holder::Gate;
use super::idleness::{Idleness, is_wanted_since};
use super::places::Places;
use super::plan::Plan;
use super::problems::{system, was_ended};
use super::records::{Running, forget_failure, keep_failure};
use potbridge_protocol::{Code, Problem};
use potbridge_system::clock;
use potbridge_system::dirs::Dirs;
use potbridge_system::file_lock::FileLock;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, SystemTime};

/// A watch over the browser, by the process that holds the lock.
pub(super) struct Watch {
    pub(super) plan: Plan,
    pub(super) places: Places,
    pub(super) dirs: Dirs,
    pub(super) lock: FileLock,
    pub(super) events: Receiver<Event>,
    /// The browser is ended if nobody has needed it for so long.
    pub(super) idle: Option<Duration>,
}

/// Why the browser is watched no longer.
enum End {
    /// Nobody needed it.
    Idle,
    /// This process is asked to end.
    Asked,
    /// It ended by itself.
    Crashed,
}

impl Watch {
    /// Runs the browser until nobody needs it or this process is asked to end.
    ///
    /// # Errors
    /// The browser cannot be started, or ended too often. That is kept for others too.
    pub(super) fn run(self) -> Result<(), Problem> {
        let ended = self.keep_running();
        if let Err(problem) = &ended {
            log::error!("{}", problem.in_full());
            self.leave(Some(problem));
        }
        ended
    }

    fn keep_running(&self) -> Result<(), Problem> {
        if let Some(given_up) = &self.plan.given_up {
            log::warn!("{given_up}");
        }
        loop {
            end_leftovers(&self.places, Graces::default())?;
            let mut browser = BrowserProcess::start(&self.plan, &self.places, &self.dirs, Purpose::Tokens)?;
            let running = browser.record(&self.plan);
            running.write(&self.places).map_err(|error| system("its record", &error))?;
            log::info!("started {}, process {}", running.program.display(), running.pid);
            let end = self.watch(&mut browser);
            let why = matches!(end, End::Crashed).then(|| browser.why());
            let at = SystemTime::now();
            browser.end(Graces::default());
            match (end, why) {
                (End::Crashed, Some(problem)) => self.after_crash(problem)?,
                (End::Asked, _) => {
                    log::info!("ended the browser, as asked");
                    self.leave(Some(&was_ended()));
                    return Ok(());
                }
                _ => {
                    log::info!("ended the browser, which nobody needed");
                    if self.leave_unless_wanted(at) {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// Waits for a reason to watch no longer.
    fn watch(&self, browser: &mut BrowserProcess) -> End {
        let mut idleness = self.idle.map(|limit| Idleness::new(limit, SystemTime::now()));
        let pause = idleness.as_ref().map_or(Duration::from_secs(60), Idleness::look_again);
        loop {
            match self.events.recv_timeout(pause) {
                Ok(Event::End) | Err(RecvTimeoutError::Disconnected) => return End::Asked,
                Ok(Event::Child) | Err(RecvTimeoutError::Timeout) => {}
            }
            if browser.has_ended() {
                return End::Crashed;
            }
            if idleness.as_mut().is_some_and(|idleness| idleness.is_over(&self.places, SystemTime::now())) {
                return End::Idle;
            }
        }
    }

    /// Notes a crash. Fails if the browser is not to be restarted.
    fn after_crash(&self, problem: Problem) -> Result<(), Problem> {
        let now = clock::now_ms();
        let mut crashes = Crashes::read(&self.places, now);
        crashes.add(&self.places, now);
        if problem.code == Code::SandboxMissing {
            // It would be missing again.
            return Err(problem);
        }
        match crashes.too_many(&self.places, now) {
            Some(too_many) => {
                let message = format!("{}, the last time: {}", too_many.message, problem.message);
                Err(Problem { message, ..too_many })
            }
            None => {
                log::warn!("{}; it is restarted", problem.message);
                Ok(())
            }
        }
    }

    /// Gives the lock back in the sight of all who look: with the reason, if it was not idleness.
    fn leave(&self, why: Option<&Problem>) {
        let _gate = Gate::enter(&self.places);
        self.let_go(why);
    }

    /// Gives the lock back, unless somebody has wanted the browser since a time.
    fn leave_unless_wanted(&self, since: SystemTime) -> bool {
        let _gate = Gate::enter(&self.places);
        let wanted = is_wanted_since(&self.places, since);
        if !wanted {
            self.let_go(None);
        }
        !wanted
    }

    fn let_go(&self, why: Option<&Problem>) {
        match why {
            Some(problem) => keep_failure(&self.places, problem),
            None => forget_failure(&self.places),
        }
        Running::forget(&self.places);
        if let Err(error) = self.lock.file().unlock() {
            log::warn!("the lock of the browser is not released: {error}");
        }
    }
}
