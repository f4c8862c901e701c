//! Runs a command with the token in its environment, and again when the token changes: a process's environment is
//! fixed when it starts.

mod on_shelf;
mod on_sinks;
mod source;
mod values;
mod variables;
mod watch;

#[cfg(unix)]
mod group;
#[cfg(unix)]
mod job;
#[cfg(unix)]
pub mod launch;
#[cfg(not(unix))]
mod plain;
#[cfg(unix)]
mod signals;
#[cfg(unix)]
mod terminal;

pub use on_shelf::OnShelf;
pub use on_sinks::OnSinks;
pub use source::{FirstOf, Source, Wake};
pub use values::Values;
pub use variables::variable;

use crate::clock;
use crate::error::Error;
#[cfg(unix)]
use job::Job;
#[cfg(not(unix))]
use plain::{Job, Signal, exit_code, listen};
#[cfg(unix)]
use signals::{Signal, exit_code, listen};
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io::{self, Write as _};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};
use watch::{Answer, Asked};

/// How often a group that is being ended is looked at: not every end in it comes as a signal.
const ENDING_LOOK: Duration = Duration::from_millis(50);

/// How long what was killed may take to be gone.
const KILLED: Duration = Duration::from_secs(10);

/// What is to be run, and how.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The program and its arguments.
    pub command: Vec<OsString>,
    /// Restart it when the values change.
    pub watch: bool,
    /// Wait for the first token.
    pub wait: Wait,
    /// The least time between two starts.
    pub min_interval: Duration,
    /// How long it may take to end when it is asked to, before it is killed.
    pub grace: Duration,
}

/// How long the first token is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// Not at all.
    No,
    /// No longer than this.
    AtMost(Duration),
    /// Until it comes.
    ForEver,
}

enum Event {
    Answered(Answer),
    Signal(Signal),
}

/// Runs the command to its end, and gives its exit code: 128 + n where signal n ended it, 127 where there is no such
/// command, 126 where it cannot be executed.
///
/// Must be called from the first thread of a process that has no other.
///
/// # Errors
/// [`Error::NothingToRunWith`], [`Error::NoneCame`], and what keeps the values from being read or the command from
/// being started.
pub fn run(plan: &Plan, source: Box<dyn Source>) -> Result<u8, Error> {
    let cannot = |source| Error::Io { what: "run cannot begin".to_owned(), source };
    let (happens, happened) = mpsc::channel();
    let tell = happens.clone();
    listen(move |signal| tell.send(Event::Signal(signal)).is_ok()).map_err(cannot)?;
    let source = Asked::new(source);
    let found = match source.ask().found {
        // A server that is away may be back before the first token is.
        Err(error @ Error::SinkFailed(_)) if plan.watch || plan.wait != Wait::No => {
            say(format_args!("warning: {error}"));
            None
        }
        found => found?,
    };
    let waits = found.is_none() && plan.wait != Wait::No;
    if found.is_none() && !waits && !plan.watch {
        return Err(Error::NothingToRunWith);
    }
    if plan.watch || waits {
        let (tell, watch) = (happens.clone(), plan.watch);
        let watching = move |answer: Answer| {
            let goes_on = watch || !matches!(answer.found, Ok(Some(_)));
            tell.send(Event::Answered(answer)).is_ok() && goes_on
        };
        source.watch(watching).map_err(cannot)?;
    }
    Runner::new(plan, source, found, (happens, happened)).run()
}

/// Says something to who started `run`. It never holds a value.
fn say(line: impl fmt::Display) {
    // Nobody may be there to read it.
    let _ = writeln!(io::stderr(), "potbridge: {line}");
}

struct Runner<'a> {
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
    fn new(
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

    fn run(mut self) -> Result<u8, Error> {
        if self.found.is_none() && self.plan.wait == Wait::No {
            say(format_args!(
                "no token is on the shelf yet: {} starts without, and again when one comes",
                self.name()
            ));
            self.start()?;
        } else if self.found.is_none() {
            say(
                "no token is on the shelf yet: waiting for one (play a video in a browser that has the extension)",
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
            // All that has happened is known before anything is done about it.
            while let Ok(event) = self.happened.try_recv() {
                self.take(event);
            }
            self.job.look();
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
                    return Err(Error::NoneCame(now - self.started));
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
                    if !restart || self.told_to_end.is_some() {
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

    /// Starts the command, with the values of this moment.
    fn start(&mut self) -> Result<(), Error> {
        self.learn(self.source.ask());
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
