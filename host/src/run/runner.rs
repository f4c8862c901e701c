//! What `run` does, and when: it waits for values, starts the command, ends it and starts it again.

#[cfg(unix)]
use super::job::Job;
#[cfg(not(unix))]
use super::plain::{Job, Signal, exit_code};
#[cfg(unix)]
use super::signals::{Signal, exit_code};
use super::values::{self, Values};
use super::watch::{Answer, Asked};
use super::{Plan, Wait, say};
use crate::error::Error;
use potbridge_system::clock;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

/// How often a group that is being ended is looked at: not every end in it comes as a signal.
const ENDING_LOOK: Duration = Duration::from_millis(50);

/// How long what was killed may take to be gone.
const KILLED: Duration = Duration::from_secs(10);

/// What may happen to it.
pub(super) enum Event {
    /// The source was asked.
    Answered(Answer),
    /// A signal came.
    Signal(Signal),
}

/// A `run` that is under way.
pub(super) struct Runner<'a> {
    plan: &'a Plan,
    source: Arc<Asked>,
    job: Job,
    /// What the source has, and by which answer.
    found: Option<Values>,
    answer: u64,
    /// What the command got; `None` where its variables were left alone.
    had: Option<Values>,
    phase: Phase,
    started: Instant,
    /// The signal that asked to end.
    told_to_end: Option<Signal>,
    /// What was last wrong with the source.
    trouble: Option<String>,
    happened: Receiver<Event>,
    // Held, so that there is always somebody to wait for.
    _happens: Sender<Event>,
}

#[derive(Clone, Copy)]
enum Phase {
    Waiting { until: Option<Instant> },
    Running,
    Ending { restart: bool, until: Instant, killed: bool },
}

impl<'a> Runner<'a> {
    pub(super) fn new(
        plan: &'a Plan,
        source: Arc<Asked>,
        found: Option<Values>,
        (happens, happened): (Sender<Event>, Receiver<Event>),
    ) -> Self {
        let started = Instant::now();
        let until = match plan.wait {
            Wait::AtMost(limit) => Some(started + limit),
            Wait::No | Wait::ForEver => None,
        };
        Self {
            plan,
            source,
            job: Job::new(),
            found,
            answer: 0,
            had: None,
            phase: Phase::Waiting { until },
            started,
            told_to_end: None,
            trouble: None,
            happened,
            _happens: happens,
        }
    }

    /// Runs to the end; gives the exit code.
    pub(super) fn run(mut self) -> Result<u8, Error> {
        if self.found.is_none() && self.plan.wait == Wait::No {
            say(format_args!(
                "no token is in the store yet: {} starts without, and again when one comes",
                self.name()
            ));
            self.start()?;
        } else if self.found.is_none() {
            say(
                "no token is in the store yet: waiting for one (play a video in a browser that has the extension)",
            );
        }
        loop {
            if let Some(code) = self.step()? {
                return Ok(code);
            }
            match self.happened.recv_timeout(self.patience()) {
                Ok(event) => self.take(event),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
            }
            self.take_all();
            self.job.look();
        }
    }

    /// All that has happened is known before anything is done about it.
    fn take_all(&mut self) {
        while let Ok(event) = self.happened.try_recv() {
            self.take(event);
        }
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Signal(signal) => {
                if self.job.take(signal) {
                    self.told_to_end.get_or_insert(signal);
                }
            }
            Event::Answered(answer) => self.learn(answer),
        }
    }

    fn learn(&mut self, Answer { number, found }: Answer) {
        if number < self.answer {
            return;
        }
        self.answer = number;
        match found {
            Ok(found) => (self.found, self.trouble) = (found, None),
            Err(error) => {
                let trouble = Some(error.to_string());
                if self.trouble != trouble {
                    say(format_args!("warning: {error}"));
                    self.trouble = trouble;
                }
            }
        }
    }

    /// Does what is due. Gives the exit code where that is the end.
    fn step(&mut self) -> Result<Option<u8>, Error> {
        let now = Instant::now();
        match self.phase {
            Phase::Waiting { until } => {
                if let Some(signal) = self.told_to_end {
                    return Ok(Some(exit_code(signal)));
                }
                if self.found.is_some() {
                    self.start()?;
                } else if until.is_some_and(|until| until <= now) {
                    return Err(Error::TimedOut(now - self.started));
                }
            }
            Phase::Running => {
                if let Some(code) = self.job.exit_code() {
                    if self.job.is_gone() {
                        return Ok(Some(code));
                    }
                    self.end(false, now);
                } else if let Some(wanted) = self.change()
                    && self.restart_due() <= now
                {
                    self.say_why(&wanted);
                    self.end(true, now);
                }
            }
            Phase::Ending { restart, until, killed } => {
                let given_up = killed && until <= now;
                if self.job.is_gone() || given_up {
                    if given_up {
                        say(format_args!("{} was killed and is still there", self.name()));
                    }
                    if !restart || self.told_to_end.is_some() || self.job.ended_from_terminal() {
                        return Ok(Some(self.job.exit_code().unwrap_or(1)));
                    }
                    self.start()?;
                } else if until <= now {
                    let grace = self.plan.grace.as_secs();
                    say(format_args!("{} did not end within {grace} s: killing it", self.name()));
                    self.job.kill();
                    self.phase = Phase::Ending { restart, until: now + KILLED, killed: true };
                }
            }
        }
        Ok(None)
    }

    /// How long nothing is due.
    fn patience(&self) -> Duration {
        let until = |end: Instant| end.saturating_duration_since(Instant::now());
        match self.phase {
            Phase::Waiting { until: limit } => limit.map_or(Duration::MAX, until),
            Phase::Running if self.change().is_some() => until(self.restart_due()).min(Job::UNLOOKED),
            Phase::Running => Job::UNLOOKED,
            Phase::Ending { until: limit, .. } => until(limit).min(ENDING_LOOK),
        }
    }

    /// What the command should have instead of what it got.
    fn change(&self) -> Option<Values> {
        let restarts = self.plan.watch && self.told_to_end.is_none();
        restarts.then(|| values::change(self.had.as_ref(), self.found.as_ref(), clock::now_ms())).flatten()
    }

    fn restart_due(&self) -> Instant {
        self.started + self.plan.min_interval
    }

    /// Starts the command, with the values of this moment; unless a signal came that asks to end.
    fn start(&mut self) -> Result<(), Error> {
        self.learn(self.source.ask());
        self.take_all();
        if self.told_to_end.is_some() {
            return Ok(());
        }
        if let Some(wanted) = values::change(self.had.as_ref(), self.found.as_ref(), clock::now_ms()) {
            self.had = Some(wanted);
        }
        self.job
            .start(&self.plan.command, self.had.as_ref())
            .map_err(|source| Error::Io { what: format!("{} cannot be started", self.name()), source })?;
        (self.phase, self.started) = (Phase::Running, Instant::now());
        Ok(())
    }

    fn end(&mut self, restart: bool, now: Instant) {
        self.job.ask_to_end();
        self.phase = Phase::Ending { restart, until: now + self.plan.grace, killed: false };
    }

    fn say_why(&self, wanted: &Values) {
        let name = self.name();
        if self.found.is_none() {
            say(format_args!("the token was cleared: restarting {name}"));
        } else {
            let what = if self.had.is_none() { "the first token came" } else { "the token changed" };
            say(format_args!("{what} ({}): restarting {name}", wanted.about()));
        }
    }

    /// The command by its name alone; its arguments are its own affair.
    fn name(&self) -> impl fmt::Display + use<'a> {
        self.plan.command.first().map_or(OsStr::new(""), OsString::as_os_str).display()
    }
}
