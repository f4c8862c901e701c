//! What `run` does, and when: it waits for values, starts the command, ends it and starts it again.

mod asked;
mod ending;

#[cfg(unix)]
use super::become_command::become_with;
use super::command::RunningCommand;
use super::options::{RunOptions, Wait};
use super::say::{say, warn};
use super::shared_source::{Reading, SharedSource};
use super::signals::{self, Signal, exit_code};
use super::values::{self, Values};
use crate::error::Error;
use potbridge_system::clock;

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

/// How often to check on a group that is being ended: not every end in it comes as a signal.
const ENDING_POLL: Duration = Duration::from_millis(50);

/// How often to check on what is left of a command that cannot be ended.
const HELD_POLL: Duration = Duration::from_secs(1);

/// How long after a start that failed the next one comes.
const RETRY: Duration = Duration::from_secs(1);

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
    /// The last signal that asked to end.
    asked: Option<Asked>,
    /// What was last wrong with the source.
    trouble: Option<String>,
    /// Why the last start failed.
    not_started: Option<String>,
    events: Receiver<RunEvent>,
    // Held, so that the channel stays open.
    _sender: Sender<RunEvent>,
}

enum Phase {
    /// For the first token.
    Waiting {
        until: Option<Instant>,
    },
    Running,
    Ending {
        restart: bool,
        until: Instant,
        killed: bool,
    },
    /// A restart is due, but something of the command is left that cannot be ended. Two of it must not run.
    Held {
        wanted: Option<Values>,
    },
    /// A start failed, and the next one is due then.
    NotStarted {
        until: Instant,
    },
}

/// A signal that asked to end.
#[derive(Clone, Copy)]
struct Asked {
    signal: Signal,
    /// A command that still runs then did not end by it.
    until: Instant,
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
            asked: None,
            trouble: None,
            not_started: None,
            events,
            _sender: sender,
        }
    }

    /// Runs to the end, and gives the exit code.
    pub(super) fn run(mut self) -> Result<u8, Error> {
        let ended = self.run_to_end();
        self.command.tell_last_words();
        ended
    }

    fn run_to_end(&mut self) -> Result<u8, Error> {
        if self.found.is_none() && self.options.wait == Wait::No {
            say(format_args!(
                "no token is in the store yet: {} starts without, and again when one comes",
                self.name()
            ));
            if let Some(code) = self.start()? {
                return Ok(code);
            }
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
            RunEvent::Signal(signal) => self.take_signal(signal),
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
        match &self.phase {
            Phase::Waiting { until } => {
                let is_over = until.is_some_and(|until| until <= now);
                if let Some(Asked { signal, .. }) = self.asked {
                    if !signals::do_as_started(signal) {
                        return Ok(Some(exit_code(signal)));
                    }
                    self.asked = None;
                }
                if self.found.is_some() {
                    return self.start();
                } else if is_over {
                    return Err(Error::TimedOut(now - self.started));
                }
            }
            Phase::Running => {
                if let Some(code) = self.command.exit_code() {
                    if self.command.has_ended_whole() {
                        return Ok(Some(code));
                    }
                    self.end(false, now);
                } else {
                    self.forget_signal(now);
                    self.restart_if_due(now);
                }
            }
            Phase::Ending { restart, until, killed } => {
                let (restart, killed, is_over) = (*restart, *killed, *until <= now);
                return self.step_of_end(restart, killed, is_over, now);
            }
            Phase::Held { .. } => {
                if self.command.has_ended_whole() {
                    if self.asked.is_some() {
                        return Ok(Some(self.command.exit_code().unwrap_or(1)));
                    }
                    return self.start();
                }
                self.forget_signal(now);
                self.restart_if_due(now);
            }
            Phase::NotStarted { until } => {
                if let Some(Asked { signal, .. }) = self.asked {
                    return Ok(Some(exit_code(signal)));
                } else if *until <= now {
                    return self.start();
                }
            }
        }
        Ok(None)
    }

    fn restart_if_due(&mut self, now: Instant) {
        if let Some(wanted) = self.change()
            && self.restart_due() <= now
        {
            self.say_why(&wanted);
            self.end(true, now);
        }
    }

    /// How long nothing is due.
    fn idle_time(&self) -> Duration {
        let until = |end: Instant| end.saturating_duration_since(Instant::now());
        let signal = self.asked.map_or(Duration::MAX, |asked| until(asked.until));
        let restart = if self.change().is_some() { until(self.restart_due()) } else { Duration::MAX };
        match self.phase {
            Phase::Waiting { until: limit } => limit.map_or(Duration::MAX, until),
            Phase::Running => restart.min(signal).min(RunningCommand::POLL),
            Phase::Ending { until: limit, .. } => until(limit).min(ENDING_POLL),
            Phase::Held { .. } => restart.min(signal).min(HELD_POLL),
            Phase::NotStarted { until: limit } => until(limit),
        }
    }

    /// What the command should have instead of what it got.
    fn wanted(&self) -> Option<Values> {
        values::change(self.had.as_ref(), self.found.as_ref(), clock::now_ms())
    }

    /// What the command is to be restarted for.
    fn change(&self) -> Option<Values> {
        let restarts = self.options.watch && self.asked.is_none();
        let wanted = restarts.then(|| self.wanted()).flatten();
        match &self.phase {
            Phase::Held { wanted: tried } => wanted.filter(|wanted| Some(wanted) != tried.as_ref()),
            _ => wanted,
        }
    }

    fn restart_due(&self) -> Instant {
        self.started + self.options.min_interval
    }

    /// Starts the command with the values of this moment, unless a signal came that asks to end.
    ///
    /// If this process becomes the command instead, this returns only if that fails, with the exit code.
    fn start(&mut self) -> Result<Option<u8>, Error> {
        self.learn(self.source.read());
        self.take_all();
        if self.asked.is_some() {
            return Ok(None);
        }
        if let Some(wanted) = self.wanted() {
            self.had = Some(wanted);
        }
        #[cfg(unix)]
        if !self.options.watch {
            return Ok(Some(become_with(&self.options.command, self.had.as_ref())));
        }
        let is_first = !self.command.was_started();
        match self.command.start(&self.options.command, self.had.as_ref()) {
            Ok(()) => {
                self.not_started = None;
                (self.phase, self.started) = (Phase::Running, Instant::now());
            }
            Err(source) if is_first => {
                return Err(Error::Io { what: format!("{} cannot be started", self.name()), source });
            }
            Err(source) => self.try_again(&source),
        }
        Ok(None)
    }

    fn try_again(&mut self, why: &io::Error) {
        let why = Some(why.to_string());
        if self.not_started != why {
            let (name, why) = (self.name(), why.as_deref().unwrap_or_default());
            say(format_args!("{name} cannot be started: {why}; trying again every {} s", RETRY.as_secs()));
        }
        self.not_started = why;
        self.phase = Phase::NotStarted { until: Instant::now() + RETRY };
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
