//! What `run` does, and when: it waits for values, starts the command, ends it and starts it again.

use super::command::RunningCommand;
use super::options::{RunOptions, Wait};
use super::say::{say, warn};
use super::shared_source::{Reading, SharedSource};
use super::signals::{Signal, exit_code};
use super::values::{self, Values};
use crate::error::Error;
use potbridge_system::clock;
use potbridge_system::process_group::grace;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

/// How often to check on a group that is being ended: not every end in it comes as a signal.
const ENDING_POLL: Duration = Duration::from_millis(50);

/// What may happen to a `run`.
pub(super) enum RunEvent {
    /// The source was read.
    Read(Reading),
    /// A signal came.
    Signal(Signal),
}

/// A `run` that is under way.
pub(super) struct Runner<'a> {
    options: &'a RunOptions,
    source: Arc<SharedSource>,
    command: RunningCommand,
    /// What the source gave, and by which reading.
    found: Option<Values>,
    reading: u64,
    /// What the command got; `None` if its variables were left alone.
    had: Option<Values>,
    phase: Phase,
    started: Instant,
    /// The signal that asked to end.
    ending_signal: Option<Signal>,
    /// What was last wrong with the source.
    trouble: Option<String>,
    events: Receiver<RunEvent>,
    // Held, so that the channel stays open.
    _sender: Sender<RunEvent>,
}

#[derive(Clone, Copy)]
enum Phase {
    Waiting { until: Option<Instant> },
    Running,
    Ending { restart: bool, until: Instant, killed: bool },
}

impl<'a> Runner<'a> {
    pub(super) fn new(
        options: &'a RunOptions,
        source: Arc<SharedSource>,
        found: Option<Values>,
        (sender, events): (Sender<RunEvent>, Receiver<RunEvent>),
    ) -> Self {
        let started = Instant::now();
        let until = match options.wait {
            Wait::AtMost(limit) => Some(started + limit),
            Wait::No | Wait::ForEver => None,
        };
        Self {
            options,
            source,
            command: RunningCommand::new(),
            found,
            reading: 0,
            had: None,
            phase: Phase::Waiting { until },
            started,
            ending_signal: None,
            trouble: None,
            events,
            _sender: sender,
        }
    }

    /// Runs to the end, and gives the exit code.
    pub(super) fn run(mut self) -> Result<u8, Error> {
        if self.found.is_none() && self.options.wait == Wait::No {
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
            match self.events.recv_timeout(self.idle_time()) {
                Ok(event) => self.take(event),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
            }
            self.take_all();
            self.command.check();
        }
    }

    /// Takes all that has happened, before anything is done about it.
    fn take_all(&mut self) {
        while let Ok(event) = self.events.try_recv() {
            self.take(event);
        }
    }

    fn take(&mut self, event: RunEvent) {
        match event {
            RunEvent::Signal(signal) => {
                if self.command.take(signal) {
                    self.ending_signal.get_or_insert(signal);
                }
            }
            RunEvent::Read(reading) => self.learn(reading),
        }
    }

    fn learn(&mut self, Reading { number, found }: Reading) {
        if number < self.reading {
            return;
        }
        self.reading = number;
        match found {
            Ok(found) => (self.found, self.trouble) = (found, None),
            Err(error) => {
                let trouble = Some(error.to_string());
                if self.trouble != trouble {
                    warn(&error);
                    self.trouble = trouble;
                }
            }
        }
    }

    /// Does what is due. Gives the exit code if that is the end.
    fn step(&mut self) -> Result<Option<u8>, Error> {
        let now = Instant::now();
        match self.phase {
            Phase::Waiting { until } => {
                if let Some(signal) = self.ending_signal {
                    return Ok(Some(exit_code(signal)));
                }
                if self.found.is_some() {
                    self.start()?;
                } else if until.is_some_and(|until| until <= now) {
                    return Err(Error::TimedOut(now - self.started));
                }
            }
            Phase::Running => {
                if let Some(code) = self.command.exit_code() {
                    if self.command.has_ended_whole() {
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
                if self.command.has_ended_whole() || given_up {
                    if given_up {
                        say(format_args!("{} was killed and is still there", self.name()));
                    }
                    if !restart || self.ending_signal.is_some() || self.command.ended_from_terminal() {
                        return Ok(Some(self.command.exit_code().unwrap_or(1)));
                    }
                    self.start()?;
                } else if until <= now {
                    let grace = self.options.grace.as_secs();
                    say(format_args!("{} did not end within {grace} s: killing it", self.name()));
                    self.command.kill();
                    self.phase = Phase::Ending { restart, until: now + grace::RUN_KILLED, killed: true };
                }
            }
        }
        Ok(None)
    }

    /// How long nothing is due.
    fn idle_time(&self) -> Duration {
        let until = |end: Instant| end.saturating_duration_since(Instant::now());
        match self.phase {
            Phase::Waiting { until: limit } => limit.map_or(Duration::MAX, until),
            Phase::Running if self.change().is_some() => until(self.restart_due()).min(RunningCommand::POLL),
            Phase::Running => RunningCommand::POLL,
            Phase::Ending { until: limit, .. } => until(limit).min(ENDING_POLL),
        }
    }

    /// What the command should have instead of what it got.
    fn change(&self) -> Option<Values> {
        let restarts = self.options.watch && self.ending_signal.is_none();
        restarts.then(|| values::change(self.had.as_ref(), self.found.as_ref(), clock::now_ms())).flatten()
    }

    fn restart_due(&self) -> Instant {
        self.started + self.options.min_interval
    }

    /// Starts the command with the values of this moment, unless a signal came that asks to end.
    fn start(&mut self) -> Result<(), Error> {
        self.learn(self.source.read());
        self.take_all();
        if self.ending_signal.is_some() {
            return Ok(());
        }
        if let Some(wanted) = values::change(self.had.as_ref(), self.found.as_ref(), clock::now_ms()) {
            self.had = Some(wanted);
        }
        self.command
            .start(&self.options.command, self.had.as_ref())
            .map_err(|source| Error::Io { what: format!("{} cannot be started", self.name()), source })?;
        (self.phase, self.started) = (Phase::Running, Instant::now());
        Ok(())
    }

    fn end(&mut self, restart: bool, now: Instant) {
        self.command.ask_to_end();
        self.phase = Phase::Ending { restart, until: now + self.options.grace, killed: false };
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

    /// The command's name. Its arguments are not shown: they may hold a secret.
    fn name(&self) -> impl fmt::Display + use<'a> {
        self.options.command.first().map_or(OsStr::new(""), OsString::as_os_str).display()
    }
}
